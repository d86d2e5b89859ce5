import type { Cell } from '../../protocol/data';
import type { EntityType } from '../../protocol/featureConfig';
import { NumberCodes } from './numberCodes';
import { wholeNumberText } from './wholeNumber';

/** Cells of a key's column in consecutive rows. */
export interface KeyCells {
  /** Whole numbers of cells that are one; infinite: a number that is none; NaN: ask for the text. Absent: ask for all texts. */
  readonly numbers?: Float64Array;
  /** Undefined: missing. */
  text(row: number): string | undefined;
}

interface Writing {
  readonly rows: number;
  /** Whether keys that have no code get one. */
  readonly isNew: boolean;
}

/** The code of a key that nobody asked for. */
const unknownKey = -1;
/** The code where the key is missing or not of its type. */
export const noKey = -2;

/** More codes of one column than this cannot be told apart in pairs. */
const mostCodes = 2 ** 26;

/**
 * Numbers entity keys, of one column or several. Keys are compared in their canonical form: with the type `integer` see
 * `wholeNumberText`; with the type `string` they are the texts as they stand, without any Unicode normalisation.
 */
export class KeyTable {
  readonly #columns: readonly KeyColumn[];
  /** Of pairs of codes, from left to right. */
  readonly #pairs: readonly NumberCodes[];

  constructor(types: readonly EntityType[]) {
    this.#columns = types.map(type => new KeyColumn(type));
    this.#pairs = types.slice(1).map(() => new NumberCodes());
  }

  get size(): number {
    return this.#pairs.at(-1)?.size ?? this.#columns[0]!.size;
  }

  /** Writes the codes of keys to `codes`, new ones for new keys. */
  add(cells: readonly KeyCells[], rows: number, codes: Int32Array): void {
    this.#write(cells, codes, { rows, isNew: true });
  }

  /** Writes the codes of keys to `codes`; `unknownKey` for those that were never added. */
  find(cells: readonly KeyCells[], rows: number, codes: Int32Array): void {
    this.#write(cells, codes, { rows, isNew: false });
  }

  /** The canonical values of a key. */
  key(code: number): readonly Cell[] {
    const values: Cell[] = [];
    let rest = code;
    for (let column = this.#columns.length - 1; column > 0; column--) {
      const pair = this.#pairs[column - 1]!.number(rest);
      values.unshift(this.#columns[column]!.value(pair % mostCodes));
      rest = Math.floor(pair / mostCodes);
    }
    return [this.#columns[0]!.value(rest), ...values];
  }

  #write(cells: readonly KeyCells[], codes: Int32Array, { rows, isNew }: Writing): void {
    this.#columns[0]!.write(cells[0]!, codes, { rows, isNew });
    if (this.#pairs.length === 0) return;
    const others = new Int32Array(rows);
    for (const [index, pairs] of this.#pairs.entries()) {
      this.#columns[index + 1]!.write(cells[index + 1]!, others, { rows, isNew });
      for (let row = 0; row < rows; row++) {
        const [left, right] = [codes[row]!, others[row]!];
        if (left < 0 || right < 0) codes[row] = Math.min(left, right);
        else codes[row] = isNew ? pairs.add(left * mostCodes + right) : pairs.find(left * mostCodes + right);
      }
    }
  }
}

/** Numbers from here on stand for whole numbers that a double cannot hold. */
const beyond = 2 ** 53;

/** Numbers the values of one column. */
class KeyColumn {
  readonly #type: EntityType;
  readonly #numbers = new NumberCodes();
  /** Of texts, and of whole numbers that a double cannot hold. */
  readonly #texts = new Map<string, number>();
  readonly #values: string[] = [];

  constructor(type: EntityType) {
    this.#type = type;
  }

  get size(): number {
    return this.#type === 'string' ? this.#values.length : this.#numbers.size;
  }

  value(code: number): Cell {
    if (this.#type === 'string') return this.#values[code]!;
    const number = this.#numbers.number(code);
    return number < beyond ? number + 0 : this.#values[(number - beyond) / 2]!;
  }

  write(cells: KeyCells, codes: Int32Array, { rows, isNew }: Writing): void {
    for (let row = 0; row < rows; row++) {
      const number = cells.numbers === undefined ? Number.NaN : cells.numbers[row]!;
      if (this.#type === 'integer' && number === number)
        codes[row] = !Number.isFinite(number) ? noKey : isNew ? this.#numbers.add(number) : this.#numbers.find(number);
      else {
        const found = cells.text(row);
        codes[row] = found === undefined ? noKey : this.#ofText(found, isNew);
      }
    }
  }

  #ofText(text: string, isNew: boolean): number {
    if (this.#type === 'string') return this.#numberOf(text, isNew);
    const whole = wholeNumberText(text);
    if (whole === undefined) return noKey;
    let number = Number(whole);
    if (!Number.isSafeInteger(number)) {
      const index = this.#numberOf(whole, isNew);
      if (index < 0) return unknownKey;
      number = beyond + 2 * index;
    }
    return isNew ? this.#numbers.add(number) : this.#numbers.find(number);
  }

  #numberOf(text: string, isNew: boolean): number {
    const known = this.#texts.get(text);
    if (known !== undefined || !isNew) return known ?? unknownKey;
    this.#texts.set(text, this.#values.length);
    return this.#values.push(text) - 1;
  }
}
