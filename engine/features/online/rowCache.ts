/**
 * The entries that were last used: at least half of `most` of them, never more than `most`. Two generations, so that a hit
 * costs one look in a map.
 */
export class RowCache<T> {
  private young = new Map<string, T>();
  private old = new Map<string, T>();
  private weight = 0;

  /** @param weigh what an entry counts for; absent: 1 */
  constructor(
    private readonly most: number,
    private readonly weigh: (entry: T) => number = () => 1,
  ) {}

  get(key: string): T | undefined {
    const found = this.young.get(key);
    if (found !== undefined) return found;
    const older = this.old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, entry: T): void {
    const own = this.weigh(entry);
    if (own > this.most / 4) {
      this.delete(key);
      return;
    }
    if (this.weight + own > this.most / 2) {
      this.old = this.young;
      this.young = new Map();
      this.weight = 0;
    }
    this.young.set(key, entry);
    this.weight += own;
  }

  delete(key: string): void {
    this.young.delete(key); // its weight is let go with its generation
    this.old.delete(key);
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
    this.weight = 0;
  }
}
