import path from 'node:path';
import { ModelyardError } from '../../errors';
import type { ComputedView, FeatureViewVersion, ValueChange } from '../../protocol/features';
import type { JoinPreview, JoinRequest, PreviewFilter, TrainingSet } from '../../protocol/featureJoins';
import type { FeatureStatistics } from '../../protocol/featureMonitoring';
import type { DatasetSource } from '../../protocol/jobs';
import type {
  BatchView,
  ComputedRows,
  ComparePlan,
  ComputePlan,
  FoundStatistics,
  JoinPart,
  JoinPlan,
  PreviewPlan,
  StatisticsPlan,
  TrainingSetPlan,
} from '../../protocol/featurePlans';
import { isZone } from '../../schedule/zones';
import { referenceText } from '../definition/reference';
import type { FeatureSelection } from '../definition/select';
import type { FeatureService } from '../service';
import { requireTarget } from './trainingTarget';
import { ViewSources, type NamedFile, type ViewSourcePorts } from './viewSources';

/** Computes, in a process of its own. Nothing is left of what fails. */
export interface FeatureComputer {
  join(plan: TrainingSetPlan, signal: AbortSignal): Promise<Omit<TrainingSet, 'path'>>;
  preview(plan: PreviewPlan, signal: AbortSignal): Promise<JoinPreview>;
  compute(plan: ComputePlan, signal: AbortSignal): Promise<ComputedRows>;
  compare(plan: ComparePlan, signal: AbortSignal): Promise<readonly ValueChange[]>;
}

export interface JoinPorts extends ViewSourcePorts {
  readonly service: Pick<FeatureService, 'selection' | 'version' | 'found'> & {
    readonly sets: Pick<FeatureService['sets'], 'put'>;
  };
  readonly computer: (progress: (fraction: number) => void) => FeatureComputer;
  /** sha-256 of what is in a file or folder. */
  readonly digest: (file: NamedFile, signal: AbortSignal) => Promise<string>;
  /** Puts a folder where a file is to be written. @throws ModelyardError `conflict` when there is a file and it may not be replaced */
  readonly makeRoom: (file: string, options: { readonly force: boolean }) => Promise<void>;
  readonly statistics: StatisticsPort;
  /** Keeps a version of a dataset that was written. */
  readonly keep: (dataset: string, digest: string, signal: AbortSignal) => Promise<void>;
  readonly now?: () => number;
}

/** What is kept of the values of a view. */
export interface StatisticsPort {
  readonly plan: (version: FeatureViewVersion) => StatisticsPlan;
  readonly keep: (
    version: FeatureViewVersion,
    found: readonly FoundStatistics[],
    computedAt: number,
  ) => readonly FeatureStatistics[];
}

/** What views are read from. */
export interface ReadFile {
  /** Of a dataset, or `pushed to loans`. */
  readonly name: string;
  readonly digest: string;
  readonly isDataset: boolean;
}

/** A join as it is to be computed, and of what. */
export interface PlannedJoin {
  readonly selection: FeatureSelection;
  readonly entities: NamedFile;
  readonly plan: JoinPlan;
}

export interface PreviewRequest extends JoinRequest {
  readonly offset?: number;
  readonly limit?: number;
  readonly filter?: PreviewFilter;
}

type Progress = (fraction: number) => void;

/** Joins of features to rows that ask for them, and what else is computed from the sources of views. */
export class FeatureJoins {
  readonly #ports: JoinPorts;
  readonly #now: () => number;
  /** What the rows of views are read from. */
  readonly views: ViewSources;

  constructor(ports: JoinPorts) {
    this.#ports = ports;
    this.#now = ports.now ?? Date.now;
    this.views = new ViewSources(ports);
  }

