import { ModelyardError } from '../errors';
import type { GateReport } from '../protocol/gates';
import type { Digest, RunId } from '../protocol/ids';
import type { Lineage, ModelVersion, Promotion, RegisteredModel } from '../protocol/registry';
import type { Person } from '../protocol/approvals';
import type { RegistryFound, RegistryQuery } from '../protocol/registryMoves';
import type { ScanSummary } from '../protocol/security';
import type { SignatureSummary } from '../protocol/signatures';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import type { Database } from '../store/database';
import { Approvals } from './approvals';
import { CleanUp } from './cleanUp';
import { modelCreated, versionCreated } from './events';
import type { RegistryEvent } from './events';
import { Models } from './models';
import type { AliasRequest } from './models';
import { Moves } from './moves';
import type { MoveRequest } from './moves';
import { Overview } from './overview';
import type { ClientVersion, ModelRecord, RecordedMove, VersionRecord } from './records';
import { toVersion } from './records';
import { RegistryExport } from './registryExport';
import { RegistryImport } from './registryImport';
import { Stages } from './stages';
import { RegistryStore } from './store';
import { Versions } from './versions';
import { WayBack } from './wayBack';

export interface RegistryServiceOptions {
  readonly db: Database;
  readonly config: () => Promise<WorkspaceConfig>;
  /** Judges a version by the gates of the stage that is named instead of its own, and keeps the report. */
  readonly judge: (subject: ModelVersion) => Promise<GateReport>;
  /** The newest report of each stage of models, by their names. */
  readonly reports: (models: readonly string[]) => ReadonlyMap<string, readonly GateReport[]>;
  /** The newest scan of each version of models, by their names; absent: nobody scans. */
  readonly scans?: (models: readonly string[]) => ReadonlyMap<string, readonly ScanSummary[]>;
  /** How the signature of each version of models stands, by their names; absent: nobody signs. */
  readonly signatures?: (models: readonly string[]) => Promise<ReadonlyMap<string, readonly SignatureSummary[]>>;
  /** Who does it, for the history. */
  readonly user: () => string;
  /** The same with what git knows of them; default: the account alone. */
  readonly person?: () => Promise<Person>;
  /** What runs on a version: `the deployment credit-api`. Undefined: nothing does. */
  readonly inUse?: (model: string, version: number) => string | undefined;
  /** After the commit. */
  readonly changed: (model: string) => void;
  /** What others outside want to be told, after the commit. */
  readonly happened?: (event: RegistryEvent) => void;
  readonly now?: () => number;
}

export interface NewVersion {
  readonly model: string;
  readonly runId: RunId;
  readonly artifactPath: string;
  readonly description: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly lineage: Lineage;
}

/** Registered models: versions, who held which stage when, and why. `models` and `versions` are what clients ask for. */
export class RegistryService {
  readonly models: Models;
  readonly versions: Versions;
  readonly stages: Stages;
  readonly moves: Moves;
  readonly wayBack: WayBack;
  readonly approvals: Approvals;
  readonly cleaning: CleanUp;
  /** Takes in models of other registries. */
  readonly imports: RegistryImport;
  readonly exports: RegistryExport;
  private readonly store: RegistryStore;
  private readonly overview: Overview;

  constructor(private readonly options: RegistryServiceOptions) {
    const { db, user, judge, reports, scans = () => new Map(), inUse = () => undefined } = options;
    const { signatures = () => Promise.resolve(new Map()) } = options;
    const store = new RegistryStore(db);
    this.store = store;
    const changed = (model: string, event?: RegistryEvent): void => this.tell(model, event);
    const book = { db, store, now: () => (options.now ?? Date.now)(), user, changed, inUse };
    this.models = new Models(book);
    this.versions = new Versions(book, this.models);
    this.stages = new Stages(options.config);
    const { models, versions, stages } = this;
    const parts = { ...book, models, versions, stages, judge };
    this.moves = new Moves(parts);
    this.wayBack = new WayBack(parts, this.moves);
    this.approvals = new Approvals({ ...parts, reports, person: () => this.person() });
    this.cleaning = new CleanUp(parts, this.moves);
    this.overview = new Overview({ store, stages, approvals: this.approvals, reports, scans, signatures, inUse });
    this.imports = new RegistryImport({ ...book, stages: this.stages });
    this.exports = new RegistryExport({ db, store: this.store, stages: this.stages });
  }

