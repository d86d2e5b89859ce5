import type { Digest } from '../../protocol/ids';
import type { OutputKind } from '../../protocol/jobs';
import type { StepConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { StoredOutput } from '../outputs/outputs';
import { outputDigest } from '../outputs/outputs';
import type { DatasetFact } from './parts';
import { isTaken } from './parts';

/** What a step has made, as far as later ones compute with it: digests by kind. */
export type MadeDigests = ReadonlyMap<OutputKind, string>;

/**
 * A model counts as another one when it was made of something else, too: what its `MLmodel` says of its columns is not
 * in the digest, since that file also names run and time.
 */
export function madeDigests(outputs: readonly StoredOutput[], fingerprint: string | undefined): MadeDigests {
  const digests = new Map<OutputKind, string>();
  for (const output of outputs) {
    if (!isTaken(output.kind) || digests.has(output.kind)) continue;
    const found = outputDigest(output);
    digests.set(output.kind, output.kind === 'model' ? `${found} ${fingerprint ?? mlmodelOf(output)}` : found);
  }
  return digests;
}

const mlmodelOf = ({ files }: StoredOutput): string => files.find(({ path }) => path === 'MLmodel')?.digest ?? '';

/** The datasets of a step with what is in their files; all of them when none is named. */
export function datasetFacts(
  config: Pick<WorkspaceConfig, 'datasets'>,
  named: ReadonlySet<string>,
  digests: ReadonlyMap<string, Digest | undefined>,
): readonly DatasetFact[] {
  return Object.entries(config.datasets)
    .filter(([name]) => named.has(name))
    .map(([name, dataset]) => ({ name, config: dataset, digest: digests.get(name) }));
}

/** What a step reads of the workspace folder besides datasets. */
export function filesRead(step: StepConfig): readonly string[] {
  if (step.uses === 'run') return step.deps ?? [];
  return step.uses === 'import' ? [step.with.file] : [];
}

/** Steps that work on feature views, whatever the steps before them have made. */
const onViews: ReadonlySet<StepConfig['uses']> = new Set(['features', 'materialise', 'check-features']);

/** Whether it computes with what steps before it have made, apart from files. */
export const takesOutputs = ({ uses }: StepConfig): boolean => uses !== 'run' && !onViews.has(uses);

/** Datasets that the step itself names. */
export function datasetsNamed(step: StepConfig): readonly string[] {
  if (step.uses === 'features') return [step.with.entities, step.with.as];
  const named = step.uses === 'validate' || step.uses === 'split' ? step.with.dataset : undefined;
  return named === undefined ? [] : [named];
}
