import type { RunId } from '../../engine/protocol/ids';
import type { GroupValue, RunGroup } from '../../engine/protocol/runTable';
import type { RunSummary } from '../../engine/protocol/tracking';
import type { TableRow } from './tableRow';
import { pathKey } from './tableRow';

/** What has been read at one place: runs, or groups of the next level. */
export interface RowNode {
  readonly ids?: readonly RunId[];
  readonly groups?: readonly RunGroup[];
  /** Of all groups here. */
  readonly total?: number;
  readonly nextPageToken?: string;
}

export interface RowTree {
  /** What runs are grouped by, level by level. */
  readonly groupBy: readonly string[];
  readonly nodes: ReadonlyMap<string, RowNode>;
  readonly open: ReadonlySet<string>;
  readonly runs: ReadonlyMap<RunId, RunSummary>;
}

/** The lines of the table from the first to the last, with the runs of open groups. */
export function tableRows(tree: RowTree): readonly TableRow[] {
  const rows: TableRow[] = [];
  addRows(tree, [], rows);
  return rows;
}

function addRows(tree: RowTree, path: readonly GroupValue[], rows: TableRow[]): void {
  const node = tree.nodes.get(pathKey(path));
  const level = path.length + 1;
  if (node === undefined) {
    if (path.length > 0) rows.push({ kind: 'more', key: `more ${pathKey(path)}`, level, path, left: undefined });
    return;
  }
  for (const id of node.ids ?? []) rows.push({ kind: 'run', key: id, level, run: tree.runs.get(id) });
  const by = tree.groupBy[path.length];
  if (by === undefined) return;
  for (const group of node.groups ?? []) {
    const own = [...path, { by, value: group.value }];
    const key = pathKey(own);
    const isOpen = tree.open.has(key);
    rows.push({ kind: 'group', key, level, by, path: own, group, isOpen });
    if (isOpen) addRows(tree, own, rows);
  }
  const left = (node.total ?? 0) - (node.groups?.length ?? 0);
  if (node.nextPageToken !== undefined) rows.push({ kind: 'more', key: `more ${pathKey(path)}`, level, path, left });
}
