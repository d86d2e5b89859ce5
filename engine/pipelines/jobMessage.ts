import * as v from 'valibot';
import { digest } from '../ids';
import type { JobMessage } from '../protocol/jobs';
import { wireErrorSchema } from '../schemas/wireError';
import { stepResourcesSchema } from './resources/stepResources';

const cell = v.nullable(v.union([v.string(), v.number(), v.boolean(), v.nan()]));
export const outputKindSchema = v.picklist([
  'dataset', 'split', 'preparation', 'tuning', 'model', 'evaluation', 'gate-report', 'model-version', 'file',
]); // prettier-ignore

const number = v.union([v.number(), v.nan()]);
export const outputSchema = v.object({
  kind: outputKindSchema,
  path: v.string(),
  artifactPath: v.exactOptional(v.string()),
});
/** A result without what it made. */
export const resultEntries = {
  params: v.record(v.string(), cell),
  metrics: v.record(v.string(), number),
  tags: v.record(v.string(), v.string()),
  inputs: v.array(
    v.object({ dataset: v.string(), digest: v.pipe(v.string(), v.transform(digest)), context: v.string() }),
  ),
  summary: v.string(),
};
const resultSchema = v.object({
  outputs: v.array(outputSchema),
  ...resultEntries,
  error: v.exactOptional(wireErrorSchema),
});

const messageSchema = v.variant('type', [
  v.object({ type: v.literal('progress'), fraction: v.exactOptional(v.number()), message: v.string() }),
  v.object({ type: v.literal('log'), line: v.string() }),
  v.object({ type: v.literal('metric'), key: v.string(), value: number, step: v.number() }),
  v.object({ type: v.literal('done'), result: resultSchema, resources: v.exactOptional(stepResourcesSchema) }),
  v.object({
    type: v.literal('failed'),
    error: wireErrorSchema,
    resources: v.exactOptional(stepResourcesSchema),
  }),
]);

/** What a child process sent, checked; undefined for anything else. */
export function parseJobMessage(message: unknown): JobMessage | undefined {
  const parsed = v.safeParse(messageSchema, message);
  return parsed.success ? parsed.output : undefined;
}
