import * as v from 'valibot';
import { ModelyardError } from '../errors';
import type { Evaluation, SliceEvaluation } from '../protocol/evaluation';
import { metrics, number, parts, sliceIntervals, type EvaluationParts } from './evaluationParts';

/** What gates read of an evaluation; the curves are left out. */
const schema = v.object({
  task: v.picklist(['binary', 'multiclass', 'regression']),
  label: v.string(),
  rows: v.number(),
  metrics,
  binary: v.optional(v.object({ threshold: v.number() })),
  slices: v.optional(
    v.array(
      v.object({
        slice: v.string(),
        rows: v.number(),
        metrics,
        intervals: sliceIntervals,
        rest: v.object({ rows: v.number(), metrics }),
        byThreshold: v.optional(
          v.array(v.object({ threshold: v.number(), selectionRateRatio: number, cost: v.optional(v.number()) })),
        ),
      }),
    ),
  ),
  ...parts,
});

/** What a gate judges by. */
export type Judged = Pick<Evaluation, 'rows' | 'metrics' | 'slices'> &
  Partial<EvaluationParts> & { readonly threshold?: number; readonly task?: Evaluation['task'] };

/** @throws ModelyardError `data.unreadable` when the text is not an evaluation */
export function parseEvaluation(text: string): Judged {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (!parsed.success) {
    throw new ModelyardError('data.unreadable', `evaluation.json is not an evaluation: ${parsed.issues[0].message}`, {
      fix: 'Let the step `evaluate` write it, or your command write it in the same form.',
    });
  }
  const { rows, metrics: measured, slices, binary, label: _, ...others } = parsed.output;
  return {
    ...others,
    rows,
    metrics: measured,
    ...(slices && {
      slices: slices.map(({ byThreshold, intervals, ...slice }) => ({
        ...slice,
        ...(intervals && { intervals }),
        ...(byThreshold && { byThreshold: byThreshold.map(withoutUndefined) }),
      })),
    }),
    ...(binary && { threshold: binary.threshold }),
  };
}

const withoutUndefined = ({
  cost,
  ...point
}: {
  threshold: number;
  selectionRateRatio: number;
  cost?: number | undefined;
}) => ({
  ...point,
  ...(cost !== undefined && { cost }),
});

/** Slices are found by their text, blanks aside. */
export function findSlice({ slices }: Pick<Judged, 'slices'>, text: string): SliceEvaluation | undefined {
  return slices?.find(({ slice }) => sameSlice(slice, text));
}

export const sameSlice = (a: string, b: string): boolean => normal(a) === normal(b);
const normal = (condition: string): string => condition.replace(/\s+/g, ' ').trim();
