import { openReader } from '../../data/read/openReader';
import { cellValue } from '../../data/read/batch';
import { cellOf } from '../../data/write/newColumn';
import type { MatchedRow } from '../../features/join/joinedRows';
import type { JoinedValue } from '../../features/join/values';
import type { Cell, ColumnType } from '../../protocol/data';
import type { Place } from '../../protocol/errors';
import type { JoinReport, PreviewCell, PreviewFilter, PreviewRow } from '../../protocol/featureJoins';
import type { DatasetSource } from '../../protocol/jobs';
import type { PreviewPlan } from '../../protocol/featurePlans';
import { joinAll } from './join/joinAll';
import { viewName } from './read/batchView';
import type { JoinedFeature } from './join/joinedFeature';
import { rowPlaces } from './read/rowPlaces';

export interface Preview extends Omit<JoinReport, 'cpu' | 'took'> {
  readonly preview: readonly PreviewRow[];
}

/** Joins, and shows some rows with the reason of each value. @throws ModelyardError as `joinAll` */
export async function previewRows(
  plan: PreviewPlan,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<Preview> {
  const { asked, features, report } = await joinAll(plan, progress, signal);
  const shown: number[] = [];
  let passed = 0;
  for (let row = 0; row < asked.rows && shown.length < plan.limit; row++)
    if (features.some(feature => isShown(feature, row, plan.filter)) || plan.filter === 'all')
      if (passed++ >= plan.offset) shown.push(row);
  const entities = await entityCells(plan.entities, shown, signal);
  const places = await placesOf({ ...plan, features, shown }, signal);
  const preview = shown.map((row, index): PreviewRow => {
    const time = asked.times[row]!;
    return {
      ...{ row, entity: entities[index]!, ...(!Number.isNaN(time) && { time: time / 1000 }) },
      cells: features.map((feature, column) => previewCell(feature, row, places[column]!)),
    };
  });
  return { ...report, preview };
}

function isShown(feature: JoinedFeature, row: number, filter: PreviewFilter): boolean {
  if (filter === 'changed') return feature.later(row) !== undefined;
  return filter === 'all' || feature.status(row) !== 'present';
}

interface Shown {
  readonly features: readonly JoinedFeature[];
  /** Rows of the entity file. */
  readonly shown: readonly number[];
}

/** By column, where the matched rows stand. */
async function placesOf(
  { views, columns, features, shown }: PreviewPlan & Shown,
  signal: AbortSignal,
): Promise<readonly ReadonlyMap<number, Place>[]> {
  const found = columns.map((): ReadonlyMap<number, Place> => new Map());
  for (const view of views) {
    if (!('sources' in view)) continue;
    const own = columns.flatMap(({ reference }, index) => (reference.startsWith(`${viewName(view)}:`) ? [index] : []));
    const rows = own.flatMap(index => shown.flatMap(row => features[index]!.matched(row)?.row ?? []));
    const places = await rowPlaces(view.sources, rows, signal);
    for (const index of own) found[index] = places;
  }
  return found;
}

function previewCell(feature: JoinedFeature, row: number, places: ReadonlyMap<number, Place>): PreviewCell {
  const matched = feature.matched(row);
  const later = feature.later(row);
  const place = matched && places.get(matched.row);
  return {
    value: asCell(feature.type, feature.value(row)),
    status: feature.status(row),
    ...(matched && {
      matched: {
        ...timesOf(matched),
        ...(place && { place }),
        ...(matched.of !== undefined && { rows: matched.of }),
      },
    }),
    ...(later && {
      later: { value: asCell(feature.type, later.value), ...(later.matched && timesOf(later.matched)) },
    }),
  };
}

const timesOf = ({ event, created }: MatchedRow) => ({
  ...(Number.isFinite(event) && { event: event / 1000 }),
  ...(Number.isFinite(created) && { created: created / 1000 }),
});

export const asCell = (type: ColumnType, value: JoinedValue): Cell =>
  typeof value === 'number' ? cellOf(type, value) : value;

/** All cells of some rows of a file, given in ascending order. */
async function entityCells(source: DatasetSource, rows: readonly number[], signal: AbortSignal) {
  const found: Cell[][] = [];
  const { reader } = await openReader(source, { signal, digest: false });
  try {
    for await (const batch of reader.batches()) {
      const within = rows.slice(found.length).filter(row => row < batch.firstRow + batch.rows);
      const first = found.length;
      for (const _ of within) found.push([]);
      if (within.length > 0)
        for (let index = 0; index < reader.columns.length; index++) {
          const column = await batch.column(index);
          for (const [at, row] of within.entries()) found[first + at]!.push(cellValue(column, row - batch.firstRow));
        }
      if (found.length === rows.length) break;
    }
    return found;
  } finally {
    await reader.close();
  }
}
