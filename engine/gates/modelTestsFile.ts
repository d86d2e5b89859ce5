import * as v from 'valibot';
import { modelTest } from '../schemas/modelTest';
import { ModelyardError } from '../errors';
import type { ModelTests } from '../protocol/modelTests';

const named = v.array(v.object({ name: v.string(), type: v.string() }));
/** JSON has no NaN: what could not be measured is written as null. */
const number = v.pipe(
  v.nullable(v.number()),
  v.transform(value => value ?? Number.NaN),
);
const measured = v.exactOptional(v.object({ value: number, rounds: v.array(number) }));
const ratios = v.exactOptional(v.object({ ratio: number, interval: v.tuple([number, number]), noise: number }));

const schema: v.GenericSchema<unknown, ModelTests> = v.object({
  version: v.literal(1),
  signature: v.object({ inputs: named, outputs: named }),
  tests: v.array(
    v.object({
      test: modelTest,
      value: v.exactOptional(number),
      problem: v.exactOptional(v.string()),
      rows: v.number(),
      examples: v.array(v.object({ line: v.exactOptional(v.number()), file: v.string(), what: v.string() })),
      sentence: v.string(),
    }),
  ),
  footprint: v.object({
    latency_p50_ms: measured,
    latency_p99_ms: measured,
    rows_per_second: measured,
    memory_mb: measured,
    size_mb: measured,
  }),
  training: v.exactOptional(v.object({ seconds: v.number(), earlier: v.array(v.number()) })),
  beside: v.exactOptional(
    v.object({
      model: v.string(),
      version: v.number(),
      ratios: v.object({
        latency_p50_ms: ratios,
        latency_p99_ms: ratios,
        rows_per_second: ratios,
        memory_mb: ratios,
        size_mb: ratios,
      }),
    }),
  ),
  machine: v.object({ processor: v.string(), cores: v.number(), node: v.string() }),
});

/** @throws ModelyardError `data.unreadable` when the text is no such file */
export function parseModelTests(text: string): ModelTests {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new ModelyardError(
    'data.unreadable',
    `model-tests.json does not hold the tests of a model: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`,
    { fix: 'Let the step `test` write it.' },
  );
}
