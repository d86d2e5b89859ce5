import path from 'node:path';
import { toWireError } from '../../../errors';
import type { TransferProblem } from '../../../protocol/transfer';
import { findArtifacts } from '../artifactFolder';
import { mlflowArtifacts } from '../artifactGuesses';
import type { Confines } from '../confines';
import { modelArtifacts } from '../modelArtifacts';
import type { ModelArtifacts } from '../modelArtifacts';
import type { SourceArtifact } from '../source';
import { MetaYaml } from './metaYaml';

interface LoggedModel {
  readonly id: string;
  readonly name: string;
  readonly run: string;
  readonly uri: string;
  readonly folder: string;
}

/**
 * The models of an experiment. Since MLflow 3 their files lie beside the runs, not within them; here they become artifacts
 * of the run that logged them, below the model's name, as in MLflow's own list of a run's artifacts.
 */
export class LoggedModels {
  private readonly byRun = new Map<string, LoggedModel[]>();
  /** Models that cannot be read. */
  readonly problems: TransferProblem[] = [];

  constructor(
    experiment: string,
    private readonly confines: Confines,
    private readonly roots: readonly string[],
  ) {
    const models = path.join(experiment, 'models');
    for (const id of confines.folders(models)) {
      try {
        const folder = path.join(models, id);
        const meta = MetaYaml.read(path.join(folder, 'meta.yaml'), confines);
        const run = meta.optionalText('source_run_id');
        if (run === undefined) continue;
        const model = { id, run, folder, name: meta.text('name'), uri: meta.optionalText('artifact_location') ?? '' };
        this.byRun.set(run, [...(this.byRun.get(run) ?? []), model]);
      } catch (error) {
        const { message, place } = toWireError(error);
        this.problems.push({ message, ...(place && { place }) });
      }
    }
  }

  /** The files of the models of a run. `taken`: what the run has itself. */
  of(run: string, taken: readonly SourceArtifact[]): ModelArtifacts & { problems: TransferProblem[] } {
    const found = (this.byRun.get(run) ?? []).map(model => {
      const experiment = path.basename(path.dirname(path.dirname(model.folder)));
      const guesses = [
        path.join(model.folder, 'artifacts'),
        ...mlflowArtifacts({ uri: model.uri, tail: [experiment, 'models', model.id], roots: this.roots }),
      ];
      return { ...model, ...findArtifacts({ uri: model.uri, guesses }, this.confines) };
    });
    return { ...modelArtifacts(found, taken), problems: found.flatMap(({ problems }) => problems) };
  }
}
