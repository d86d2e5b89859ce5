import * as v from 'valibot';
import type { JobMessage } from '../../protocol/jobs';
import { outputlessResult } from '../../schemas/jobResult';
import { wireErrorSchema } from '../../schemas/wireError';
import { stepResourcesSchema } from '../resources/stepResources';

export const outputKindSchema = v.picklist([
  'training-set', 'feature-set', 'feature-check', 'dataset', 'split', 'preparation', 'tuning', 'model', 'cross-validation', 'evaluation', 'model-tests',
      'gate-report', 'model-version', 'file',
]); // prettier-ignore

const number = v.union([v.number(), v.nan()]);
export const outputSchema = v.object({
  kind: outputKindSchema,
  path: v.string(),
  artifactPath: v.exactOptional(v.string()),
});
/** A result without what it made. */
export const resultEntries = outputlessResult(number);
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
