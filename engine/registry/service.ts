import { ModelyardError } from '../errors';
import type { GateReport, GateVerdict } from '../protocol/gates';
import type { RunId } from '../protocol/ids';
import type { Lineage, ModelVersion, Promotion, RegisteredModel, StageMove } from '../protocol/registry';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import type { Database } from '../store/database';
import { modelCreated, versionCreated } from './events';
import type { RegistryEvent } from './events';
import { RegistryExport } from './registryExport';
import { RegistryImport } from './registryImport';
import { Models } from './models';
import type { ClientVersion, ModelRecord, RecordedMove, VersionRecord } from './records';
import { toVersion } from './records';
import { Stages, archivedStage } from './stages';
import { RegistryStore } from './store';
import { Versions } from './versions';

export interface RegistryServiceOptions {
  readonly db: Database;
  readonly config: () => Promise<WorkspaceConfig>;
  /** Judges a version by the gates of the stage that is named instead of its own, and keeps the report. */
  readonly judge: (subject: ModelVersion) => Promise<GateReport>;
  /** The newest report of each stage of models, by their names. */
  readonly reports: (models: readonly string[]) => ReadonlyMap<string, readonly GateReport[]>;
  /** Who does it, for the history. */
  readonly user: () => string;
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

/** Judgements of one promotion while others go on. */
const attempts = 10;

/** A move that was asked for. `makeRoom`: whoever else is in the stage is archived. */
interface MoveRequest {
  readonly to: string;
  readonly reason: string;
  readonly makeRoom: boolean;
}

/** Registered models: versions, who held which stage when, and why. `models` and `versions` are what clients ask for. */
export class RegistryService {
  readonly models: Models;
  readonly versions: Versions;
  readonly stages: Stages;
  /** Takes in models of other registries. */
  readonly imports: RegistryImport;
  readonly exports: RegistryExport;
  private readonly store: RegistryStore;

  constructor(private readonly options: RegistryServiceOptions) {
    const { db, user } = options;
    this.store = new RegistryStore(db);
    const changed = (model: string, event?: RegistryEvent): void => this.tell(model, event);
    const book = { db, store: this.store, now: () => this.now(), user, changed };
    this.models = new Models(book);
    this.versions = new Versions(book, this.models);
    this.stages = new Stages(options.config);
    this.imports = new RegistryImport({ ...book, stages: this.stages });
    this.exports = new RegistryExport({ db, store: this.store, stages: this.stages });
  }

  /** Without prompts. */
  async list(): Promise<readonly RegisteredModel[]> {
    return this.describeAll(this.models.all());
  }

  /** @throws ModelyardError `not-found` */
  async get(name: string): Promise<RegisteredModel> {
    return this.describe(this.models.get(name));
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
    return model ? this.store.lastMove(model) : 0;
  }

