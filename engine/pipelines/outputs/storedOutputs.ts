import * as v from 'valibot';
import { digest } from '../../ids';
import { outputKindSchema } from '../step/jobMessage';

/** Outputs of a step as the database keeps them: JSON of `StoredOutput[]`. */
export const outputsSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(
    v.object({
      kind: outputKindSchema,
      path: v.string(),
      artifactPath: v.exactOptional(v.string()),
      files: v.array(v.object({ path: v.string(), digest: v.pipe(v.string(), v.transform(digest)), size: v.number() })),
    }),
  ),
);
