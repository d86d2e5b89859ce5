import * as v from 'valibot';
import type { ForestWork } from './forestGrower';
import type { Tree } from './tree';

/** What goes between the threads of a forest, checked where it arrives. */
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const doubles = v.instance(Float64Array);
const indexes = v.instance(Int32Array);
const bytes = v.instance(Uint8Array);

const features = v.array(
  v.variant('kind', [
    v.object({ kind: v.literal('numeric'), edges: doubles, bins: whole }),
    v.object({ kind: v.literal('categorical'), categories: doubles, bins: whole }),
  ]),
);

const workSchema: v.GenericSchema<unknown, ForestWork> = v.object({
  rows: whole,
  features,
  bins: bytes,
  y: doubles,
  weights: doubles,
  outputs: whole,
  options: v.object({
    max_depth: whole,
    min_rows: whole,
    columns: v.union([v.literal('sqrt'), v.number()]),
  }),
  seeds: doubles,
});

const treeSchema: v.GenericSchema<unknown, Tree> = v.object({
  feature: indexes,
  threshold: doubles,
  categories: v.array(v.optional(doubles)),
  missingLeft: bytes,
  left: indexes,
  right: indexes,
  gain: doubles,
  rows: doubles,
  leafRows: doubles,
  value: doubles,
});

const grownSchema = v.object({ tree: whole, grown: v.array(treeSchema) });

export interface Grown {
  readonly tree: number;
  readonly grown: readonly Tree[];
}

/** @throws ValiError: both ends are of the same version */
export const parseWork = (message: unknown): ForestWork => v.parse(workSchema, message);
export const parseGrown = (message: unknown): Grown => v.parse(grownSchema, message);
export const parseTree = (message: unknown): number => v.parse(whole, message);
