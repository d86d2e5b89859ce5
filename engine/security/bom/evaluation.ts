import * as v from 'valibot';

const numbers = v.record(v.string(), v.nullable(v.number()));
const range = v.tuple([v.number(), v.number()]);

/** What a BOM reads of an evaluation.json. */
const schema = v.object({
  task: v.string(),
  rows: v.number(),
  metrics: numbers,
  intervals: v.optional(v.record(v.string(), range)),
  binary: v.optional(v.object({ threshold: v.number(), thresholdReason: v.optional(v.string()) })),
  slices: v.optional(v.array(v.object({ slice: v.string(), rows: v.number(), metrics: numbers }))),
  groups: v.optional(
    v.array(
      v.object({
        by: v.array(v.string()),
        minRows: v.number(),
        groups: v.array(v.object({ group: v.string(), rows: v.number(), isSmall: v.boolean(), rates: numbers })),
        measures: numbers,
      }),
    ),
  ),
});

export type BomEvaluation = v.InferOutput<typeof schema>;

/** Undefined: it is no evaluation. */
export function readBomEvaluation(text: string): BomEvaluation | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return parsed.success ? parsed.output : undefined;
}
