import type { Digest } from '../../protocol/ids';
import type { RunFacts, RunHead, Texts } from '../content/run';
import type { KnownRun, RunToWrite } from '../ports';
import type { Relation } from './localRun';

export type Verdict =
  | { readonly type: 'unchanged' }
  /** The run as it shall be; its points are those of both. */
  | { readonly type: 'update'; readonly run: RunToWrite }
  /** `why` is a clause: `the parameter lr is 0.1 here and 0.2 there`. */
  | { readonly type: 'conflict'; readonly why: string };

export interface Comparison {
  readonly local: KnownRun;
  readonly localDigest: Digest;
  /** What the source had when the run came last; undefined: it was made here. */
  readonly lastDigest: Digest | undefined;
  readonly incoming: RunHead;
  readonly relations: ReadonlyMap<string, Relation>;
  /** The source is a table, which has of a run only the last values of its metrics. */
  readonly isSummary: boolean;
}

/**
 * What becomes of a run that is here already. Params, start and points never change, they are only added to: a
 * difference there is a conflict. For the rest, the side that has changed since the last import wins; if both have, only
 * what they do not disagree about is put together.
 */
export function judge(comparison: Comparison): Verdict {
  const { local, incoming, localDigest, lastDigest } = comparison;
  if (incoming.digest === localDigest || incoming.digest === lastDigest) return { type: 'unchanged' };
  const fixed = fixedDifference(comparison);
  if (fixed !== undefined) return { type: 'conflict', why: fixed };
  const { experimentId } = local;
  if (comparison.isSummary && localDigest !== lastDigest) return { type: 'unchanged' }; // more is known here
  if (localDigest === lastDigest) return { type: 'update', run: { ...incoming, experimentId } };
  const ending = laterEnding(local, incoming);
  const differences = [
    ...fieldDifferences(local, incoming, ending === undefined),
    ...textDifferences('tag', local.tags, incoming.tags),
    ...artifactDifferences(local, incoming),
  ];
  if (differences[0] !== undefined) return { type: 'conflict', why: differences[0] };
  if (ending !== 'there' && !addsSomething(comparison)) return { type: 'unchanged' };
  return { type: 'update', run: { ...together(local, incoming, ending), experimentId } };
}

const show = (value: string | number | undefined): string =>
  value === undefined ? 'absent' : String(value).length > 60 ? `${String(value).slice(0, 60)}…` : String(value);
const differs = (what: string, here: string | number | undefined, there: string | number | undefined): string =>
  `${what} is ${show(here)} here and ${show(there)} there`;

function fixedDifference({ local, incoming, relations, isSummary }: Comparison): string | undefined {
  if (local.startedAt !== incoming.startedAt && !isSummary)
    return differs('its start', local.startedAt, incoming.startedAt);
  const [param] = textDifferences('parameter', local.params, incoming.params);
  if (param !== undefined) return param;
  if (isSummary) return undefined;
  const apart = [...relations].find(([, relation]) => relation === 'apart');
  return apart && `the metric ${apart[0]} went on in two ways`;
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
