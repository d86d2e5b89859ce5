import type { Digest } from '../protocol/ids';
import type { Lineage } from '../protocol/registry';

/** Contents that a version's lineage refers to, beside the files of its model. */
export const lineageDigests = (lineage: Lineage | undefined): readonly Digest[] =>
  [lineage?.evaluationDigest, lineage?.testsDigest].filter(digest => digest !== undefined);
