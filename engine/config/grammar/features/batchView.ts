import * as v from 'valibot';
import type { BatchViewConfig } from '../../../protocol/featureConfig';
import { batchContradictions } from './batchProblems';
import { batchShape } from './batchShape';

/** A view with rows, of a source or pushed. */
export const batchView = v.pipe(
  batchShape,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value } = dataset;
    for (const { key, message } of batchContradictions(value)) {
      addIssue({
        message,
        ...(key && { path: [{ type: 'object', origin: 'value', input: { ...value }, key, value: value[key] }] }),
      });
    }
  }),
  v.transform(({ entity, columns: read = {}, compute: made = {}, windows: over = {}, ...rest }): BatchViewConfig => ({
    kind: 'batch',
    ...rest,
    entities: entity,
    features: { ...read, ...made, ...over },
  })),
);
