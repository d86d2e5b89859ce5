import { ModelyardError } from '../errors';
import type { GateReport, GateVerdict } from '../protocol/gates';
import type { RunId } from '../protocol/ids';
import type { Lineage, ModelVersion, Promotion, RegisteredModel } from '../protocol/registry';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import type { Database } from '../store/database';
import type { ModelRow } from './store';
import { RegistryStore } from './store';

/** Where versions go that made room for another, or that nobody wants any more; every model has it. */
export const archivedStage = 'archived';
const defaultStages: readonly string[] = ['dev', 'staging', 'production'];
/** How often gates judge a move while others move, before it is given up. */
const attempts = 10;

export interface RegistryServiceOptions {
  readonly db: Database;
  readonly config: () => Promise<WorkspaceConfig>;
  /** Judges a version by the gates of the stage that is named instead of its own, and keeps the report. */
  readonly judge: (subject: ModelVersion) => Promise<GateReport>;
  /** The newest report of each stage of a model. */
  readonly reports: (model: string) => readonly GateReport[];
  /** Who does it, for the history. */
  readonly user: () => string;
  /** After the commit. */
  readonly changed: (model: string) => void;
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

/** Registered models: immutable versions, who held which stage when, and why. */
export class RegistryService {
  private readonly store: RegistryStore;

  constructor(private readonly options: RegistryServiceOptions) {
    this.store = new RegistryStore(options.db);
  }

  async list(): Promise<readonly RegisteredModel[]> {
    return Promise.all(this.store.models().map(model => this.describe(model)));
  }

  /** @throws ModelyardError `not-found` */
  async get(name: string): Promise<RegisteredModel> {
    return this.describe(this.model(name));
  }

  /** The version that holds a stage now. */
  holder(name: string, stage: string): ModelVersion | undefined {
    const model = this.store.model(name);
    return model && this.store.holder(model, stage);
  }

  /** The version whose model a file of a run is part of: `version 3 of credit-risk`. */
  partOf(runId: RunId, path: string): string | undefined {
    const found = this.store.versionsOf(runId).find(({ artifactPath }) => isWithin(path, artifactPath));
    return found && `version ${found.version} of ${found.model}`;
  }

  /** A new version in the model's first stage. */
  async register(input: NewVersion): Promise<ModelVersion> {
    const [firstStage = 'dev'] = await this.stages(input.model);
    const { models } = await this.options.config();
    const now = this.now();
    const version = this.options.db.transaction(() => {
      const model = this.store.ensureModel(input.model, models[input.model]?.description ?? '', now);
      const created: ModelVersion = {
        ...input,
        version: this.store.takeVersionNumber(model.id),
        stage: firstStage,
        createdAt: now,
        createdBy: this.options.user(),
        tags: {},
      };
      this.store.insertVersion(model.id, created);
      const first = { version: created.version, from: null, to: firstStage, at: now, by: created.createdBy };
      this.store.recordMove(model.id, { ...first, reason: 'registered' });
      return created;
    });
    this.options.changed(input.model);
    return version;
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
    const subject = this.version(this.model(name), version);
    await this.checkStage(name, stage);
    const report = await this.options.judge({ ...subject, stage });
    this.options.changed(name);
    return report;
  }

  /**
   * Judges the gates of `to` and moves the version there if they let it. Moving to an earlier stage or to `archived`
   * needs no gates. A stage other than the first is held by one version: the one that was there is archived. What was
   * judged is what moves: when another version of the model has moved meanwhile, the gates judge again.
   * @throws ModelyardError `not-found`, `conflict` when it is there already or somebody else has moved it
   */
  async promote(request: { name: string; version: number; to: string; reason: string }): Promise<Promotion> {
    const { name, to } = request;
    const model = this.model(name);
    const current = this.version(model, request.version);
    await this.checkStage(name, to);
    const stages = await this.stages(name);
    for (let attempt = 0; attempt < attempts; attempt++) {
      this.checkMove(model, current, to);
      const before = this.store.lastMove(model);
      const gates = await this.judgeMove(current, { to, stages });
      if (blocks(gates.verdict)) {
        this.options.changed(name); // the report is kept
        return { promoted: false, version: current, from: current.stage, to, gates };
      }
      const moved = this.options.db.transaction(() =>
        this.store.lastMove(model) === before ? this.move(model, current, { ...request, gates, stages }) : undefined,
      );
      if (moved === undefined) continue;
      this.options.changed(name);
      return { promoted: true, version: moved.version, from: current.stage, to, gates, ...moved.replaced };
    }
    throw new ModelyardError('conflict', `Model ${name} kept changing while version ${current.version} was judged.`, {
      fix: 'Promote it again when the others are done.',
    });
  }

