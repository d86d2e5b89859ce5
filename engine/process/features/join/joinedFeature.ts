import { reasons, type JoinedRows, type MatchedRow } from '../../../features/join/joinedRows';
import type { JoinedValue } from '../../../features/join/values';
import type { WindowedRows } from '../../../features/windows/windowedRows';
import type { NewColumn } from '../../../data/write/newColumn';
import { familyOf } from '../../../data/read/cellKind';
import type { ColumnType } from '../../../protocol/data';
import type { FeatureStatus, JoinCounts } from '../../../protocol/featureJoins';

/** The values of a feature for the rows that asked. */
export interface JoinedFeature {
  readonly name: string;
  readonly type: ColumnType;
  readonly rows: number;
  status(row: number): FeatureStatus;
  value(row: number): JoinedValue;
  /** The row that was matched; of windows the newest one, and how many there are. */
  matched(row: number): (MatchedRow & { readonly of?: number }) | undefined;
  /** What it would be if what became known later counted too, where that is something else. */
  later(row: number): { readonly value: JoinedValue; readonly matched?: MatchedRow } | undefined;
  counts(): Pick<JoinCounts, 'statuses' | 'changedByLater'>;
  /** As it is written. */
  column(name: string): NewColumn;
}

type Counts = Pick<JoinCounts, 'statuses' | 'changedByLater'>;

const noStatuses = (): Record<FeatureStatus, number> => ({
  ...{ present: 0, 'null-value': 0, 'no-row': 0, 'not-yet-known': 0, expired: 0, 'no-key': 0, 'no-time': 0 },
});

function countsOf(feature: Pick<JoinedFeature, 'rows' | 'status' | 'later'>): Counts {
  const statuses = noStatuses();
  let changedByLater = 0;
  for (let row = 0; row < feature.rows; row++) {
    statuses[feature.status(row)]++;
    if (feature.later(row)) changedByLater++;
  }
  return { statuses, changedByLater };
}

export interface NamedFeature {
  readonly name: string;
  readonly type: ColumnType;
}

export class MatchedFeature implements JoinedFeature {
  readonly name: string;
  readonly type: ColumnType;
  readonly #joined: JoinedRows;
  readonly #column: number;

  constructor({ name, type }: NamedFeature, joined: JoinedRows, column: number) {
    this.name = name;
    this.type = type;
    this.#joined = joined;
    this.#column = column;
  }

  get rows(): number {
    return this.#joined.rows;
  }

  status(row: number): FeatureStatus {
    return this.#joined.status(this.#column, row);
  }

  value(row: number): JoinedValue {
    return this.#joined.value(this.#column, row);
  }

  matched(row: number): MatchedRow | undefined {
    return this.#joined.matched(row);
  }

  later(row: number) {
    const later = this.#joined.later(this.#column, row);
    return later && later.value !== this.value(row) ? later : undefined;
  }

  counts(): Counts {
    const { byReason, changedByLater } = this.#joined.counts(this.#column);
    const statuses = noStatuses();
    for (const [index, reason] of reasons.entries()) statuses[reason] = byReason[index]!;
    return { statuses, changedByLater };
  }

  column(name: string): NewColumn {
    const { type } = this;
    if (familyOf(type) !== 'text') return { name, type, numbers: this.#joined.numbers(this.#column) };
    return { name, type, text: row => textOf(this.value(row)) };
  }
}

export class WindowFeature implements JoinedFeature {
  readonly name: string;
  readonly type: ColumnType;
  readonly #windows: WindowedRows;
  readonly #window: number;

  constructor({ name, type }: NamedFeature, windows: WindowedRows, window: number) {
    this.name = name;
    this.type = type;
    this.#windows = windows;
    this.#window = window;
  }

  get rows(): number {
    return this.#windows.rows;
  }

  status(row: number): FeatureStatus {
    return this.#windows.status(this.#window, row);
  }

  value(row: number): JoinedValue {
    return this.#windows.value(this.#window, row);
  }

  matched(row: number) {
    const found = this.#windows.matched(this.#window, row);
    return found && { ...found.newest, of: found.rows };
  }

  later(row: number) {
    const later = this.#windows.later(this.#window, row);
    return later && { value: later.value, ...(later.newest && { matched: later.newest }) };
  }

  counts(): Counts {
    return countsOf(this);
  }

  column(name: string): NewColumn {
    const { type } = this;
    if (familyOf(type) !== 'text') return { name, type, numbers: this.#windows.numbers(this.#window) };
    return { name, type, text: row => textOf(this.value(row)) };
  }
}

/** Values by row, as something else gathered them. */
interface ComputedParts {
  readonly rows: number;
  readonly values: { at(row: number): JoinedValue };
  /** What they would be if what became known later counted too. */
  readonly later: { at(row: number): JoinedValue };
}

/** Computed from what the rows say that ask, and from other features. */
export class ComputedFeature implements JoinedFeature {
  readonly name: string;
  readonly type: ColumnType;
  readonly #parts: ComputedParts;

  constructor({ name, type }: NamedFeature, parts: ComputedParts) {
    this.name = name;
    this.type = type;
    this.#parts = parts;
  }

  get rows(): number {
    return this.#parts.rows;
  }

  status(row: number): FeatureStatus {
    return this.value(row) === null ? 'null-value' : 'present';
  }

  value(row: number): JoinedValue {
    return this.#parts.values.at(row);
  }

  matched(): undefined {
    return undefined;
  }

  later(row: number) {
    const value = this.#parts.later.at(row);
    return value === this.value(row) ? undefined : { value };
  }

  counts(): Counts {
    return countsOf(this);
  }

  column(name: string): NewColumn {
    const { type, rows } = this;
    if (familyOf(type) === 'text') return { name, type, text: row => textOf(this.value(row)) };
    const numbers = new Float64Array(rows);
    for (let row = 0; row < rows; row++) numbers[row] = Number(this.value(row) ?? Number.NaN);
    return { name, type, numbers };
  }
}

const textOf = (value: JoinedValue): string | null => (value === null ? null : String(value));
