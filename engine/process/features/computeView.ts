import { KeyTable } from '../../features/join/keyTable';
import { valueAt, type Values } from '../../features/join/values';
import type { Cell, ColumnType } from '../../protocol/data';
import type { FeatureDefinition } from '../../protocol/features';
import type { BatchView, ComputedRows, ComputePlan } from '../../protocol/featurePlans';
import { featureOf } from './read/batchView';
import { askedAt, askedNow } from './join/entitiesNow';
import type { JoinedFeature } from './join/joinedFeature';
import { joinView } from './join/joinView';
import { OneRow } from './read/oneRow';
import { asCell } from './previewRows';
import { sourceRows, type SourceBatch } from './read/sourceRows';
import { wantedOf } from './read/wanted';

/** Who looks at all values, such as for statistics. */
export interface ValueObserver {
  /** Values of a feature in consecutive rows of the source. `keep`: 0 where a row is not the view's. `events`: µs. */
  rows(feature: FeatureDefinition, values: Values, batch: ObservedBatch): void;
  /** The values of a window, of each entity as it is now. */
  windows(feature: FeatureDefinition, values: JoinedFeature): void;
}
export type ObservedBatch = Pick<SourceBatch, 'rows' | 'keep' | 'events'>;

interface HeadRow {
  readonly key: number;
  readonly event: number;
  readonly cells: Cell[];
}

/**
 * Computes all rows of a view.
 * @throws ModelyardError `data.*`, `config.invalid`, `cancelled`
 */
export async function computeView(
  { view, limit, now }: ComputePlan,
  { observer, progress }: { readonly observer?: ValueObserver; readonly progress: (fraction: number) => void },
  signal: AbortSignal,
): Promise<ComputedRows> {
  const { definition } = view;
  const { matched, windows, wanted } = wantedOf(definition.features);
  const keys = new KeyTable(definition.entities.map(({ type }) => type));
  const once = definition.event_time === undefined ? new OneRow(keys) : undefined;
  const head: HeadRow[] = [];
  let rows = 0;
  let newest = -Infinity;
  const part = (fraction: number): void => progress(windows.length > 0 ? fraction / 2 : fraction);
  const reading = { view, keys, newKeys: true, wanted: wanted.slice(0, matched.length), progress: part };
  for await (const batch of sourceRows(reading, signal)) {
    once?.add(batch);
    for (const [index, feature] of matched.entries()) observer?.rows(feature, batch.values[index]!, batch);
    for (let row = 0; row < batch.rows; row++) {
      if (batch.keep?.[row] === 0) continue;
      rows++;
      const event = batch.events?.[row] ?? -Infinity;
      if (event > newest && event <= now * 1000) newest = event;
      if (head.length < limit) head.push(headRow(batch, row, { keys, matched, parts: definition.entities.length }));
    }
  }
  await addWindows({ view, windows, head, keys, now }, observer, signal);
  return {
    ...{ rows, entities: keys.size },
    ...(Number.isFinite(newest) && { newestEvent: newest / 1000 }),
    columns: [
      ...definition.entities.map(({ key }) => key),
      ...timeColumns(view),
      ...[...matched, ...windows].map(nameOf),
    ],
    head: head.map(({ cells }) => cells),
    statistics: [],
  };
}

const nameOf = ({ name }: { readonly name: string }): string => name;

const timeColumns = ({ definition: { event_time, created_time } }: BatchView): readonly string[] =>
  [event_time, created_time].filter(column => column !== undefined);

interface HeadParts {
  readonly keys: KeyTable;
  /** Of a key. */
  readonly parts: number;
  readonly matched: readonly FeatureDefinition[];
}

function headRow(batch: SourceBatch, row: number, { keys, matched, parts }: HeadParts): HeadRow {
  const key = batch.keys[row]!;
  const time = (times: Float64Array | undefined): readonly Cell[] =>
    times === undefined ? [] : [Number.isNaN(times[row]) ? null : asCell('datetime', times[row]! / 1000)];
  const cells = [
    ...(key < 0 ? new Array<null>(parts).fill(null) : keys.key(key)),
    ...time(batch.events),
    ...time(batch.created),
    ...matched.map(({ type }, column) => asCell(type, valueAt(batch.values[column]!, row))),
  ];
  return { key, event: batch.events?.[row] ?? Number.NaN, cells };
}

interface WindowParts {
  readonly view: BatchView;
  readonly windows: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly head: readonly HeadRow[];
  readonly keys: KeyTable;
  readonly now: number;
}

/** Windows of the rows that are shown, as they were at their events; those of all entities now for the observer. */
async function addWindows(
  { view, windows, head, keys, now }: WindowParts,
  observer: ValueObserver | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (windows.length === 0) return;
  const features = windows.map(nameOf);
  const shown = await joinView({ view, features, asked: askedAt(keys, head), mode: 'tie-break' }, signal);
  for (const feature of shown.features)
    for (const [row, { cells }] of head.entries()) cells.push(asCell(feature.type, feature.value(row)));
  if (!observer) return;
  const all = await joinView({ view, features, asked: askedNow(keys, now), mode: 'known' }, signal);
  for (const feature of all.features) observer.windows(featureOf(view.definition, feature.name), feature);
}