  /** Moves of a model's versions after that one, being registered among them; in their order. */
  movesAfter(name: string, after: number): readonly RecordedMove[] {
    const model = this.models.find(name);
    return model ? this.store.movesAfter(model, after) : [];
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

  /** A new version in the model's first stage. */
  async register(input: NewVersion): Promise<ModelVersion> {
    const stage = await this.stages.first(input.model);
    const { models } = await this.options.config();
    const { model, version, isNew } = this.options.db.transaction(() => {
      const ensured = this.models.ensure(input.model, models[input.model]?.description ?? '');
      const root = this.store.artifactRoot(input.runId);
      if (root === undefined) throw new ModelyardError('not-found', `Run with id=${input.runId} not found`);
      const source = `${root}/${input.artifactPath}`;
      const rest = { source, storage: source, stage, runLink: '', status: 'READY', tags: {}, aliases: [] } as const;
      return { ...ensured, version: this.versions.add(ensured.model, { ...input, ...rest }) };
    });
    if (isNew) this.options.happened?.(modelCreated(model));
    this.tell(input.model, versionCreated(version));
    return toVersion(version);
  }

  /** A client's version, in the model's first stage. @throws ModelyardError `not-found`, `params.invalid` */
  async create(input: ClientVersion): Promise<VersionRecord> {
    return this.versions.create(input, await this.stages.first(input.model));
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
    return this.describe(this.models.setAlias(name, alias, version));
  }

  async deleteAlias(name: string, alias: string): Promise<RegisteredModel> {
    return this.describe(this.models.deleteAlias(name, alias));
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

  /**
   * Judges the gates of `to` and moves the version there if they let it. Moving to an earlier stage or to `archived`
   * needs no gates. A stage other than the first is held by one version: the one that was there is archived.
   * @throws ModelyardError `not-found`, `conflict` when it is there already
   */
  async promote(request: { name: string; version: number; to: string; reason: string }): Promise<Promotion> {
    const { name, to, reason } = request;
    const current = this.versions.get(name, request.version);
    await this.stages.check(name, to);
    if (current.stage === to) {
      throw new ModelyardError('conflict', `Version ${current.version} of ${name} is in ${to} already.`);
    }
    const isShared = to === archivedStage || to === (await this.stages.first(name));
    return this.moveIfLet(current, { to, reason, makeRoom: !isShared });
  }

  /**
   * As a client of MLflow moves: through the same gates, but others stay in the stage unless room is to be made, and
   * the version may be there already.
   * @throws ModelyardError `not-found`
   */
  async transition(version: { name: string; version: number }, request: MoveRequest): Promise<Promotion> {
    const current = this.versions.get(version.name, version.version);
    await this.stages.check(version.name, request.to);
    return this.moveIfLet(current, request);
  }

  /** What was judged is what moves: when another version of the model has moved meanwhile, the gates judge again. */
  private async moveIfLet(asked: VersionRecord, request: MoveRequest): Promise<Promotion> {
    const { model: name, version, stage: from } = asked;
    const { to } = request;
    const model = this.models.get(name);
    for (let attempt = 0; attempt < attempts; attempt++) {
      this.refuseMoved(asked, to);
      const before = this.store.lastMove(model);
      const gates = await this.judgeMove(asked, to);
      if (blocks(gates.verdict)) {
        this.options.changed(name); // the report is kept
        return { promoted: false, version: toVersion(asked), from, to, gates };
      }
      const moved = this.options.db.transaction(() =>
        this.store.lastMove(model) === before ? this.move(model, asked, { ...request, gates }) : undefined,
      );
      if (moved === undefined) continue;
      this.tell(name);
      return { promoted: true, version: toVersion(this.versions.get(name, version)), from, to, gates, ...moved };
    }
    throw new ModelyardError('conflict', `Model ${name} kept changing while version ${version} was judged.`, {
      fix: 'Promote it again when the others are done.',
    });
  }

  /** Whether the version may still go from where it was. */
  private refuseMoved({ model, version, stage }: VersionRecord, to: string): void {
    const now = this.versions.get(model, version).stage;
    if (now === stage) return;
    if (now === to) throw new ModelyardError('conflict', `Version ${version} of ${model} is in ${to} already.`);
    throw new ModelyardError(
      'conflict',
      `Version ${version} of ${model} was moved from ${stage} to ${now} meanwhile.`,
      {
        fix: 'Look at it again, then promote it from there.',
      },
    );
  }

  private async judgeMove(current: VersionRecord, to: string): Promise<GateReport> {
    const { model, version, stage } = current;
    const stages = await this.stages.toMoveThrough(model);
    const isForward = to !== archivedStage && stages.indexOf(to) > stages.indexOf(stage);
    if (isForward) return this.options.judge({ ...toVersion(current), stage: to });
    return { model, version, stage: to, verdict: 'passed', judgedAt: this.now(), results: [] };
  }

  /** Within a transaction. */
  private move(
    model: ModelRecord,
    current: VersionRecord,
    { to, reason, makeRoom, gates }: MoveRequest & { readonly gates: GateReport },
  ): Pick<Promotion, 'replaced'> {
    const by = this.options.user();
    const at = this.now();
    const others = makeRoom ? this.store.inStage(model, to).filter(({ version }) => version !== current.version) : [];
    for (const { version } of others) {
      const made = { version, from: to, to: archivedStage, at, by };
      this.store.setStage(model.id, made);
      this.store.recordMove(model.id, { ...made, reason: `made room for version ${current.version}` });
    }
    const move = { version: current.version, from: current.stage, to, at, by, reason, gates };
    this.store.setStage(model.id, move);
    this.store.recordMove(model.id, move);
    this.models.touch(model, at);
    return others[0] ? { replaced: others[0].version } : {};
  }

  private async describe(model: ModelRecord): Promise<RegisteredModel> {
    const [described] = await this.describeAll([model]);
    if (described) return described;
    throw new ModelyardError('internal', `Model ${model.name} was not described.`);
  }

  /** As many queries for a thousand models as for one. */
  private async describeAll(models: readonly ModelRecord[]): Promise<readonly RegisteredModel[]> {
    const stagesOf = await this.stages.lookup();
    const ids = models.map(({ id }) => id);
    const allVersions = this.store.versionsByModel(ids);
    const histories = this.store.histories(models);
    const reports = this.options.reports(models.map(({ name }) => name));
    return models.map(({ id, name, description, createdAt, updatedAt, tags, aliases }) => {
      const stages = stagesOf(name);
      const versions = (allVersions.get(id) ?? []).map(toVersion);
      const history = histories.get(id) ?? [];
      return {
        ...{ name, description, createdAt, updatedAt, tags, aliases, stages },
        holders: holdersOf(stages, versions, history),
        ...{ versions, history },
        gates: reports.get(name) ?? [],
      };
    });
  }

  private tell(model: string, event?: RegistryEvent): void {
    this.options.changed(model);
    if (event) this.options.happened?.(event);
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}

/** `history`: newest first. */
function holdersOf(
  stages: readonly string[],
  versions: readonly ModelVersion[],
  history: readonly StageMove[],
): RegisteredModel['holders'] {
  const stageOf = new Map(versions.map(({ version, stage }) => [version, stage]));
  return Object.fromEntries(
    stages.flatMap(stage => {
      const last = history.find(move => move.to === stage && stageOf.get(move.version) === stage);
      return last === undefined ? [] : [[stage, last.version]];
    }),
  );
}

/** Unknown blocks as a failure does. */
const blocks = (verdict: GateVerdict): boolean => verdict === 'failed' || verdict === 'unknown';

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
