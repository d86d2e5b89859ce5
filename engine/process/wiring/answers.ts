/** Where the database stands. */
export interface Moment {
  /** ms since 1970 */
  readonly at: number;
  /** Commits so far. */
  readonly commits: number;
}

/** ms for which an answer may be old while something is being logged. */
const freshness = 5_000;
const remembered = 50;

/** Answers that cost something: the same while nothing is written, and for a few seconds while something is. */
export class Answers<T> {
  private readonly known = new Map<string, Moment & { readonly answer: Promise<T> }>();

  constructor(private readonly moment: () => Moment) {}

  of(key: string, ask: () => Promise<T>): Promise<T> {
    const now = this.moment();
    const before = this.known.get(key);
    if (before && (before.commits === now.commits || now.at - before.at < freshness)) return before.answer;
    const answer = ask();
    answer.catch(() => this.known.delete(key));
    this.known.delete(key);
    const [oldest] = this.known.keys();
    if (this.known.size >= remembered && oldest !== undefined) this.known.delete(oldest);
    this.known.set(key, { ...now, answer });
    return answer;
  }
}