  /** Without prompts. */
  async list(): Promise<readonly RegisteredModel[]> {
    return this.overview.all(this.models.all());
  }

  /** @throws ModelyardError `not-found` */
  async get(name: string): Promise<RegisteredModel> {
    return this.overview.one(this.models.get(name));
  }

  /** The version that holds a stage now: of those in it, the one that was moved there last. */
  holder(name: string, stage: string): ModelVersion | undefined {
    const model = this.models.find(name);
    const [holder] = model ? this.store.inStage(model, stage) : [];
    return holder && toVersion(holder);
  }

  /** The number of a model's newest move between stages; 0: there is none. */
  lastMove(name: string): number {
    const model = this.models.find(name);
    return model ? this.store.moves.last(model) : 0;
  }

  /** Moves of a model's versions after that one, being registered among them; in their order. */
  movesAfter(name: string, after: number): readonly RecordedMove[] {
    const model = this.models.find(name);
    return model ? this.store.moves.after(model, after) : [];
  }

  /** The version whose model a file of a run is part of: `version 3 of credit-risk`. */
  partOf(runId: RunId, path: string): string | undefined {
    const found = this.store.versionsOf(runId).find(({ artifactPath }) => isWithin(path, artifactPath));
    return found && `version ${found.version} of ${found.model}`;
  }

  /** The version that a file at an address is part of, as `partOf` has it: `mlflow-artifacts:/0/models/m-…/artifacts/MLmodel`. */
  partOfStored(address: string): string | undefined {
    const found = this.store.versionAt(address);
    return found && `version ${found.version} of ${found.model}`;
  }

  /** The version that is the same model with the same evaluation. */
  async versionOf(
    model: string,
    { modelDigest, evaluationDigest }: Pick<Lineage, 'modelDigest' | 'evaluationDigest'>,
  ): Promise<ModelVersion | undefined> {
    if (modelDigest === undefined || this.models.find(model) === undefined) return undefined;
    const { versions } = await this.get(model);
    return versions.find(
      ({ lineage }) => lineage.modelDigest === modelDigest && lineage.evaluationDigest === evaluationDigest,
    );
  }

  /** What a version is tested by from now on: the same model was tested again. */
  retested(tested: ModelVersion, testsDigest: Digest): ModelVersion {
    const { model, version } = tested;
    if (tested.lineage.testsDigest === testsDigest) return tested;
    const { id } = this.models.get(model);
    const lineage = { ...tested.lineage, testsDigest };
    this.options.db.transaction(() => this.store.setLineage(id, version, lineage));
    this.tell(model);
    return { ...tested, lineage };
  }

  /** A new version in the model's first stage. */
  async register(input: NewVersion): Promise<ModelVersion> {
    const stage = await this.stages.first(input.model);
    const { models } = await this.options.config();
    const author = await this.createdEmail();
    const { model, version, isNew } = this.options.db.transaction(() => {
      const ensured = this.models.ensure(input.model, models[input.model]?.description ?? '');
      const root = this.store.artifactRoot(input.runId);
      if (root === undefined) throw new ModelyardError('not-found', `Run with id=${input.runId} not found`);
      const source = `${root}/${input.artifactPath}`;
      const rest = { source, storage: source, stage, runLink: '', status: 'READY', tags: {}, aliases: [] } as const;
      return { ...ensured, version: this.versions.add(ensured.model, { ...input, ...rest, ...author }) };
    });
    if (isNew) this.options.happened?.(modelCreated(model));
    this.tell(input.model, versionCreated(version));
    return toVersion(version);
  }

  /** A client's version, in the model's first stage. @throws ModelyardError `not-found`, `params.invalid` */
  async create(input: ClientVersion): Promise<VersionRecord> {
    const stage = await this.stages.first(input.model);
    return this.versions.create(input, { stage, ...(await this.createdEmail()) });
  }

