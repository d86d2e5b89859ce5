import { ModelyardError } from '../../../errors';
import type { ModelFacts, VersionFacts } from '../../content/model';
import type { ExportTally } from '../context';
import type { ObjectStore } from '../../../store/objects';
import type { ExportedFiles } from '../exportedFiles';
import type { MlflowServer, ServerRun } from './mlflowServer';
import { isOfOne, isRepeatable } from './mlflowServer';
import { ServerRegistry } from './serverRegistry';
import type { NewServerVersion, ServerModel, ServerVersion } from './serverRegistry';

/** The version here, by its number and the time when it was made. */
const VERSION_TAG = 'modelyard.version';
/** A stage that MLflow does not have. */
const STAGE_TAG = 'modelyard.stage';

const idOf = ({ version, createdAt }: VersionFacts): string => `${version}@${createdAt}`;

const STAGES = new Map(['Staging', 'Production', 'Archived'].map(stage => [stage.toLowerCase(), stage]));

export interface ModelWriterOptions {
  readonly server: MlflowServer;
  readonly tally: ExportTally;
  /** Files that runs get for versions. */
  readonly files: ExportedFiles;
  readonly objects: ObjectStore;
  /** A run on the server, by its id here. */
  readonly runOf: (id: string) => ServerRun | undefined;
}

/**
 * Registers models on a server. What is there stays: versions that are missing are made, each found again by its tag;
 * stages, aliases, tags and descriptions are set where there is none.
 */
export class ModelWriter {
  private readonly registry: ServerRegistry;
  private readonly tally: ExportTally;

  constructor(private readonly options: ModelWriterOptions) {
    this.registry = new ServerRegistry(options.server);
    this.tally = options.tally;
  }

  async write(model: ModelFacts): Promise<void> {
    const { tally } = this;
    const before = tally.problems.count;
    try {
      const found = await this.registry.model(model.name);
      const there = found ?? (await this.registry.create(model));
      if (found !== undefined)
        await this.attempt(`Model ${model.name}`, () => this.registry.complete(model.name, found, model));
      const made = await this.versions(model);
      await this.aliases(model, there, made.numbers);
      if (tally.problems.count > before) tally.models.broken++;
      else tally.models[found === undefined || made.isNew ? 'exported' : 'unchanged']++;
    } catch (error) {
      if (!isOfOne(error)) throw error;
      tally.models.broken++;
      tally.versions.broken += model.versions.length;
      this.problem(`Model ${model.name}`, error);
    }
  }

  /** The numbers that versions have on the server. */
  private async versions(
    model: ModelFacts,
  ): Promise<{ readonly numbers: ReadonlyMap<number, string>; readonly isNew: boolean }> {
    const there = await this.known(model);
    const numbers = new Map<number, string>();
    let isNew = false;
    for (const version of model.versions) {
      const title = `Model ${model.name}, version ${version.version}`;
      const before = this.tally.problems.count;
      const known = there.get(idOf(version));
      const found = known ?? (await this.attempt(title, () => this.create(model, version)));
      if (found !== undefined) {
        numbers.set(version.version, found.version);
        await this.attempt(title, () => this.stage(model.name, found, version));
      }
      isNew ||= known === undefined && found !== undefined;
      const isWhole = this.tally.problems.count === before;
      this.tally.versions[!isWhole ? 'broken' : known === undefined ? 'exported' : 'unchanged']++;
      if (known === undefined && found !== undefined && found.version !== String(version.version))
        this.tally.note(`Version ${version.version} of ${model.name} is version ${found.version} on the server.`);
    }
    return { numbers, isNew };
  }

  private async known(model: ModelFacts): Promise<ReadonlyMap<string, ServerVersion>> {
    const versions = await this.registry.versions(model);
    return new Map(
      versions.flatMap(version => {
        const id = version.tags.get(VERSION_TAG);
        return id === undefined ? [] : [[id, version] as const];
      }),
    );
  }

  /** A call that got no answer may have made it all the same. */
  private async create(model: ModelFacts, version: VersionFacts): Promise<ServerVersion> {
    const body = this.versionOf(model.name, version);
    await this.upload(version);
    try {
      return await this.registry.createVersion(body);
    } catch (error) {
      if (!isRepeatable(error)) throw error;
      return (await this.known(model)).get(idOf(version)) ?? (await this.registry.createVersion(body));
    }
  }

  /** The files of a logged model, which the run does not have itself. */
  private async upload({ place }: VersionFacts): Promise<void> {
    const { files, objects, runOf, server } = this.options;
    const owner = place && runOf(place.run);
    if (place === undefined || owner?.artifactUri.startsWith('mlflow-artifacts:') !== true) return;
    for (const { path, digest, size } of files.of(place.run, place.path.split('/')[0])) {
      await server.upload(owner.artifactUri, path, { path: objects.path(digest), size });
      this.tally.artifacts.files++;
      this.tally.artifacts.bytes += size;
    }
  }

  private versionOf(name: string, version: VersionFacts): NewServerVersion {
    const { description, runLink, run, stage, tags } = version;
    const there = run === undefined ? undefined : this.options.runOf(run);
    const isForeign = stage !== 'None' && !STAGES.has(stage.toLowerCase());
    return {
      name,
      source: this.sourceOf(version),
      ...(there !== undefined && { run_id: there.id }),
      ...(runLink !== '' && { run_link: runLink }),
      ...(description !== '' && { description }),
      tags: { ...tags, [VERSION_TAG]: idOf(version), ...(isForeign && { [STAGE_TAG]: stage }) },
    };
  }

  /** Where the files are on the server. */
  private sourceOf({ source, place }: VersionFacts): string {
    if (place === undefined) return source;
    const owner = this.options.runOf(place.run);
    if (owner === undefined)
      throw new ModelyardError('remote.refused', `Its run ${place.run} is not on the server.`, {
        fix: 'Export that run as well.',
      });
    return place.path === '' ? owner.artifactUri : `${owner.artifactUri}/${place.path}`;
  }

  /** A version that has a stage there keeps it. */
  private async stage(name: string, there: ServerVersion, { stage }: VersionFacts): Promise<void> {
    const wanted = STAGES.get(stage.toLowerCase());
    if (wanted !== undefined && there.stage === 'None') await this.registry.moveTo(name, there.version, wanted);
  }

  private async aliases(model: ModelFacts, there: ServerModel, numbers: ReadonlyMap<number, string>): Promise<void> {
    for (const [alias, version] of Object.entries(model.aliases)) {
      const number = numbers.get(version);
      if (number === undefined || there.aliases.has(alias)) continue;
      await this.attempt(`Model ${model.name}, alias ${alias}`, () =>
        this.registry.setAlias(model.name, alias, number),
      );
    }
  }

  /** What the server refuses for what it is is said, and the rest goes on. */
  private async attempt<T>(title: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!isOfOne(error)) throw error;
      this.problem(title, error);
      return undefined;
    }
  }

  private problem(title: string, { message, fix }: ModelyardError): void {
    this.tally.problems.add({ message: `${title}: ${message}`, ...(fix !== undefined && { fix }) });
  }
}
