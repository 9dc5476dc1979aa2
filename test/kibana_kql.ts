/** Enough of KQL to ask Elasticsearch what Kibana would ask it: https://www.elastic.co/docs/explore-analyze/query-filter/languages/kql */
import type { Query } from '../store/elasticsearch/asked.js';

/** @throws Error for what is none, or none that the dashboards are written in */
export function queryOf(kql: string): Query {
  if (kql === '') return { match_all: {} };
  const parser = new Parser(kql);
  return parser.whole();
}

/** The fields that a condition speaks of. */
export function fieldsOf(kql: string): string[] {
  const fields = new Set<string>();
  if (kql !== '') new Parser(kql, fields).whole();
  return [...fields];
}

/** Words, quoted texts, brackets, `:` and comparisons. */
const token = /\s*("(?:[^"\\]|\\.)*"|[():]|[<>]=?|[^\s():<>"]+)/y;

class Parser {
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(
    private readonly kql: string,
    private readonly fields = new Set<string>(),
  ) {
    token.lastIndex = 0;
    while (token.lastIndex < kql.trimEnd().length) {
      const found = token.exec(kql)?.[1];
      if (found === undefined) throw new Error(`not KQL: ${kql}`);
      this.tokens.push(found);
    }
  }

  whole(): Query {
    const query = this.either();
    if (this.at < this.tokens.length) throw this.unexpected();
    return query;
  }

  private either(): Query {
    const should = [this.both()];
    while (this.takes('or')) should.push(this.both());
    return should.length === 1 ? (should[0] as Query) : { bool: { should, minimum_should_match: 1 } };
  }

  private both(): Query {
    const filter = [this.one()];
    while (this.takes('and')) filter.push(this.one());
    return filter.length === 1 ? (filter[0] as Query) : { bool: { filter } };
  }

  private one(): Query {
    if (this.takes('not')) return { bool: { must_not: [this.one()] } };
    if (this.takes('(')) {
      const query = this.either();
      this.expects(')');
      return query;
    }
    const field = this.next();
    this.fields.add(field);
    const sign = this.next();
    const compared = ({ '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte' } as Record<string, string>)[sign];
    if (compared !== undefined) return { range: { [field]: { [compared]: this.next() } } };
    if (sign !== ':') throw this.unexpected();
    if (!this.takes('(')) return this.value(field);
    const should = [this.value(field)];
    while (this.takes('or')) should.push(this.value(field));
    this.expects(')');
    return { bool: { should, minimum_should_match: 1 } };
  }

  private value(field: string): Query {
    const text = this.next();
    if (text === '*') return { exists: { field } };
    if (text.startsWith('"')) return { match_phrase: { [field]: JSON.parse(text) } };
    return { match: { [field]: text } };
  }

  private next(): string {
    const found = this.tokens[this.at++];
    if (found === undefined) throw this.unexpected();
    return found;
  }

  private takes(word: string): boolean {
    if (this.tokens[this.at] !== word) return false;
    this.at++;
    return true;
  }

  private expects(word: string): void {
    if (!this.takes(word)) throw this.unexpected();
  }

  private unexpected(): Error {
    return new Error(`not KQL at ${this.tokens[this.at] ?? 'its end'}: ${this.kql}`);
  }
}