  /**
   * A name that modelyard.yaml has gates for is no new name for versions that were never judged by them.
   * @throws ModelyardError `conflict` (exists), `not-found`, `params.invalid`
   */
  async rename(name: string, newName: string): Promise<ModelRecord> {
    if (newName !== name && (await this.stages.hasGates(newName)))
      throw new ModelyardError('params.invalid', `modelyard.yaml has gates for the model ${newName}.`, {
        fix: `Register versions as ${newName}, so that its gates judge them.`,
      });
    return this.models.rename(name, newName);
  }

  async setAlias(name: string, alias: string, version: number): Promise<RegisteredModel> {
    return this.moveAlias({ name, alias, version, reason: '' });
  }

  async deleteAlias(name: string, alias: string): Promise<RegisteredModel> {
    return this.moveAlias({ name, alias, reason: '' });
  }

  /** Without a version: the alias is deleted. @throws ModelyardError `not-found`, `params.invalid` */
  async moveAlias(request: AliasRequest): Promise<RegisteredModel> {
    return this.overview.one(this.models.moveAlias(request));
  }

  /** Describes a model, or one of its versions, in Markdown. @throws ModelyardError `not-found` */
  async describe(name: string, description: string, version?: number): Promise<RegisteredModel> {
    if (version === undefined) this.models.describe(name, description);
    else this.versions.describe(name, version, description);
    return this.get(name);
  }

  /** Sets tags of a model, or of one of its versions; null takes one away. @throws ModelyardError `not-found`, `params.invalid` */
  async tag(name: string, tags: Readonly<Record<string, string | null>>, version?: number): Promise<RegisteredModel> {
    for (const [key, value] of Object.entries(tags)) {
      if (version === undefined && value === null) this.models.deleteTag(name, key);
      else if (version === undefined) this.models.setTag(name, key, value ?? '');
      else if (value === null) this.versions.deleteTag(name, version, key);
      else this.versions.setTag(name, version, { key, value });
    }
    return this.get(name);
  }

  /** MLflow's search. @throws ModelyardError `params.invalid`: filter, order or page token */
  search({ kind, filter, orderBy, limit = 100, pageToken }: RegistryQuery): RegistryFound {
    const search = {
      limit,
      ...(filter !== undefined && { filter }),
      ...(orderBy !== undefined && { orderBy }),
      ...(pageToken !== undefined && { pageToken }),
    };
    if (kind === 'versions') {
      const { versions, ...rest } = this.versions.search(search);
      return { models: [], versions: versions.map(toVersion), ...rest };
    }
    const { models, ...rest } = this.models.search(search);
    const shown = models.map(({ name, description, tags, aliases, updatedAt }) => ({
      ...{ name, description, tags, aliases, updatedAt },
    }));
    return { models: shown, versions: [], ...rest };
  }

  /** Judges the gates of every stage that has some, so that it is known what stands between a version and each. */
  async judgeAll(version: ModelVersion): Promise<readonly GateReport[]> {
    const { models } = await this.options.config();
    const gates = (Object.hasOwn(models, version.model) ? models[version.model]?.gates : undefined) ?? {};
    const reports: GateReport[] = [];
    for (const stage of Object.keys(gates)) reports.push(await this.options.judge({ ...version, stage }));
    this.options.changed(version.model);
    return reports;
  }

  /** Judges a stage's gates without moving anything. */
  async gates(name: string, version: number, stage: string): Promise<GateReport> {
    const subject = toVersion(this.versions.get(name, version));
    await this.stages.check(name, stage);
    const report = await this.options.judge({ ...subject, stage });
    this.options.changed(name);
    return report;
  }

  /** See `Moves.promote`. */
  promote(request: { name: string; version: number; to: string; reason: string }): Promise<Promotion> {
    return this.moves.promote(request);
  }

  /** See `Moves.transition`. */
  transition(version: { name: string; version: number }, request: MoveRequest): Promise<Promotion> {
    return this.moves.transition(version, request);
  }

  private person(): Promise<Person> {
    return this.options.person?.() ?? Promise.resolve({ account: this.options.user() });
  }

  private async createdEmail(): Promise<Pick<VersionRecord, 'createdEmail'>> {
    const { email } = await this.person();
    return email === undefined ? {} : { createdEmail: email };
  }

  private tell(model: string, event?: RegistryEvent): void {
    this.options.changed(model);
    if (event) this.options.happened?.(event);
  }
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
