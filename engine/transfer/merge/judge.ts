import type { Digest } from '../../protocol/ids';
import type { RunFacts, RunHead, Texts } from '../content/run';
import type { KnownRun, RunToWrite } from '../ports';
import type { Relation } from './localRun';

export type Verdict =
  | { readonly type: 'unchanged' }
  /** The run as it shall be. Its points are those of both, but for metrics that become what they are in the source. */
  | { readonly type: 'update'; readonly run: RunToWrite; readonly replaced: readonly string[] }
  /** `why` is a clause: `the parameter lr is 0.1 here and 0.2 there`. */
  | { readonly type: 'conflict'; readonly why: string };

export interface Comparison {
  readonly local: KnownRun;
  readonly localDigest: Digest;
  /** What the source had when the run came last; undefined: it was made here. */
  readonly last: { readonly digest: Digest; readonly source: string } | undefined;
  readonly incoming: RunHead;
  readonly relations: ReadonlyMap<string, Relation>;
  /** The source is a table, which has of a run only the last values of its metrics. */
  readonly isSummary: boolean;
}

/**
 * What becomes of a run that is here already. A run that nobody has changed here since it came becomes what it is in the
 * source now. If both sides have changed, what they do not disagree about is put together: params and points are only
 * added to, and any other difference is a conflict.
 */
export function judge(comparison: Comparison): Verdict {
  const { local, incoming, localDigest, last, relations, isSummary } = comparison;
  if (incoming.digest === localDigest || incoming.digest === last?.digest) return { type: 'unchanged' };
  const isUntouched = localDigest === last?.digest;
  if (isSummary && !(isUntouched && last.source === 'csv')) return summaryVerdict(comparison); // more is known here
  if (local.startedAt !== incoming.startedAt)
    return { type: 'conflict', why: differs('its start', local.startedAt, incoming.startedAt) };
  const { experimentId } = local;
  const apart = [...relations].flatMap(([key, relation]) => (relation === 'apart' ? [key] : []));
  if (isUntouched) return { type: 'update', run: { ...incoming, experimentId }, replaced: apart };
  const [fixed] = [
    ...textDifferences('parameter', local.params, incoming.params),
    ...apart.map(key => `the metric ${key} went on in two ways`),
  ];
  if (fixed !== undefined) return { type: 'conflict', why: fixed };
  const ending = laterEnding(local, incoming);
  const differences = [
    ...fieldDifferences(local, incoming, ending === undefined),
    ...textDifferences('tag', local.tags, incoming.tags),
    ...artifactDifferences(local, incoming),
  ];
  if (differences[0] !== undefined) return { type: 'conflict', why: differences[0] };
  if (ending !== 'there' && !addsSomething(comparison)) return { type: 'unchanged' };
  return { type: 'update', run: { ...together(local, incoming, ending), experimentId }, replaced: [] };
}

const show = (value: string | number | undefined): string =>
  value === undefined ? 'absent' : String(value).length > 60 ? `${String(value).slice(0, 60)}…` : String(value);
const differs = (what: string, here: string | number | undefined, there: string | number | undefined): string =>
  `${what} is ${show(here)} here and ${show(there)} there`;

function summaryVerdict({ local, incoming }: Comparison): Verdict {
  const [why] = textDifferences('parameter', local.params, incoming.params);
  return why === undefined ? { type: 'unchanged' } : { type: 'conflict', why };
}

const textDifferences = (what: string, here: Texts, there: Texts): readonly string[] =>
  Object.entries(there).flatMap(([key, value]) =>
    Object.hasOwn(here, key) && here[key] !== value ? [differs(`the ${what} ${key}`, here[key], value)] : [],
  );

/** A run that had not ended on one side: the other knows more. Undefined: both say the same, or both have ended. */
function laterEnding(local: RunFacts | RunToWrite, incoming: RunFacts): 'here' | 'there' | undefined {
  const isOpen = ({ status }: Pick<RunFacts, 'status'>): boolean => status === 'RUNNING' || status === 'SCHEDULED';
  if (isOpen(local) === isOpen(incoming)) return undefined;
  return isOpen(local) ? 'there' : 'here';
}

function fieldDifferences(local: KnownRun, incoming: RunHead, withEnding: boolean): readonly string[] {
  const fields = ['name', 'user', 'lifecycle', ...(withEnding ? (['status', 'endedAt'] as const) : [])] as const;
  return fields.flatMap(field =>
    local[field] === incoming[field] ? [] : [differs(`its ${NAMES[field]}`, local[field], incoming[field])],
  );
}

const NAMES = { name: 'name', user: 'user', lifecycle: 'state', status: 'status', endedAt: 'end' } as const;

function artifactDifferences(local: KnownRun, incoming: RunHead): readonly string[] {
  const here = new Map(local.artifacts.map(({ path, digest }) => [path, digest]));
  return incoming.artifacts.flatMap(({ path, digest }) => {
    const known = here.get(path);
    return known === undefined || known === digest ? [] : [`the artifact ${path} has another content here`];
  });
}

function addsSomething({ local, incoming, relations }: Comparison): boolean {
  const adds = (here: Texts, there: Texts): boolean => Object.keys(there).some(key => !Object.hasOwn(here, key));
  const paths = new Set(local.artifacts.map(({ path }) => path));
  const inputs = new Set(local.inputs.map(inputKey));
  return (
    adds(local.params, incoming.params) ||
    adds(local.tags, incoming.tags) ||
    incoming.artifacts.some(({ path }) => !paths.has(path)) ||
    incoming.inputs.some(input => !inputs.has(inputKey(input))) ||
    [...relations.values()].includes('more')
  );
}

const inputKey = ({ dataset, digest, context }: RunFacts['inputs'][number]): string =>
  JSON.stringify([dataset, digest, context]);

/** What both sides have; `update` adds params, inputs and artifacts to those that are here. */
function together(local: KnownRun, incoming: RunHead, ending: 'here' | 'there' | undefined): RunHead {
  const later = ending === 'there' ? incoming : local;
  return {
    ...incoming,
    status: later.status,
    ...(later.endedAt !== undefined && { endedAt: later.endedAt }),
    tags: { ...local.tags, ...incoming.tags },
  };
}
