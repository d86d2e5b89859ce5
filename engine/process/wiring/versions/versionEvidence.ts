import * as v from 'valibot';
import { ModelyardError } from '../../../errors';
import type { ChampionComparison } from '../../../protocol/evaluation';
import type { RunId } from '../../../protocol/ids';
import type { ModelVersion } from '../../../protocol/registry';
import type { SignatureInfo } from '../../../protocol/registryMoves';
import type { VersionRecord } from '../../../registry/records';
import type { MeasuredSide } from '../../../registry/versionDiff/metricChanges';
import { readSignature } from '../../../registry/versionDiff/readSignature';
import type { ObjectStore } from '../../../store/objects';
import type { TrackingService } from '../../../tracking/service';
import { registeredEvaluation } from '../registeredEvaluation';

export interface EvidenceRooms {
  readonly tracking: TrackingService;
  readonly objects: ObjectStore;
}

/** Larger files are no description of a model, nor a comparison. */
const mostBytes = 4 << 20;

const pair = v.tuple([v.number(), v.number()]);
const evaluation = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    metrics: v.record(v.string(), v.nullable(v.number())),
    intervals: v.optional(v.record(v.string(), pair), {}),
  }),
);
const difference = v.object({
  own: v.number(),
  champion: v.number(),
  difference: v.number(),
  interval: v.exactOptional(pair),
  higher: v.exactOptional(v.number()),
});
const champion = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    version: v.literal(1),
    model: v.string(),
    modelVersion: v.number(),
    stage: v.string(),
    rows: v.number(),
    seen: v.number(),
    metrics: v.record(v.string(), v.unknown()),
    delong: v.exactOptional(
      v.object({ difference: v.number(), standardError: v.number(), interval: pair, p: v.number() }),
    ),
  }),
);

/** The metrics that a version was registered with, and the intervals of its evaluation. */
export function measuredOf(rooms: EvidenceRooms, version: ModelVersion): MeasuredSide {
  const found = orNone(() => registeredEvaluation(rooms, version));
  const parsed = found && v.safeParse(evaluation, Buffer.from(found).toString('utf8'));
  if (!parsed?.success) return { metrics: version.metrics, intervals: {} };
  const { metrics, intervals } = parsed.output;
  const numbers = Object.entries(metrics).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  return { metrics: { ...version.metrics, ...Object.fromEntries(numbers) }, intervals };
}

/** The comparison with a registered version that was made when this one was evaluated. */
export function championOf(rooms: EvidenceRooms, { runId }: ModelVersion): ChampionComparison | undefined {
  const text = runId && fileOf(rooms, runId, 'champion.json');
  const parsed = text === undefined ? undefined : v.safeParse(champion, text);
  if (!parsed?.success) return undefined;
  const metrics = Object.entries(parsed.output.metrics).flatMap(([name, value]) => {
    const one = v.safeParse(difference, value); // a metric that is no number is written as null
    return one.success ? [[name, one.output] as const] : [];
  });
  return { ...parsed.output, metrics: Object.fromEntries(metrics) };
}

/** What the model takes and gives; undefined: it says nothing of that, or its files are not here. */
export function signatureOf(rooms: EvidenceRooms, version: VersionRecord): SignatureInfo | undefined {
  const text = mlmodelOf(rooms, version);
  return text === undefined ? undefined : readSignature(text);
}

function mlmodelOf(rooms: EvidenceRooms, version: VersionRecord): string | undefined {
  const { tracking, objects } = rooms;
  const { runId, artifactPath, loggedModel, storage } = version;
  if (loggedModel !== undefined) {
    const found = orNone(() => tracking.models.folder(loggedModel).list())?.find(({ path }) => path === 'MLmodel');
    return found?.digest && textOf(objects, found.digest, found.size ?? 0);
  }
  if (runId !== undefined && artifactPath !== '') return fileOf(rooms, runId, `${artifactPath}/MLmodel`);
  if (runId === undefined) return undefined;
  const root = `${tracking.record(runId).artifactUri}/`;
  return storage.startsWith(root) ? fileOf(rooms, runId, `${storage.slice(root.length)}/MLmodel`) : undefined;
}

function fileOf({ tracking, objects }: EvidenceRooms, run: RunId, path: string): string | undefined {
  const found = orNone(() => tracking.artifact(run, path));
  return found && textOf(objects, found.digest, found.size);
}

const textOf = (objects: ObjectStore, digest: Parameters<ObjectStore['read']>[0], size: number): string | undefined =>
  size > mostBytes ? undefined : orNone(() => Buffer.from(objects.read(digest)).toString('utf8'));

/** Undefined: it is not here, or cannot be read. */
function orNone<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof ModelyardError && error.code !== 'internal') return undefined;
    throw error;
  }
}
