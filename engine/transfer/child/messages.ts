import * as v from 'valibot';
import { runId } from '../../ids';
import type { SourceKind, TransferProblem } from '../../protocol/transfer';
import { placeSchema, wireErrorSchema } from '../../schemas/wireError';
import type { WireError } from '../../protocol/errors';
import type { PointColumns } from '../content/points';
import { PIECE_POINTS } from '../content/points';
import type { ModelFacts } from '../content/model';
import type { ExperimentFacts, RunHead } from '../content/run';
import type { BrokenModel } from '../read/source';
import { modelSchema } from './modelSchema';
import { count, digestSchema, texts, time } from './schemas';

/** What the engine tells the child that reads a source. */
export type ToChild =
  | { readonly type: 'read'; readonly job: ReadJob }
  /** A message has been worked off: one more may come. */
  | { readonly type: 'next' }
  /** In answer to `long`: send the points, or go on to the next run. */
  | { readonly type: 'points' }
  | { readonly type: 'goOn' }
  | { readonly type: 'cancel' };

export interface ReadJob {
  readonly source: string;
  readonly kind?: SourceKind;
  readonly artifacts: readonly string[];
  /** `.modelyard/objects`: what is there need not be copied. */
  readonly objects: string;
  /** A private empty folder on the same disk. */
  readonly workDir: string;
}

export type BatchItem =
  | { readonly type: 'experiment'; readonly experiment: ExperimentFacts }
  /** A whole run: `points` are all of its points. */
  | { readonly type: 'run'; readonly head: RunHead; readonly points: readonly PointColumns[] }
  /** Some artifact of the run before is missing. */
  | { readonly type: 'incomplete'; readonly run: string; readonly problems: readonly TransferProblem[] }
  | { readonly type: 'broken'; readonly problem: TransferProblem }
  | { readonly type: 'model'; readonly model: ModelFacts }
  | BrokenModel
  | { readonly type: 'note'; readonly text: string };

/** What the child says. Of `batch` and `piece` only so many are under way as the engine has room for. */
export type FromChild =
  | { readonly type: 'plan'; readonly kind: SourceKind; readonly total?: number }
  | { readonly type: 'batch'; readonly items: readonly BatchItem[] }
  /** A run with more points than a message should carry: they come in pieces when they are asked for. */
  | { readonly type: 'long'; readonly head: RunHead }
  | { readonly type: 'piece'; readonly points: readonly PointColumns[] }
  /** `problem`: the points could not be read to their end. */
  | { readonly type: 'pieceEnd'; readonly problem?: TransferProblem }
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: WireError };

/** Where the staged objects lie in the child's folder. */
export const STAGED = 'objects';
/** `batch` and `piece` messages under way. */
export const WINDOW = 4;

const lifecycle = v.picklist(['active', 'deleted']);
export const sourceKinds = ['mlruns', 'mlflow-db', 'dvc', 'wandb', 'csv', 'bundle'] as const;

const problem = v.strictObject({
  message: v.string(),
  place: v.exactOptional(placeSchema),
  fix: v.exactOptional(v.string()),
  run: v.exactOptional(v.string()),
});

export const experimentSchema = v.strictObject({
  name: v.string(),
  lifecycle,
  createdAt: v.exactOptional(time),
  updatedAt: v.exactOptional(time),
  tags: texts,
});

export const factsEntries = {
  id: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9][\w-]{0,255}$/), v.transform(runId)),
  experiment: v.string(),
  name: v.string(),
  status: v.picklist(['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']),
  user: v.string(),
  startedAt: time,
  endedAt: v.exactOptional(time),
  lifecycle,
  params: texts,
  tags: texts,
  inputs: v.array(v.strictObject({ dataset: v.string(), digest: v.string(), context: v.string(), detail: v.string() })),
};

export const artifactSchema = v.strictObject({ path: v.string(), digest: digestSchema, size: count });

const head = v.strictObject({
  ...factsEntries,
  artifacts: v.array(artifactSchema),
  series: v.array(v.strictObject({ key: v.string(), count, hash: v.string() })),
  digest: digestSchema,
});

const columns = v.pipe(
  v.strictObject({
    key: v.string(),
    steps: v.instance(BigInt64Array),
    times: v.instance(BigInt64Array),
    values: v.instance(Float64Array),
  }),
  v.check(({ steps, times, values }) => {
    const { length } = values;
    return length <= PIECE_POINTS && steps.length === length && times.length === length;
  }),
);

const item = v.variant('type', [
  v.strictObject({ type: v.literal('experiment'), experiment: experimentSchema }),
  v.strictObject({ type: v.literal('run'), head, points: v.array(columns) }),
  v.strictObject({ type: v.literal('incomplete'), run: v.string(), problems: v.array(problem) }),
  v.strictObject({ type: v.literal('broken'), problem }),
  v.strictObject({ type: v.literal('model'), model: modelSchema }),
  v.strictObject({
    type: v.literal('brokenModel'),
    what: v.picklist(['model', 'version']),
    isIncomplete: v.exactOptional(v.boolean()),
    problem,
  }),
  v.strictObject({ type: v.literal('note'), text: v.string() }),
]);

const fromChild: v.GenericSchema<unknown, FromChild> = v.variant('type', [
  v.strictObject({ type: v.literal('plan'), kind: v.picklist(sourceKinds), total: v.exactOptional(count) }),
  v.strictObject({ type: v.literal('batch'), items: v.array(item) }),
  v.strictObject({ type: v.literal('long'), head }),
  v.strictObject({ type: v.literal('piece'), points: v.array(columns) }),
  v.strictObject({ type: v.literal('pieceEnd'), problem: v.exactOptional(problem) }),
  v.strictObject({ type: v.literal('progress'), text: v.string() }),
  v.strictObject({ type: v.literal('done') }),
  v.strictObject({ type: v.literal('failed'), error: wireErrorSchema }),
]);

const toChild: v.GenericSchema<unknown, ToChild> = v.variant('type', [
  v.strictObject({
    type: v.literal('read'),
    job: v.strictObject({
      source: v.string(),
      kind: v.exactOptional(v.picklist(sourceKinds)),
      artifacts: v.array(v.string()),
      objects: v.string(),
      workDir: v.string(),
    }),
  }),
  v.strictObject({ type: v.literal('next') }),
  v.strictObject({ type: v.literal('points') }),
  v.strictObject({ type: v.literal('goOn') }),
  v.strictObject({ type: v.literal('cancel') }),
]);

/** A message, checked; undefined for anything else. */
export function parseFromChild(message: unknown): FromChild | undefined {
  const parsed = v.safeParse(fromChild, message);
  return parsed.success ? parsed.output : undefined;
}

export function parseToChild(message: unknown): ToChild | undefined {
  const parsed = v.safeParse(toChild, message);
  return parsed.success ? parsed.output : undefined;
}
