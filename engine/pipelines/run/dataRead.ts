import path from 'node:path';
import { ModelyardError } from '../../errors';
import type { Digest } from '../../protocol/ids';
import type { JobResult } from '../../protocol/jobs';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { Steps } from '../graph/graph';

/** The versions of datasets that the steps of a run have read: of each dataset one. */
export class DataRead {
  readonly digests = new Map<string, Digest>();
  private readonly first = new Map<string, string>();

  constructor(
    private readonly config: Pick<WorkspaceConfig, 'datasets'>,
    private readonly steps: Steps,
  ) {}

  /**
   * Notes what a step has read. A model must not be trained on rows that another step has not checked: data that changed
   * while the run went on ends it, unless a command of the pipeline writes that file.
   * @throws ModelyardError `conflict` at the dataset
   */
  note(step: string, inputs: JobResult['inputs']): void {
    for (const { dataset, digest } of inputs) {
      const before = this.digests.get(dataset);
      const first = this.first.get(dataset);
      if (before !== undefined && first !== undefined && before !== digest && !this.isMade(dataset))
        throw changed({ dataset, file: this.config.datasets[dataset]?.path ?? dataset, first, step });
      this.digests.set(dataset, digest);
      this.first.set(dataset, first ?? step);
    }
  }

  private isMade(dataset: string): boolean {
    const file = this.config.datasets[dataset]?.path;
    if (file === undefined) return true;
    const plain = path.posix.normalize(file);
    return Object.values(this.steps).some(
      step =>
        step.uses === 'run' &&
        step.outs.some(out => `${plain}/`.startsWith(`${path.posix.normalize(out).replace(/\/$/, '')}/`)),
    );
  }
}

const changed = (what: { dataset: string; file: string; first: string; step: string }): ModelyardError =>
  new ModelyardError(
    'conflict',
    `${what.file} was changed while the pipeline ran: ${what.step} has read another version of ${what.dataset} than ${what.first} before it.`,
    {
      place: { file: 'modelyard.yaml', key: `datasets.${what.dataset}.path` },
      fix: 'Run it again once the file is written. A file that is put in its place as a whole (written under another name, then renamed) is always read as one version.',
      data: { dataset: what.dataset },
    },
  );
