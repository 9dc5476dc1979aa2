/** Loaded into a measured process (`node --import`): at its end it writes what it took to file descriptor 3. */
import { readFileSync, writeSync } from 'node:fs';

/** Not getrusage's figure where it can be helped: that begins with what the parent had when it forked. */
function peakBytes(): number {
  try {
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (peak !== undefined) return Number(peak) * 1024;
  } catch {
    // No Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeSync(3, JSON.stringify({ userMicros: user, systemMicros: system, peakBytes: peakBytes() }));
});