  /** Whether the version may still go from where it was. */
  private checkMove(model: ModelRow, { version, stage }: ModelVersion, to: string): void {
    const now = this.version(model, version).stage;
    if (now === to) throw new ModelyardError('conflict', `Version ${version} of ${model.name} is in ${to} already.`);
    if (now === stage) return;
    throw new ModelyardError(
      'conflict',
      `Version ${version} of ${model.name} was moved from ${stage} to ${now} meanwhile.`,
      {
        fix: 'Look at it again, then promote it from there.',
      },
    );
  }

  private async judgeMove(
    current: ModelVersion,
    { to, stages }: { to: string; stages: readonly string[] },
  ): Promise<GateReport> {
    const isForward = to !== archivedStage && stages.indexOf(to) > stages.indexOf(current.stage);
    if (isForward) return this.options.judge({ ...current, stage: to });
    return {
      model: current.model,
      version: current.version,
      stage: to,
      verdict: 'passed',
      judgedAt: this.now(),
      results: [],
    };
  }

  /** Within a transaction. */
  private move(
    model: ModelRow,
    { version, stage: from }: ModelVersion,
    request: { to: string; reason: string; gates: GateReport; stages: readonly string[] },
  ): { readonly version: ModelVersion; readonly replaced: Pick<Promotion, 'replaced'> } {
    const { to, reason, gates, stages } = request;
    const by = this.options.user();
    const at = this.now();
    const isShared = to === stages[0] || to === archivedStage;
    const holder = isShared ? undefined : this.store.holder(model, to);
    if (holder) {
      this.store.setStage(model.id, holder.version, archivedStage);
      const why = `made room for version ${version}`;
      this.store.recordMove(model.id, { version: holder.version, from: to, to: archivedStage, at, by, reason: why });
    }
    this.store.setStage(model.id, version, to);
    this.store.recordMove(model.id, { version, from, to, at, by, reason, gates });
    return { version: this.version(model, version), replaced: holder ? { replaced: holder.version } : {} };
  }

  private async describe(model: ModelRow): Promise<RegisteredModel> {
    return {
      name: model.name,
      description: model.description,
      createdAt: model.createdAt,
      stages: await this.stages(model.name),
      versions: this.store.versions(model),
      history: this.store.history(model),
      gates: this.options.reports(model.name),
    };
  }

  private model(name: string): ModelRow {
    const model = this.store.model(name);
    if (model) return model;
    const names = this.store.models().map(known => known.name);
    throw new ModelyardError('not-found', `There is no registered model ${name}.`, {
      fix: names.length === 0 ? 'Run a pipeline with a `register` step.' : `Registered: ${names.join(', ')}.`,
    });
  }

  private version(model: ModelRow, number: number): ModelVersion {
    const versions = this.store.versions(model);
    const found = versions.find(version => version.version === number);
    if (found) return found;
    throw new ModelyardError('not-found', `Model ${model.name} has no version ${number}.`, {
      fix: `The newest is version ${versions[0]?.version ?? 0}.`,
    });
  }

  /** As modelyard.yaml says; a model it no longer names keeps the usual ones. */
  private async stages(name: string): Promise<readonly string[]> {
    const { models } = await this.options.config();
    return (Object.hasOwn(models, name) ? models[name]?.stages : undefined) ?? defaultStages;
  }

  private async checkStage(name: string, stage: string): Promise<void> {
    const stages = [...(await this.stages(name)), archivedStage];
    if (stages.includes(stage)) return;
    throw new ModelyardError('not-found', `Model ${name} has no stage ${stage}.`, {
      fix: `Its stages are ${stages.join(', ')}.`,
    });
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}

/** Unknown blocks as a failure does. */
const blocks = (verdict: GateVerdict): boolean => verdict === 'failed' || verdict === 'unknown';

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
