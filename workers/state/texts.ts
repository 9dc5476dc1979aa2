/** Facts as JSON, and back. What this process has written or read a while ago is neither parsed nor looked at again. */
import type { Fact } from '../../postfix/message/fact.js';

/** Characters of JSON whose facts are kept: some minutes of a busy worker. */
const usual = 16 << 20;

export class Texts {
  private readonly known = new Map<string, readonly Fact[]>();
  private size = 0;

  constructor(private readonly most = usual) {}

  /** @param each texts of single facts, as most are in two lists */
  textOf(facts: readonly Fact[], each = new Map<Fact, string>()): string {
    const parts = facts.map((fact) => {
      let text = each.get(fact);
      if (text === undefined) {
        text = JSON.stringify(fact);
        each.set(fact, text);
      }
      return text;
    });
    const text = `[${parts.join(',')}]`;
    this.keep(text, facts);
    return text;
  }

  /** @param check what the text says, as facts, or undefined where it is something else */
  factsOf(text: string, check: (value: unknown) => readonly Fact[] | undefined): readonly Fact[] | undefined {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    let facts: readonly Fact[] | undefined;
    try {
      facts = check(JSON.parse(text));
    } catch {
      // No JSON.
    }
    if (facts !== undefined) this.keep(text, facts);
    return facts;
  }

  private keep(text: string, facts: readonly Fact[]): void {
    if (this.known.has(text)) return;
    this.known.set(text, facts);
    this.size += text.length;
    for (const [oldest] of this.known) {
      if (this.size <= this.most) return;
      this.known.delete(oldest);
      this.size -= oldest.length;
    }
  }
}
