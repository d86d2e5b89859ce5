import { ModelyardError } from '../errors';
import type { GateReport } from '../protocol/gates';
import type { RegisteredModel } from '../protocol/registry';
import type { ScanSummary } from '../protocol/security';
import type { SignatureSummary } from '../protocol/signatures';
import type { Approvals } from './approvals';
import { holdersOf, previousOf } from './holders';
import { protection } from './protection';
import type { ModelRecord, VersionRecord } from './records';
import { toVersion } from './records';
import type { Stages } from './stages';
import type { RegistryStore } from './store';

export interface OverviewOptions {
  readonly store: RegistryStore;
  readonly stages: Stages;
  readonly approvals: Approvals;
  /** The newest report of each stage of models, by their names. */
  readonly reports: (models: readonly string[]) => ReadonlyMap<string, readonly GateReport[]>;
  /** The newest scan of each version, by the names of the models. */
  readonly scans: (models: readonly string[]) => ReadonlyMap<string, readonly ScanSummary[]>;
  /** How the signature of each version stands, by the names of the models. */
  readonly signatures: (models: readonly string[]) => Promise<ReadonlyMap<string, readonly SignatureSummary[]>>;
  readonly inUse: (model: string, version: number) => string | undefined;
}

/** Models with all that is known of them, for user interfaces. */
export class Overview {
  constructor(private readonly options: OverviewOptions) {}

  async one(model: ModelRecord): Promise<RegisteredModel> {
    const [described] = await this.all([model]);
    if (described) return described;
    throw new ModelyardError('internal', `Model ${model.name} was not described.`);
  }

  /** As many queries for a thousand models as for one, but for those with approvals. */
  async all(models: readonly ModelRecord[]): Promise<readonly RegisteredModel[]> {
    const { store } = this.options;
    const stagesOf = await this.options.stages.lookup();
    const allVersions = store.versionsByModel(models.map(({ id }) => id));
    const histories = store.moves.histories(models);
    const aliasHistories = store.moves.aliasHistories(models);
    const names = models.map(({ name }) => name);
    const reports = this.options.reports(names);
    const scans = this.options.scans(names);
    const signatures = await this.options.signatures(names);
    const approvals = this.options.approvals.all(models, reports);
    return models.map(({ id, name, description, createdAt, updatedAt, tags, aliases }) => {
      const stages = stagesOf(name);
      const records = allVersions.get(id) ?? [];
      const versions = records.map(toVersion);
      const history = histories.get(id) ?? [];
      const where = { stages, versions, history };
      return {
        ...{ name, description, createdAt, updatedAt, tags, aliases, stages },
        holders: holdersOf(where),
        previous: previousOf(where),
        ...{ versions, history },
        aliasHistory: aliasHistories.get(id) ?? [],
        approvals: approvals.get(id) ?? [],
        guarded: this.guarded(records, stages),
        gates: reports.get(name) ?? [],
        scans: scans.get(name) ?? [],
        signatures: signatures.get(name) ?? [],
      };
    });
  }

  private guarded(versions: readonly VersionRecord[], stages: readonly string[]): RegisteredModel['guarded'] {
    return Object.fromEntries(
      versions.flatMap(version => {
        const inUse = this.options.inUse(version.model, version.version);
        const why = protection(version, { stages, inUse });
        return why === undefined ? [] : [[version.version, why]];
      }),
    );
  }
}
