import { malformed, type ForeignPlace } from './foreignModel';

/** `key=value` lines that belong together: the head of a model, or one tree. */
export class TextSection {
  private readonly entries = new Map<string, { readonly text: string; readonly line: number }>();

  constructor(
    private readonly file: string,
    /** Its first line. */
    readonly line: number,
  ) {}

  add(text: string, line: number): void {
    const at = text.indexOf('=');
    if (at < 0) this.entries.set(text.trim(), { text: '', line });
    else this.entries.set(text.slice(0, at), { text: text.slice(at + 1).trim(), line });
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  place(key: string): ForeignPlace {
    return { file: this.file, line: this.entries.get(key)?.line ?? this.line, key };
  }

  text(key: string): string {
    const found = this.entries.get(key);
    if (found) return found.text;
    throw malformed(this.place(key), 'is not whole: the key is missing.');
  }

  words(key: string): string[] {
    const text = this.text(key);
    return text === '' ? [] : text.split(' ');
  }

  /** @param length how many there must be */
  numbers(key: string, length: number): Float64Array {
    const words = this.words(key);
    if (words.length !== length)
      throw malformed(this.place(key), `is not whole: it has ${words.length} numbers, and ${length} are needed.`);
    return Float64Array.from(words, word => this.finite(key, word));
  }

  whole(key: string, from: number): number {
    const value = this.finite(key, this.text(key));
    if (Number.isInteger(value) && value >= from) return value;
    throw malformed(this.place(key), `is ${value}, and should be a whole number from ${from}.`);
  }

  private finite(key: string, word: string): number {
    const value = word === '' ? NaN : Number(word);
    if (Number.isFinite(value)) return value;
    throw malformed(this.place(key), `holds ${word === '' ? 'nothing' : word} where a number should be.`);
  }
}

export interface LightgbmText {
  readonly head: TextSection;
  readonly trees: readonly TextSection[];
  /** The names of categories by column, where pandas knew them. */
  readonly pandasCategories: TextSection;
}

/** Cuts a text of LightGBM's `save_model` into its parts. @throws ModelyardError `data.unreadable` */
export function lightgbmText(text: string, file: string): LightgbmText {
  const lines = text.split('\n');
  const head = new TextSection(file, 1);
  const trees: TextSection[] = [];
  let section = head;
  let end = lines.length;
  for (const [index, raw] of lines.entries()) {
    const line = raw.trimEnd();
    if (line === 'end of trees') {
      end = index;
      break;
    }
    if (line.startsWith('Tree=')) {
      section = new TextSection(file, index + 1);
      trees.push(section);
      if (line !== `Tree=${trees.length - 1}`)
        throw malformed({ file, line: index + 1 }, `is not whole: tree ${trees.length - 1} is missing.`);
    } else if (line !== '') section.add(line, index + 1);
  }
  if (end === lines.length) throw malformed({ file, line: lines.length }, 'is not whole: “end of trees” is missing.');
  const pandasCategories = new TextSection(file, end + 1);
  for (let index = end + 1; index < lines.length; index++)
    if (lines[index]!.startsWith('pandas_categorical:'))
      pandasCategories.add(`pandas_categorical=${lines[index]!.slice('pandas_categorical:'.length)}`, index + 1);
  return { head, trees, pandasCategories };
}
