import type { PointColumns } from '../content/points';
import { PIECE_POINTS } from '../content/points';
import { contentDigest } from '../content/digest';
import type { RunHead, SeriesFacts } from '../content/run';
import { SeriesHash } from '../content/seriesHash';
import type { ImportPort, KnownRun } from '../ports';
import { pause } from './pause';

/** The metrics of a run that is here, read in pieces. */
export async function localSeries(imports: Pick<ImportPort, 'points'>, run: KnownRun): Promise<readonly SeriesFacts[]> {
  const facts: SeriesFacts[] = [];
  for (const { id, key } of run.series) {
    const hash = new SeriesHash();
    for (const piece of imports.points(run, id, PIECE_POINTS)) {
      for (const { step, time, value } of piece) hash.add(BigInt(step), BigInt(time), value);
      if (piece.length === PIECE_POINTS) await pause();
    }
    if (hash.count > 0) facts.push({ key, count: hash.count, hash: hash.text() });
  }
  return facts;
}

/** The digest that the run would have in a source. */
export const localDigest = (run: KnownRun, series: readonly SeriesFacts[]): RunHead['digest'] =>
  contentDigest({ ...run, experiment: '', series });

/** How a metric of the source stands to the one here. `apart`: each has points that the other lacks. */
export type Relation = 'same' | 'more' | 'less' | 'apart';

/** Points looked up between two pauses. */
const LOOKED_UP = 500;

/**
 * Compares metrics that are in both places with different points.
 * @param points all points of the source, read only when they are needed
 */
export async function relateSeries(
  imports: ImportPort,
  sides: { readonly local: KnownRun; readonly localSeries: readonly SeriesFacts[]; readonly incoming: RunHead },
  points: () => AsyncIterable<PointColumns> | Iterable<PointColumns>,
): Promise<ReadonlyMap<string, Relation>> {
  const { local, incoming } = sides;
  const here = new Map(sides.localSeries.map(series => [series.key, series]));
  const there = new Map(incoming.series.map(series => [series.key, series]));
  const relations = new Map<string, Relation>();
  const open = new Map<string, { readonly id: number; readonly shared: SeriesHash }>();
  for (const key of new Set([...here.keys(), ...there.keys()])) {
    const a = here.get(key);
    const b = there.get(key);
    if (a === undefined || b === undefined) relations.set(key, a === undefined ? 'more' : 'less');
    else if (a.hash === b.hash && a.count === b.count) relations.set(key, 'same');
    else open.set(key, { id: local.series.find(series => series.key === key)?.id ?? 0, shared: new SeriesHash() });
  }
  if (open.size === 0) return relations;
  for await (const piece of points()) {
    const compared = open.get(piece.key);
    if (compared !== undefined) await countShared(imports, { local, piece, ...compared });
  }
  for (const [key, { shared }] of open) {
    const isMore = shared.text() === here.get(key)?.hash; // all that is here is there
    const isLess = shared.count === there.get(key)?.count;
    relations.set(key, isMore ? (isLess ? 'same' : 'more') : isLess ? 'less' : 'apart');
  }
  return relations;
}

async function countShared(
  imports: ImportPort,
  { local, piece, id, shared }: { local: KnownRun; piece: PointColumns; id: number; shared: SeriesHash },
): Promise<void> {
  for (let at = 0; at < piece.values.length; at++) {
    const point = { step: piece.steps[at]!, time: piece.times[at]!, value: piece.values[at]! };
    if (imports.hasPoint(local, id, point)) shared.add(point.step, point.time, point.value);
    if (at % LOOKED_UP === LOOKED_UP - 1) await pause();
  }
}
