import * as v from 'valibot';
import type { KernelSize } from './kernel';

/** What a thread needs to take part in boosting: everything large is memory that it shares. */
export interface BoostingWork {
  readonly size: KernelSize;
  readonly memory: WebAssembly.Memory;
  /** Memory of the crew. */
  readonly calls: SharedArrayBuffer;
  /** From 1. */
  readonly member: number;
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly classes: number;
  readonly y: Float64Array;
  readonly weights: Float64Array;
  /** The scores that derivatives are taken at: rows × outputs. */
  readonly scores: Float64Array;
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const doubles = v.instance(Float64Array);

const workSchema: v.GenericSchema<unknown, BoostingWork> = v.object({
  size: v.object({ rows: whole, features: whole, histograms: whole, others: whole }),
  memory: v.instance(WebAssembly.Memory),
  calls: v.instance(SharedArrayBuffer),
  member: whole,
  task: v.picklist(['binary', 'multiclass', 'regression']),
  classes: whole,
  y: doubles,
  weights: doubles,
  scores: doubles,
});

/** @throws ValiError: both ends are of the same version */
export const parseBoostingWork = (message: unknown): BoostingWork => v.parse(workSchema, message);
