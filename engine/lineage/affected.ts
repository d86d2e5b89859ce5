import { posix } from 'node:path';
import type {
  Affected,
  AffectedAdvice,
  AffectedUse,
  AffectedVersion,
  DataNode,
  LineageKind,
  LineageThing,
  RunNode,
} from '../protocol/lineage';
import { mostRuns, mostVersions } from '../protocol/lineage';
import type { LineageRef } from '../protocol/lineageSource';
import { faultsOf } from './closure';
import { placeOfKey } from './places';
import type { OpenLineage } from './ports';
import { idOf } from './refs';
import { usesOf } from './uses';

/** Advice about versions in use, at most. */
const mostAdvised = 10;

type Found = ReadonlyMap<LineageKind, readonly LineageRef[]>;

/** What is wrong if a thing is: counted in full, named as far as somebody reads it. */
export function affectedBy(root: LineageRef, open: OpenLineage): Affected {
  const unplaced = unplacedData(root, open);
  const found = faultsOf([root, ...unplaced], open.ask);
  const of = (kind: LineageKind): readonly LineageRef[] => [
    ...(root.kind === kind ? [root] : []),
    ...(found.get(kind) ?? []),
  ];
  const versions = open.versions.versions(of('version')).toSorted(urgency);
  const runRefs = newestFirst(of('run'));
  const runs = open.describe(runRefs.slice(0, mostRuns)).filter(isRun);
  const [thing] = open.describe([root]);
  const data = open.describe(found.get('data') ?? []).filter(isData);
  const uses = usesIn(open, { root, thing, found, versions });
  const live = versions.filter(({ isLive }) => isLive);
  return {
    root: open.node(thing ?? { kind: 'file', id: idOf(root), path: root.key }, 0),
    versions: versions.slice(0, mostVersions),
    versionCount: versions.length,
    liveCount: live.length,
    runs,
    runCount: runRefs.length,
    data: root.kind === 'dataset' || root.kind === 'file' ? data.filter(one => !isVersionOf(root, one, open)) : data,
    started: startedBy([root, ...(found.get('data') ?? [])], new Set(runRefs.map(idOf)), open),
    uses,
    next: adviceOn(open, { live, versions, runs, uses }),
  };
}

/** Of a file the versions of its dataset that nobody here has seen a file of: what was imported is known by the run alone. */
function unplacedData({ kind, key }: LineageRef, { ask, config }: OpenLineage): readonly LineageRef[] {
  if (kind !== 'file' || !config) return [];
  const datasets = Object.entries(config.config.datasets).flatMap(([name, { path }]): readonly LineageRef[] =>
    posix.normalize(path) === key ? [{ kind: 'dataset', key: name }] : [],
  );
  if (datasets.length === 0) return [];
  const data = ask({ from: datasets, way: 'down' }).flatMap(({ to }) => (to.kind === 'data' ? [to] : []));
  if (data.length === 0) return [];
  const links = ask({ from: data, way: 'up' });
  const placed = new Set(links.flatMap(({ from, to }) => (to.kind === 'file' ? [idOf(from)] : [])));
  return data.filter(ref => !placed.has(idOf(ref)));
}

/** In use first, then by the stage, then the newest. */
const urgency = (a: AffectedVersion, b: AffectedVersion): number =>
  Number(b.isLive) - Number(a.isLive) ||
  b.rank - a.rank ||
  b.aliases.length - a.aliases.length ||
  b.createdAt - a.createdAt ||
  b.version - a.version;

const newestFirst = (runs: readonly LineageRef[]): readonly LineageRef[] =>
  runs.toSorted((a, b) => Number(b.key) - Number(a.key));

const isRun = (thing: LineageThing): thing is RunNode => thing.kind === 'run';
const isData = (thing: LineageThing): thing is DataNode => thing.kind === 'data';

/** The versions of the dataset that is asked about, or that the file held, are no further data. */
function isVersionOf(root: LineageRef, { id, dataset }: DataNode, { ask }: OpenLineage): boolean {
  if (root.kind === 'dataset') return dataset === root.key;
  return ask({ from: [root], way: 'down' }).some(({ to }) => idOf(to) === id);
}

/** Runs that a trigger has started because of it, and that are not affected anyway. */
function startedBy(from: readonly LineageRef[], known: ReadonlySet<string>, open: OpenLineage): readonly RunNode[] {
  const triggers = open.ask({ from, way: 'down', most: mostRuns }).filter(({ relation }) => relation === 'watched');
  if (triggers.length === 0) return [];
  const runs = open
    .ask({ from: triggers.map(({ to }) => to), way: 'down' })
    .flatMap(({ to, relation }) => (relation === 'started' && !known.has(idOf(to)) ? [to] : []));
  const own = new Map(runs.map(ref => [idOf(ref), ref]));
  return open.describe(newestFirst([...own.values()]).slice(0, mostRuns)).filter(isRun);
}

interface Seen {
  readonly root: LineageRef;
  readonly thing: LineageThing | undefined;
  readonly found: Found;
  readonly versions: readonly AffectedVersion[];
}

function usesIn(open: OpenLineage, { root, thing, found }: Seen): readonly AffectedUse[] {
  const { config } = open;
  if (!config) return [];
  const data = [root, ...(found.get('data') ?? [])];
  const datasets = new Set(
    data.flatMap(({ kind, key }) =>
      kind === 'dataset' ? [key] : kind === 'data' ? [key.slice(0, key.lastIndexOf('@'))] : [],
    ),
  );
  const files = new Set(root.kind === 'file' ? [root.key] : []);
  for (const [name, { path }] of Object.entries(config.config.datasets)) {
    if (files.has(posix.normalize(path))) datasets.add(name);
    if (datasets.has(name)) files.add(posix.normalize(path));
  }
  const models = new Set(thing?.kind === 'version' ? [thing.model] : []);
  const seen = new Set<string>();
  return usesOf(config.config, { datasets, files, models }).flatMap(({ key, ...use }) => {
    const place = placeOfKey(config, key);
    if (place === undefined || seen.has(key)) return [];
    seen.add(key);
    return [{ ...use, place }];
  });
}

function adviceOn(
  open: OpenLineage,
  found: Pick<Affected, 'versions' | 'runs' | 'uses'> & { readonly live: readonly AffectedVersion[] },
): readonly AffectedAdvice[] {
  const affected = new Set(found.versions.map(({ id }) => id));
  const versions = found.live.slice(0, mostAdvised).map(({ model, version, stage }): AffectedAdvice => {
    const instead = open.versions.before(model, version, other => affected.has(`version:${model}@${other}`));
    const hasHeld = instead !== undefined && open.versions.hasHeld(model, instead, stage);
    return {
      ...{ kind: 'version', model, version, stage },
      ...(instead !== undefined && { instead }),
      ...(hasHeld && { hasHeld }),
    };
  });
  const known = open.config?.config.pipelines ?? {};
  const ran = found.runs.flatMap(({ pipeline }) =>
    pipeline !== undefined && Object.hasOwn(known, pipeline) ? [pipeline] : [],
  );
  const used = found.uses.flatMap(({ pipeline, step }) => (step === undefined ? [] : [pipeline]));
  const pipelines = [...new Set([...ran, ...used])];
  const programs = found.runs.flatMap(({ pipeline, source }) =>
    pipeline === undefined && source !== undefined ? [source] : [],
  );
  return [
    ...versions,
    ...pipelines.map((pipeline): AffectedAdvice => ({ kind: 'run', pipeline })),
    ...[...new Set(programs)].map((source): AffectedAdvice => ({ kind: 'program', source })),
  ];
}
