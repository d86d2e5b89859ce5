import type { ColumnProfile, ColumnType } from '../../protocol/data';
import type { ColumnBatch } from '../read/batch';
import { familyOf, typeOfKinds, type TypeFamily } from '../read/cellKind';
import { BooleanProfile } from './booleanProfile';
import type { Distribution } from './distribution';
import { NumberProfile } from './numberProfile';
import { TextProfile } from './textProfile';

export interface ProfilerOptions {
  /** How many went before, in which the column was missing. */
  readonly rows: number;
  /** Values kept at most; see `profileBound`. */
  readonly bound: number;
  /** When it is known already. */
  readonly type?: ColumnType | undefined;
  /** The type of a column without values. */
  readonly empty?: ColumnType | undefined;
}

/**
 * Profiles one column. It begins as the family of types that the first values have; when later values contradict it, the
 * column is `broken`: its kinds go on being gathered, and it must be read again with its type known.
 */
export class ColumnProfiler {
  readonly name: string;
  kinds = 0;
  broken = false;
  readonly #fixed: ColumnType | undefined;
  readonly #empty: ColumnType | undefined;
  readonly #bound: number;
  #family: TypeFamily | undefined;
  #profile: NumberProfile | TextProfile | BooleanProfile | undefined;
  #rows: number;

  constructor(name: string, options: ProfilerOptions) {
    this.name = name;
    this.#rows = options.rows;
    this.#bound = options.bound;
    this.#fixed = options.type;
    this.#empty = options.empty;
  }

  get type(): ColumnType {
    return this.#fixed ?? typeOfKinds(this.kinds, this.#empty);
  }

  add(column: ColumnBatch): void {
    const before = this.#rows;
    this.#rows += column.rows;
    let kinds = 0;
    for (let row = 0; row < column.rows; row++) kinds |= column.kinds[row]!;
    this.kinds |= kinds;
    if (this.broken || this.kinds === 0) return;
    const family = familyOf(this.type);
    if (this.#profile === undefined) {
      this.#family = family;
      this.#profile = this.#create(family);
      this.#profile.nulls = before;
    } else if (this.#family !== family) {
      this.broken = true;
      this.#profile = undefined;
      return;
    }
    this.#profile.add(column);
  }

  finish(): ColumnProfile {
    const rows = this.#rows;
    const base = { name: this.name, type: this.type, count: rows, nulls: rows, distinct: 0, distinctEstimated: false };
    const found = { ...base, ...this.#profile?.finish() };
    const count = rows - found.nulls;
    return { ...found, count, distinct: Math.min(found.distinct, count) };
  }

  /** Of a column without values there is none. */
  distribution(): Distribution | undefined {
    const found = this.#profile?.distribution();
    return found && { ...found, name: this.name };
  }

  #create(family: TypeFamily) {
    if (family === 'text') return new TextProfile(this.#bound);
    return family === 'boolean' ? new BooleanProfile() : new NumberProfile(this.#bound);
  }
}

/** Values that a profile may keep of each column: 16,384, fewer in tables of more than 256 columns. */
export function profileBound(columns: number): number {
  const share = (1 << 22) / Math.max(columns, 1);
  return 2 ** Math.min(14, Math.max(12, Math.floor(Math.log2(share))));
}
