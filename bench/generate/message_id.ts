/** Message-ID headers. */
import { word } from './names.js';
import type { Random } from './random.js';

/** A Message-ID header as mail programs of several kinds make it. */
export function messageId(random: Random, domain: string, now: number): string {
  const seconds = Math.floor(now);
  switch (random.below(8)) {
    case 0:
      return `<${random.hex(8)}-${random.hex(4)}-${random.hex(4)}-${random.hex(4)}-${random.hex(12)}@${domain}>`;
    case 1:
      return `<${seconds}.${random.below(90_000)}.${random.bits()}${random.below(1e6)}@${domain}>`;
    case 2:
      return `<CA+${random.letters(10)}=${random.letters(14)}_${random.letters(8)}-${random.letters(7)}@mail.${domain}>`;
    case 3:
      return `<${random.hex(6).toLowerCase()}.${random.bits().toString(36)}@${domain}>`;
    case 4:
      return `<0100${random.hex(16).toLowerCase()}-${random.hex(32).toLowerCase()}-000000@email.${domain}>`;
    case 5:
      return `<${word(random.bits(), 4)}$${random.hex(8).toLowerCase()}$${random.hex(8).toLowerCase()}@${domain}>`;
    case 6:
      return `<${random.hex(32).toLowerCase()}@swift.generated>`;
    default:
      return `<AM${random.below(10)}PR${random.below(90) + 10}MB${random.below(9000) + 1000}${random.hex(20)}@AM0PR01.prod.${domain}>`;
  }
}
