import { posix } from 'node:path';
import type {
  Affected,
  AffectedAdvice,
  AffectedUse,
  AffectedVersion,
  DataNode,
  EndpointNode,
  LineageKind,
  LineageThing,
  RunNode,
  ViewNode,
} from '../protocol/lineage';
import { mostRuns, mostVersions, mostViews } from '../protocol/lineage';
import type { LineageRef } from '../protocol/lineageSource';
import { faultsOf } from './closure';
import { placeOfKey } from './places';
import type { OpenLineage } from './ports';
import { idOf } from './refs';
import { usesOf, viewOf } from './uses';

/** Advice about versions in use, at most. */
const mostAdvised = 10;

type Found = ReadonlyMap<LineageKind, readonly LineageRef[]>;

/** What is wrong if a thing is: counted in full, named as far as somebody reads it. */
export function affectedBy(root: LineageRef, open: OpenLineage): Affected {
  const besides = besidesFile(root, open);
  const found = faultsOf([root, ...besides], open.ask);
  const of = (kind: LineageKind): readonly LineageRef[] => [
    ...[root, ...besides].filter(ref => ref.kind === kind && (ref === root || kind === 'view')),
    ...(found.get(kind) ?? []),
  ];
  const versions = open.versions.versions(of('version')).toSorted(urgency);
  const runRefs = newestFirst(of('run'));
  const runs = open.describe(runRefs.slice(0, mostRuns)).filter(isRun);
  const [thing] = open.describe([root]);
  const data = open.describe(found.get('data') ?? []).filter(isData);
  const viewRefs = viewsOf([...of('view'), ...readersOf(of('data'), open)]);
  const views = open.describe(viewRefs.slice(0, mostViews)).filter(isView);
  const endpoints = open.describe(of('endpoint')).filter(isEndpoint);
  const uses = usesIn(open, { root, thing, found, views: viewRefs });
  const live = versions.filter(({ isLive }) => isLive);
  return {
    root: open.node(thing ?? { kind: 'file', id: idOf(root), path: root.key }, 0),
    versions: versions.slice(0, mostVersions),
    versionCount: versions.length,
    liveCount: live.length,
    endpoints,
    views,
    viewCount: viewRefs.length,
    runs,
    runCount: runRefs.length,
    data: root.kind === 'dataset' || root.kind === 'file' ? data.filter(one => !isVersionOf(root, one, open)) : data,
    started: startedBy([root, ...(found.get('data') ?? [])], new Set(runRefs.map(idOf)), open),
    uses,
    next: adviceOn(open, { live, versions, endpoints, runs, uses }),
  };
}

/**
 * Of a file the views that are read from its dataset, and the versions of that of which nobody here has seen a file: what was
 * imported is known by the run alone.
 */
function besidesFile({ kind, key }: LineageRef, { ask, config }: OpenLineage): readonly LineageRef[] {
  if (kind !== 'file' || !config) return [];
  const datasets = Object.entries(config.config.datasets).flatMap(([name, { path }]): readonly LineageRef[] =>
    posix.normalize(path) === key ? [{ kind: 'dataset', key: name }] : [],
  );
  if (datasets.length === 0) return [];
  const below = ask({ from: datasets, way: 'down' }).map(({ to }) => to);
  const data = below.filter(to => to.kind === 'data');
  const views = below.filter(to => to.kind === 'view');
  if (data.length === 0) return views;
  const links = ask({ from: data, way: 'up' });
  const placed = new Set(links.flatMap(({ from, to }) => (to.kind === 'file' ? [idOf(from)] : [])));
  return [...views, ...data.filter(ref => !placed.has(idOf(ref)))];
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
const isView = (thing: LineageThing): thing is ViewNode => thing.kind === 'view';
const isEndpoint = (thing: LineageThing): thing is EndpointNode => thing.kind === 'endpoint';

/** Views that have read such a version of their data: of what else they were joined into, that says nothing. */
const readersOf = (data: readonly LineageRef[], { ask }: OpenLineage): readonly LineageRef[] =>
  data.length === 0 ? [] : ask({ from: data, way: 'down' }).flatMap(({ to }) => (to.kind === 'view' ? [to] : []));

/** Each once: by name, the newest version first. */
function viewsOf(refs: readonly LineageRef[]): readonly LineageRef[] {
  const own = new Map(refs.map(ref => [idOf(ref), ref]));
  const version = ({ key }: LineageRef): number => Number(key.slice(key.lastIndexOf('@') + 2));
  return [...own.values()].toSorted(
    (a, b) => viewOf(a.key).localeCompare(viewOf(b.key), 'en') || version(b) - version(a),
  );
}

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
  readonly views: readonly LineageRef[];
}

function usesIn(open: OpenLineage, { root, thing, found, views: refs }: Seen): readonly AffectedUse[] {
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
  const views = new Set(refs.map(({ key }) => viewOf(key)));
  const seen = new Set<string>();
  return usesOf(config.config, { datasets, files, models, views }).flatMap(({ key, ...use }) => {
    const place = placeOfKey(config, key);
    if (place === undefined || seen.has(key)) return [];
    seen.add(key);
    return [{ ...use, place }];
  });
}

function adviceOn(
  open: OpenLineage,
  found: Pick<Affected, 'versions' | 'endpoints' | 'runs' | 'uses'> & { readonly live: readonly AffectedVersion[] },
): readonly AffectedAdvice[] {
  const affected = new Set(found.versions.map(({ id }) => id));
  const versions = found.live.slice(0, mostAdvised).flatMap((one): readonly AffectedAdvice[] => {
    const { model, version, stage } = one;
    const instead = open.versions.before(model, version, other => affected.has(`version:${model}@${other}`));
    const hasHeld = instead !== undefined && open.versions.hasHeld(model, instead, stage);
    const other = instead === undefined ? {} : { instead };
    if (one.isOnlyServed === true)
      return found.endpoints
        .filter(endpoint => endpoint.model === model && endpoint.version === version)
        .map(({ url }) => ({ kind: 'endpoint', model, version, url, ...other }));
    return [{ kind: 'version', model, version, stage, ...other, ...(hasHeld && { hasHeld }) }];
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
