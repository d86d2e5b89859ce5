import * as v from 'valibot';
import { artifactSchema, experimentSchema, factsEntries } from '../child/messages';
import { modelSchema } from '../child/modelSchema';
import type { Digest } from '../../protocol/ids';

/**
 * A bundle is a gzipped tar:
 *
 *     bundle.json          {"format": "modelyard-runs", "version": 2, …}, first
 *     runs/000001.jsonl    lines of JSON; all these files together are one text: an `experiment` before its runs, a `run`
 *     runs/000002.jsonl    before its `points`; after all of them each `model` of the registry
 *     objects/ab/cdef…     contents of artifacts and of the evaluations of versions, named by their sha-256
 *     end.json             how much there was, and the sha-256 of the lines; last
 */
export const FORMAT = 'modelyard-runs';
/** The newest that can be read. */
export const VERSION = 2;
/** A bundle without models is one that older ones read as well. */
export const VERSION_WITHOUT_MODELS = 1;
export const HEAD = 'bundle.json';
export const END = 'end.json';
export const runsName = (number: number): string => `runs/${String(number).padStart(6, '0')}.jsonl`;
export const objectName = (digest: Digest): string => `objects/${digest.slice(0, 2)}/${digest.slice(2)}`;
export const RUNS = /^runs\/\d{6,}\.jsonl$/;
export const OBJECT = /^objects\/([0-9a-f]{2})\/([0-9a-f]{62})$/;

/** Numbers that JSON lacks are texts: NaN, infinities, and integers beyond ±2^53. */
const integer = v.union([v.pipe(v.number(), v.safeInteger()), v.pipe(v.string(), v.regex(/^-?\d{16,19}$/))]);
const real = v.union([v.number(), v.picklist(['NaN', 'Infinity', '-Infinity'])]);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const headSchema = v.object({ format: v.literal(FORMAT), version: v.number() });

export const endSchema = v.object({
  runs: count,
  lines: count,
  objects: count,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
export type BundleEnd = v.InferOutput<typeof endSchema>;

const runLine = v.object({ run: v.strictObject({ ...factsEntries, artifacts: v.array(artifactSchema) }) });
const pointsLine = v.object({
  points: v.pipe(
    v.strictObject({ key: v.string(), steps: v.array(integer), times: v.array(integer), values: v.array(real) }),
    v.check(({ steps, times, values }) => steps.length === values.length && times.length === values.length),
  ),
});
const modelLine = v.object({ model: modelSchema });
export const lineSchema = v.union([v.object({ experiment: experimentSchema }), runLine, pointsLine, modelLine]);
export type BundleLine = v.InferOutput<typeof lineSchema>;
export type BundlePoints = v.InferOutput<typeof pointsLine>['points'];
export type BundleRun = v.InferOutput<typeof runLine>['run'];