  /** @throws ModelyardError `not-found`, `params.invalid`, `config.invalid`, `data.*` */
  async plan(request: JoinRequest): Promise<PlannedJoin> {
    const { eventTime, timezone = 'UTC', mode = 'known' } = request;
    if (!isZone(timezone))
      throw new ModelyardError('params.invalid', `There is no time zone ${timezone}.`, {
        fix: 'Name one of the IANA database, such as Europe/Berlin.',
      });
    const selection = await this.#ports.service.selection(request);
    const entities = await this.#ports.file(request.entities);
    const views: JoinPart[] = [];
    for (const version of selection.views) views.push(await this.#part(version));
    const plan: JoinPlan = {
      entities: entities.source,
      ...(eventTime !== undefined && { eventTime }),
      ...{ timezone, mode, views, now: this.#now() },
      columns: selection.columns.map(({ column, reference }) => ({ column, reference })),
      definition: selection.definition,
    };
    return { selection, entities, plan };
  }

  /** Writes the rows of a file with features, all or nothing. @throws ModelyardError `conflict`, and those of `plan` */
  async trainingSet(
    request: JoinRequest & { readonly to: string; readonly force?: boolean },
    progress: Progress,
    signal: AbortSignal,
  ): Promise<TrainingSet> {
    const { makeRoom, keep } = this.#ports;
    const target = await this.#ports.file(request.to);
    const planned = await this.plan(request);
    await requireTarget(target.source, planned.plan);
    await makeRoom(target.source.path, { force: request.force ?? false });
    const { entitiesDigest: _, ...made } = await this.#write(
      planned,
      { target, to: target.source.path, progress },
      signal,
    );
    if (target.dataset !== undefined) await keep(target.dataset, made.digest, signal);
    return made;
  }

  /**
   * Writes what becomes the file of a dataset into a folder; it is remembered as that dataset's.
   * @returns also the name of the file there, and the sha-256 of the data whose rows asked
   */
  async writeApart(
    planned: PlannedJoin,
    { dataset, folder, progress }: { readonly dataset: string; readonly folder: string; readonly progress: Progress },
    signal: AbortSignal,
  ): Promise<TrainingSet & { readonly entitiesDigest: string; readonly file: string }> {
    const target = await this.#ports.file(dataset);
    await requireTarget(target.source, planned.plan);
    const file = `${dataset}${path.extname(target.source.path)}`;
    return { ...(await this.#write(planned, { target, to: path.join(folder, file), progress }, signal)), file };
  }

  /** The files that views of a plan are read from. */
  async digests(plan: Pick<JoinPlan, 'views'>, signal: AbortSignal): Promise<readonly ReadFile[]> {
    const found = new Map<string, ReadFile>();
    for (const part of plan.views) {
      if (!('sources' in part)) continue;
      for (const [at, source] of part.sources.entries()) {
        const isDataset = at === 0 && part.definition.source !== undefined; // then what was pushed follows
        const name = isDataset ? source.name : `pushed to ${part.view}`;
        if (!found.has(name))
          found.set(name, { name, digest: await this.#ports.digest({ source }, signal), isDataset });
      }
    }
    return [...found.values()];
  }

  async #write(
    planned: PlannedJoin,
    { target, to, progress }: { readonly target: NamedFile; readonly to: string; readonly progress: Progress },
    signal: AbortSignal,
  ): Promise<TrainingSet & { readonly entitiesDigest: string }> {
    const { digest, computer, workspace } = this.#ports;
    const entitiesDigest = await digest(planned.entities, signal);
    const { path: file, format, delimiter } = target.source;
    const plan = { ...planned.plan, path: to, format, ...(delimiter !== undefined && { delimiter }) };
    const set = await computer(progress).join(plan, signal);
    const made = { ...set, path: path.relative(workspace, file).split(path.sep).join('/') };
    this.keep(planned, { set: made, entitiesDigest, ...(target.dataset !== undefined && { dataset: target.dataset }) });
    return { ...made, entitiesDigest };
  }

  /** Remembers of which features a file was made. */
  keep(
    { selection, entities, plan }: PlannedJoin,
    made: {
      readonly set: Pick<TrainingSet, 'path' | 'digest' | 'rows'>;
      readonly entitiesDigest: string;
      readonly dataset?: string;
    },
  ): void {
    const { path: file, digest, rows } = made.set;
    this.#ports.service.sets.put({
      ...{ digest, path: file, rows, entitiesDigest: made.entitiesDigest, createdAt: this.#now() },
      ...(made.dataset !== undefined && { dataset: made.dataset }),
      ...(selection.service !== undefined && { service: selection.service }),
      definition: selection.definition,
      columns: plan.columns,
      views: selection.views.map(({ view, version }) => referenceText({ view, version })),
      entities: entities.dataset ?? entities.source.file ?? entities.source.path,
      ...(plan.eventTime !== undefined && { eventTime: plan.eventTime }),
      mode: plan.mode,
    });
  }

  async preview(request: PreviewRequest, progress: Progress, signal: AbortSignal): Promise<JoinPreview> {
    const { offset = 0, limit = 100, filter = 'all' } = request;
    const { plan } = await this.plan(request);
    return this.#ports.computer(progress).preview({ ...plan, offset, limit, filter }, signal);
  }

  /** Computes all rows of a view. `view`: `loans`, or `loans@v2`. */
  async compute(
    { view, limit = 20 }: { readonly view: string; readonly limit?: number },
    progress: Progress,
    signal: AbortSignal,
  ): Promise<ComputedView> {
    const { service, computer, statistics } = this.#ports;
    const version = await service.version(view);
    const part = await this.views.batch(version);
    const now = this.#now();
    const plan = { view: part, limit, now, statistics: statistics.plan(version) };
    const { newestEvent, statistics: found, ...computed } = await computer(progress).compute(plan, signal);
    const newest = newestEvent === undefined ? {} : { newestEvent };
    const { rows, entities } = computed;
    service.found(version, { readAt: now, rows, entities, ...newest });
    return {
      ...{ view: version.view, version: version.version, isNew: version.isNew },
      statistics: statistics.keep(version, found, now),
      ...{ ...computed, ...newest, took: this.#now() - now },
    };
  }

  /** What a join finds of one version for the rows of a file. */
  async rowsOf(
    version: FeatureViewVersion,
    {
      entities,
      eventTime,
      limit,
    }: { readonly entities: DatasetSource; readonly eventTime: string; readonly limit: number },
    signal: AbortSignal,
  ): Promise<JoinPreview> {
    const { view, version: number, hash, definition } = version;
    const features = definition.features.map(({ name }) => name);
    const plan: PreviewPlan = {
      ...{ entities, eventTime, timezone: 'UTC', mode: 'known', now: this.#now(), definition: hash },
      views: [{ ...(await this.views.batch(version)), features }],
      columns: features.map(feature => ({
        column: `${feature} `, // no column of the file is called so
        reference: referenceText({ view, version: number, feature }),
      })),
      ...{ offset: 0, limit, filter: 'all' },
    };
    return this.#ports.computer(() => undefined).preview(plan, signal);
  }

  /** How the values of two versions differ. @throws ModelyardError `not-found`, `params.invalid` for on-demand views */
  async changes(
    { view, before, after }: { readonly view: string; readonly before: number; readonly after: number },
    progress: Progress,
    signal: AbortSignal,
  ): Promise<readonly ValueChange[]> {
    const part = async (version: number): Promise<BatchView> =>
      this.views.batch(await this.#ports.service.version(referenceText({ view, version })));
    const [was, is] = [await part(before), await part(after)];
    return this.#ports.computer(progress).compare({ before: was, after: is, now: this.#now() }, signal);
  }

  async #part(selected: FeatureSelection['views'][number]): Promise<JoinPart> {
    const { view, version, definition, features } = selected;
    if (definition.kind === 'on-demand') return { view, version, definition, features };
    return { ...(await this.views.batch(selected)), features };
  }
}
