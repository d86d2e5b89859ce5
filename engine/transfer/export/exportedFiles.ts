import type { RunId } from '../../protocol/ids';
import type { ObjectStore } from '../../store/objects';
import type { FilePlace } from '../content/model';
import type { ArtifactFacts } from '../content/run';
import type { ExportedVersion, ModelExportPort } from '../modelPort';

/** Where clients of MLflow 3 have their models: beside the files of the runs. */
const LOGGED = /^mlflow-artifacts:\/\d+\/models\/([^/]+)\/artifacts(?:\/(.*))?$/s;

/**
 * What becomes of the files of runs for the sake of versions. Those of the logged models that versions are made of become
 * artifacts of the run on their way out, as they do when they are imported: below the id of the model, so that they are the
 * same ones each time. Those of versions that may not leave stay.
 */
export class ExportedFiles {
  private readonly byRun = new Map<string, Map<string, ArtifactFacts>>();
  private readonly withheld = new Map<string, Set<string>>();

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

  /** The files at a place, or below it, stay here. */
  withhold({ run, path }: FilePlace): void {
    this.withheld.set(run, (this.withheld.get(run) ?? new Set()).add(path));
  }

  isWithheld(run: string, file: string): boolean {
    const places = this.withheld.get(run);
    if (places === undefined) return false;
    return [...places].some(place => place === '' || file === place || file.startsWith(`${place}/`));
  }

  /** What comes to the artifacts of a run. `below`: of one folder. */
  of(run: RunId, below?: string): readonly ArtifactFacts[] {
    const files = [...(this.byRun.get(run)?.values() ?? [])];
    return below === undefined ? files : files.filter(({ path }) => path.startsWith(`${below}/`));
  }
}
