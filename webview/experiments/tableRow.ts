import type { RunId } from '../../engine/protocol/ids';
import type { GroupValue, RunGroup } from '../../engine/protocol/runTable';
import type { RunSummary } from '../../engine/protocol/tracking';

/** A line of the table. */
export type TableRow = RunRow | GroupRow | MoreRow;

export interface RunRow {
  readonly kind: 'run';
  readonly key: RunId;
  readonly level: number;
  /** Undefined until it has been read. */
  readonly run: RunSummary | undefined;
}
export interface GroupRow {
  readonly kind: 'group';
  readonly key: string;
  readonly level: number;
  readonly by: string;
  /** The groups it is in, and itself. */
  readonly path: readonly GroupValue[];
  readonly group: RunGroup;
  readonly isOpen: boolean;
}
/** There are more groups than have been read, or their runs are being read. */
export interface MoreRow {
  readonly kind: 'more';
  readonly key: string;
  readonly level: number;
  readonly path: readonly GroupValue[];
  /** How many are left; undefined: they are being read. */
  readonly left: number | undefined;
}

export const pathKey = (path: readonly GroupValue[]): string => JSON.stringify(path.map(({ value }) => value));

export const runOf = (row: TableRow): RunSummary | undefined => (row.kind === 'run' ? row.run : undefined);
