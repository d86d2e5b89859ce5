import type { RunId } from '../../protocol/ids';
import type { ObjectStore } from '../../store/objects';
import type { FilePlace } from '../content/model';
import type { ArtifactFacts } from '../content/run';
import type { ExportedVersion, ModelExportPort } from '../modelPort';

/** Where clients of MLflow 3 have their models: beside the files of the runs. */
const LOGGED = /^mlflow-artifacts:\/\d+\/models\/([^/]+)\/artifacts(?:\/(.*))?$/s;

/**
 * The files of the logged models that versions are made of. On their way out they become artifacts of the run, as they do
 * when they are imported: below the id of the model, so that they are the same ones each time.
 */
export class LoggedFiles {
  private readonly byRun = new Map<string, Map<string, ArtifactFacts>>();

  constructor(
    private readonly port: ModelExportPort,
    private readonly objects: ObjectStore,
  ) {}

  /** Where the files of a version will be; undefined: they are not those of a logged model, or one of them is missing. */
  take({ runId, storage }: ExportedVersion): FilePlace | undefined {
    const [, id = '', inside = ''] = LOGGED.exec(storage) ?? [];
    if (id === '' || runId === undefined) return undefined;
    const files = this.port.loggedFiles(id);
    if (files.length === 0 || !files.every(({ digest }) => this.objects.has(digest))) return undefined;
    const own = this.byRun.get(runId) ?? new Map<string, ArtifactFacts>();
    this.byRun.set(runId, own);
    for (const file of files) own.set(`${id}/${file.path}`, { ...file, path: `${id}/${file.path}` });
    return { run: runId, path: inside === '' ? id : `${id}/${inside}` };
  }

  /** What comes to the artifacts of a run. `below`: of one folder. */
  of(run: RunId, below?: string): readonly ArtifactFacts[] {
    const files = [...(this.byRun.get(run)?.values() ?? [])];
    return below === undefined ? files : files.filter(({ path }) => path.startsWith(`${below}/`));
  }
}
