import { MlflowError } from './failures';

/** MLflow cuts what is too long (by code points), without a word. */
export function truncated(value: string, limit: number): string {
  return value.length <= limit ? value : Array.from(value).slice(0, limit).join('');
}

export const PARAM_VALUE = 6_000;
export const TAG_VALUE = 8_000;

/** Refuses a batch with too much of something. */
export function checkBatchSize(counts: { metrics: number; params: number; tags: number }): void {
  const limits = { metrics: 1_000, params: 100, tags: 100 } as const;
  for (const kind of ['metrics', 'params', 'tags'] as const)
    if (counts[kind] > limits[kind]) throw tooMany(kind, limits[kind], counts[kind]);
  const total = counts.metrics + counts.params + counts.tags;
  if (total > 1_000) throw tooMany('metrics, params, and tags', 1_000, total);
}

const tooMany = (what: string, limit: number, got: number): MlflowError =>
  new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `A batch logging request can contain at most ${limit} ${what}. Got ${got} ${what}. ` +
      `Please split up ${what} across multiple requests and try again.`,
  );
