import { KeyTable } from '../../../features/join/keyTable';
import { PointInTimeJoin } from '../../../features/join/pointInTime';
import { WindowJoin } from '../../../features/windows/windowJoin';
import { familyOf } from '../../../data/read/cellKind';
import type { JoinMode } from '../../../protocol/featureJoins';
import { entityTimes, type AskedRows } from './askedRows';
import type { BatchView } from '../../../protocol/featurePlans';
import { featureOf } from '../read/batchView';
import { MatchedFeature, WindowFeature, type JoinedFeature } from './joinedFeature';
import { LeftOut } from '../read/leftOut';
import { OneRow } from '../read/oneRow';
import { sourceRows } from '../read/sourceRows';
import { wantedOf } from '../read/wanted';

export interface JoinViewOptions {
  readonly view: BatchView;
  /** Names of those that are wanted. */
  readonly features: readonly string[];
  readonly asked: AskedRows;
  readonly mode: JoinMode;
  readonly progress?: (fraction: number) => void;
}

export interface JoinedView {
  readonly features: readonly JoinedFeature[];
  /** Rows of the sources, and those left out. */
  readonly rows: number;
  readonly withoutTime: number;
  readonly withoutCreated: number;
  readonly withoutKey: number;
  /** Whether something says when its rows became known. */
  readonly tellsKnown: boolean;
}

/** Joins features of a view to the rows that ask, reading its sources once. @throws ModelyardError `data.*`, `config.invalid` */
export async function joinView(options: JoinViewOptions, signal: AbortSignal): Promise<JoinedView> {
  const { view, asked, mode } = options;
  const { definition } = view;
  const { matched, windows, wanted, windowRows } = wantedOf(options.features.map(name => featureOf(definition, name)));
  const hasTimes = definition.event_time !== undefined || definition.created_time !== undefined;
  const keyed = asked.keysOf(definition.entities);
  const entities = entityTimes(keyed, asked.times, hasTimes);
  const hasCreated = definition.created_time !== undefined;
  const join = new PointInTimeJoin(entities, {
    ...{ mode, hasCreated },
    kinds: matched.map(({ type }) => (familyOf(type) === 'text' ? 'text' : 'number')),
    ...(definition.ttl !== undefined && { ttl: definition.ttl * 1000 }),
  });
  const over = new WindowJoin(entities, {
    ...{ mode, hasCreated, hasIdentity: definition.identity !== undefined },
    windows: windows.map(({ from }) => ({ aggregate: from.aggregate, over: from.over * 1000 })),
  });
  const once = definition.event_time === undefined ? new OneRow(keyed.table) : undefined;
  const identities = windows.length > 0 && definition.identity !== undefined ? new KeyTable(['string']) : undefined;
  const { progress } = options;
  const reading = { view, keys: keyed.table, newKeys: false, wanted };
  const counts = new LeftOut(mode);
  for await (const batch of sourceRows(
    { ...reading, ...(identities && { identities }), ...(progress && { progress }) },
    signal,
  )) {
    counts.add(batch);
    once?.add(batch);
    if (matched.length > 0) join.add({ ...batch, values: batch.values.slice(0, matched.length) });
    if (windows.length > 0) over.add(windowRows(batch));
  }
  const joined = join.finish();
  const windowed = over.finish();
  const features = new Map<string, JoinedFeature>();
  for (const [index, feature] of matched.entries())
    features.set(feature.name, new MatchedFeature(feature, joined, index));
  for (const [index, feature] of windows.entries())
    features.set(feature.name, new WindowFeature(feature, windowed, index));
  const { rows, withoutKey, withoutTime, withoutCreated } = counts;
  return {
    features: options.features.map(name => features.get(name)!),
    ...{ rows, withoutKey, withoutTime, withoutCreated, tellsKnown: hasCreated },
  };
}
