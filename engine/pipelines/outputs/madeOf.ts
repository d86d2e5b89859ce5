import type { RunId } from '../../protocol/ids';
import { madeDigests } from '../cache/facts';
import type { Made, StoredOutput } from './outputs';
import { stepInput } from './outputs';

export interface Left {
  readonly step: string;
  readonly runId: RunId;
  readonly outputs: readonly StoredOutput[];
  /** The absolute path of each. */
  readonly paths: readonly string[];
  /** Of what it was made of, where that is known. */
  readonly fingerprint?: string | undefined;
  /** What it has read. */
  readonly datasets: Made['datasets'];
}

/** What a step has left, as those that need it take it. */
export const madeOf = ({ step, runId, outputs, paths, fingerprint, datasets }: Left): Made => ({
  runId,
  digests: madeDigests(outputs, fingerprint),
  inputs: outputs.map((output, i) => stepInput({ step, runId, output, path: paths[i] ?? '' })),
  datasets,
});
