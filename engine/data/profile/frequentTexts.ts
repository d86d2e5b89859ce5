import { TextDictionary } from '../textDictionary';

const mostTexts = 8192;
const mostBytes = 4 << 20;
/** Longer texts are no categories: they are counted in no list. */
const longestText = 1000;

/**
 * The most frequent texts in bounded memory: exactly as long as there are at most 8,192 different ones (4 MB), then by the
 * Misra–Gries summary (1982) with purges at the median (Anderson et al. 2017): a text's count is too low by at most
 * `error`, and every text more frequent than that is there.
 */
export class FrequentTexts {
  /** 0: all counts are exact. */
  error = 0;
  readonly #dictionary = new TextDictionary();
  #counts = new Float64Array(mostTexts + 1);

  /** @returns whether the text was among those kept already */
  add(hash: number, bytes: Buffer, start: number, end: number): boolean {
    if (end - start > longestText) return false;
    const before = this.#dictionary.size;
    const code = this.#dictionary.codeOf(hash, bytes, start, end);
    this.#counts[code] = this.#counts[code]! + 1;
    if (code < before) return true;
    if (this.#dictionary.size > mostTexts || this.#dictionary.textBytes > mostBytes) this.#purge();
    return false;
  }

  /** The most frequent first; of equally frequent ones the one that sorts first. */
  top(count: number): readonly { readonly value: string; readonly count: number }[] {
    return Array.from({ length: this.#dictionary.size }, (_, code) => code)
      .filter(code => this.#counts[code]! > this.error)
      .sort((a, b) => this.#counts[b]! - this.#counts[a]!)
      .slice(0, count * 50)
      .map(code => ({ value: this.#dictionary.text(code), count: this.#counts[code]! }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, count);
  }

  #purge(): void {
    const { size } = this.#dictionary;
    const median = this.#counts.slice(0, size).sort()[size >>> 1]!;
    this.error += median;
    const kept: [string, number][] = [];
    for (let code = 0; code < size; code++)
      if (this.#counts[code]! > median) kept.push([this.#dictionary.text(code), this.#counts[code]! - median]);
    this.#dictionary.clear();
    for (const [text, count] of kept) {
      const bytes = Buffer.from(text);
      this.#counts[this.#dictionary.code(bytes, 0, bytes.length)] = count;
    }
    this.#counts.fill(0, kept.length);
  }
}
