/** Parsing alone, on one core. */
import { z } from 'zod';
import { NotMeasured, runNode } from './child.js';
import { onCores } from './cores.js';

const passSchema = z.object({
  seconds: z.number(),
  lines: z.number(),
  /** Fields found in all lines, beside those of their fronts. */
  fields: z.number(),
  /** Lines that no pattern knows, and lines without a time. */
  unknown: z.number(),
  unplaced: z.number(),
  /** Of everything that was found: it is the same in every pass. */
  sum: z.number(),
});
export type Pass = z.infer<typeof passSchema>;

/** As many passes as there are figures of a warm process, behind the first one, in which the process is cold. */
const warmPasses = 3;

/** @throws NotMeasured where lines are missing, or a pass differs from another */
export function parse(log: string, lines: number): { readonly cold: Pass; readonly warm: readonly Pass[]; readonly peakBytes: number } {
  const script = new URL('./parse_pass.js', import.meta.url);
  const { output, peakBytes } = runNode(script, [log, String(1 + warmPasses)], { prefix: onCores(1) ?? [] });
  const passes = output
    .trim()
    .split('\n')
    .map((line) => passSchema.parse(JSON.parse(line)));
  const [cold, ...warm] = passes;
  if (cold === undefined || warm.length !== warmPasses) throw new NotMeasured(`parsing made ${passes.length} passes of ${1 + warmPasses}`);
  const wrong = passes.find((pass) => pass.lines !== lines || pass.sum !== cold.sum);
  if (wrong !== undefined) throw new NotMeasured(`parsing read ${wrong.lines} of ${lines} lines, or found other fields than before`);
  return { cold, warm, peakBytes };
}
