/** What the figures were measured on. */
import { availableParallelism, cpus, release, totalmem } from 'node:os';

export function machineText(): string {
  const model = cpus()[0]?.model.replace(/\s+/g, ' ').trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const system = `${process.platform} ${release()}, Node ${process.versions.node}`;
  return `${availableParallelism()} cores (${model}), ${memory}, ${system}, ${date} UTC`;
}
