import { ModelyardError } from '../errors';
import { nearest } from '../nearest';
import type { EntityConfig } from '../protocol/featureConfig';
import type { FeatureAlert } from '../protocol/featureMonitoring';
import type {
  AppliedFeatures,
  EntityKey,
  FeatureFreshness,
  FeatureList,
  FeatureServiceSummary,
  FeatureViewDetail,
  FeatureViewDiff,
  FeatureViewVersion,
} from '../protocol/features';
import type { Database } from '../store/database';
import { consumersOf, type FeatureModel } from './catalogue/consumers';
import type { NamedColumns } from './definition/defined';
import { diffDefinitions } from './definition/diffDefinitions';
import { parseReference } from './definition/reference';
import { select, type FeatureSelection } from './definition/select';
import { Definitions, type LoadedFeatures, type RecordedVersion } from './definition/definitions';
import { MaterialisationStore } from './online/materialisationStore';
import { onlineName } from './online/onlineName';
import type { WatchedView } from './monitor/watchedView';
import type { Servable, ViewFailure } from './servable';
import { FeatureStore, type SourceState } from './store';
import { TrainingSetStore } from './offline/trainingSetStore';
import { recordedSummary, summaryOf, type SummaryParts } from './catalogue/summaries';

export interface FeatureOptions {
  readonly db: Database;
  readonly load: () => Promise<LoadedFeatures>;
  /** The columns of a dataset, as its first rows have them. @throws ModelyardError when it cannot be read */
  readonly columns: (dataset: string) => Promise<NamedColumns>;
  /** Versions of models that were trained with features. */
  readonly models: () => Promise<readonly FeatureModel[]>;
  /** ms since 1970, of the newest event that was pushed to a view. */
  readonly pushedTo: (view: string) => number | undefined;
  /** Entities of a version that have values online; undefined: that is not known. */
  readonly online: (version: FeatureViewVersion) => Promise<number | undefined>;
  /** Those that stand. */
  readonly alerts: (version: Pick<FeatureViewVersion, 'view' | 'version'>) => readonly FeatureAlert[];
  /** Told after the commit. */
  readonly changed: (views: readonly string[]) => void;
  readonly now?: () => number;
}

export interface SelectionRequest {
  /** Either the name of a service, or references. */
  readonly service?: string;
  readonly features?: readonly string[];
  readonly fullNames?: boolean;
}

/** Materialisations and training sets of a view that are told. */
const mostTold = 50;

/** Feature views: their definitions in modelyard.yaml, the versions these have been, and who uses them. */
export class FeatureService {
  readonly store: FeatureStore;
  readonly materialisations: MaterialisationStore;
  readonly sets: TrainingSetStore;
  readonly #options: FeatureOptions;
  /** What a version of a view is itself computed from on demand. */
  readonly #uses = (view: string, version: number | undefined): readonly string[] => {
    const definition = version === undefined ? undefined : this.store.version(view, version)?.definition;
    return definition?.kind === 'on-demand' ? definition.uses : [];
  };

  constructor(options: FeatureOptions) {
    this.#options = options;
    this.store = new FeatureStore(options.db);
    this.materialisations = new MaterialisationStore(options.db);
    this.sets = new TrainingSetStore(options.db);
  }

  /** @throws ModelyardError `config.invalid` */
  async list(): Promise<FeatureList> {
    const definitions = await this.#open(false);
    const { config } = definitions;
    const models = await this.#options.models();
    const parts = this.#summaryParts(definitions, models);
    const views = [];
    for (const [name, view] of Object.entries(config.features ?? {})) views.push(await summaryOf(name, view, parts));
    for (const name of this.store.views()) {
      const [newest] = this.store.versions(name);
      if (newest && !definitions.view(name)) views.push(await recordedSummary(name, newest.definition, parts));
    }
    return {
      entities: await entitiesOf(definitions),
      views,
      services: servicesOf(definitions, models),
      online: { kind: config.online_store?.kind ?? 'local' },
    };
  }

  /** `view`: `loans`, or `loans@v2`. @throws ModelyardError `not-found`, `params.invalid` */
  async get(text: string): Promise<FeatureViewDetail> {
    const { view, version } = parseReference(text);
    const definitions = await this.#open(false);
    const history = this.store.versions(view);
    const parts = this.#summaryParts(definitions, await this.#options.models(), true);
    const config = definitions.view(view);
    const trainingSets = this.sets.ofView(view, mostTold);
    const known = {
      history,
      materialisations: this.materialisations.list(view, mostTold),
      ...(trainingSets.length > 0 && { trainingSets }),
    };
    if (version !== undefined) {
      const found = await definitions.version(view, version);
      if (found) return { ...(await recordedSummary(view, found.definition, { ...parts, version })), ...known };
    }
    if (config) return { ...(await summaryOf(view, config, parts)), ...known };
    const [newest] = history;
    if (!newest) throw definitions.unknown(view);
    return { ...(await recordedSummary(view, newest.definition, parts)), ...known };
  }

  /** Records the definitions as they stand in the file, those that can be resolved. @throws ModelyardError `not-found` */
  async apply(views?: readonly string[]): Promise<AppliedFeatures> {
    const definitions = await this.#open(true);
    const applied: AppliedFeatures['views'][number][] = [];
    for (const view of views ?? definitions.names) {
      if (!definitions.view(view)) throw definitions.unknown(view);
      try {
        const found = await definitions.version(view);
        if (found) applied.push({ view, version: found.version, isNew: found.isNew });
      } catch (error) {
        if (!(error instanceof ModelyardError)) throw error;
        const { message: problem, place: problemAt } = error;
        applied.push({ view, isNew: false, problem, ...(problemAt && { problemAt }) });
      }
    }
    this.#tell(applied.flatMap(({ view, isNew }) => (isNew ? [view] : [])));
    return { views: applied };
  }

  /** @throws ModelyardError `not-found` */
  async diff({ view, before, after }: Pick<FeatureViewDiff, 'view' | 'before' | 'after'>): Promise<FeatureViewDiff> {
    const definitions = await this.#open(false);
    const version = async (number: number): Promise<FeatureViewVersion> =>
      (await definitions.version(view, number)) ?? Promise.reject(definitions.unknown(view));
    const [was, is] = [await version(before), await version(after)];
    return { view, before, after, definition: diffDefinitions(was.definition, is.definition) };
  }

  /**
   * What a service or references ask for, with the versions it is of; definitions that are new become versions.
   * @throws ModelyardError `not-found`, `params.invalid`, `config.invalid`, `data.column`
   */
  async selection({ service, features, fullNames = false }: SelectionRequest): Promise<FeatureSelection> {
    if ((service === undefined) === (features === undefined))
      throw new ModelyardError('params.invalid', 'Features are asked for by the name of a service or one by one.', {
        fix: 'Give either a service or features.',
      });
    const definitions = await this.#open(true);
    const references = features ?? serviceOf(definitions, service ?? '').features;
    const versions = await this.#versions(definitions, references);
    const selection = select(references, {
      fullNames,
      version: (view, version) => {
        const found = versions.get(versionKey(view, version));
        if (found) return found;
        throw definitions.unknown(view);
      },
    });
    return { ...(service !== undefined && { service }), ...selection };
  }

  /**
   * The version that a view is by the file, recorded if it is new, or the one of a reference such as `loans@v2`.
   * @throws ModelyardError `not-found`, `params.invalid`, `config.invalid`, `data.*`
   */
  async version(text: string): Promise<RecordedVersion> {
    const { view, version } = parseReference(text);
    const definitions = await this.#open(true);
    const found = await definitions.version(view, version);
    if (!found) throw definitions.unknown(view);
    if (found.isNew) this.#tell([view]);
    return found;
  }

  /** What was found when the source of a version was read. */
  found(version: Pick<FeatureViewVersion, 'view' | 'version'>, state: SourceState): void {
    this.store.putSourceState(version, state);
    this.#tell([version.view]);
  }

  /**
   * Versions of batch views whose rows are to be had: first those of modelyard.yaml, then others that services name or models
   * were trained with. What cannot be had of them is told beside them, so that one does not hold up the others.
   * @param views `loans`, or `loans@v2`; absent: all
   * @throws ModelyardError `params.invalid`, `config.invalid`
   */
  async servable(views?: readonly string[]): Promise<Servable> {
    const definitions = await this.#open(true);
    const asked = views ?? definitions.names.filter(name => definitions.view(name)?.kind === 'batch');
    const services = Object.values(definitions.config.feature_services ?? {}).flatMap(({ features }) => features);
    const isAsked = (text: string): boolean => {
      const { view, version } = parseReference(text);
      return version !== undefined && (views === undefined || views.includes(view));
    };
    // a model may come from another workspace, with versions that there are not here
    const isKnown = (text: string): boolean => {
      const { view, version } = parseReference(text);
      return version !== undefined && this.store.version(view, version) !== undefined;
    };
    const models = (await this.#options.models()).flatMap(({ features }) => features.filter(isKnown));
    const byName = new Map<string, FeatureViewVersion>();
    const failures: ViewFailure[] = [];
    for (const text of new Set([...asked, ...[...services, ...models].filter(isAsked)]))
      try {
        for (const one of (await this.#versions(definitions, [text])).values())
          byName.set(versionKey(one.view, one.version), one);
      } catch (error) {
        if (!(error instanceof ModelyardError)) throw error;
        failures.push({ view: text, error });
      }
    return { versions: [...byName.values()].filter(({ definition }) => definition.kind === 'batch'), failures };
  }

  /** The version that a view is by the file, or else the newest; nothing becomes one. @throws ModelyardError `not-found` */
  async known(text: string): Promise<FeatureViewVersion | undefined> {
    const { view, version } = parseReference(text);
    const definitions = await this.#open(false);
    if (version !== undefined || definitions.view(view)) return definitions.version(view, version);
    const [newest] = this.store.versions(view);
    if (!newest) throw definitions.unknown(view);
    return newest;
  }

  /** As `servable`, with the bounds of modelyard.yaml and who uses each. */
  async watched(
    views?: readonly string[],
  ): Promise<{ readonly watched: readonly WatchedView[]; readonly failures: Servable['failures'] }> {
    const { versions, failures } = await this.servable(views);
    const definitions = await this.#open(false);
    const { consumers } = this.#summaryParts(definitions, await this.#options.models());
    const watched = versions.map(version => {
      const view = definitions.view(version.view);
      const monitor = view?.kind === 'batch' ? view.monitor : undefined;
      return { version, monitor: monitor ?? {}, consumers: consumers(version.view) };
    });
    return { watched, failures };
  }

  /** The versions that references name, also through on-demand views. */
  async #versions(
    definitions: Definitions,
    references: readonly string[],
  ): Promise<ReadonlyMap<string, FeatureViewVersion>> {
    const versions = new Map<string, FeatureViewVersion>();
    const made: string[] = [];
    const waiting = references.map(one => parseReference(one));
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const key = versionKey(next.view, next.version);
      if (versions.has(key)) continue;
      const found = await definitions.version(next.view, next.version);
      if (!found) throw definitions.unknown(next.view);
      versions.set(key, found);
      if (found.isNew) made.push(found.view);
      if (found.definition.kind === 'on-demand') waiting.push(...found.definition.uses.map(one => parseReference(one)));
    }
    this.#tell(made);
    return versions;
  }

  #tell(views: readonly string[]): void {
    if (views.length > 0) this.#options.changed(views);
  }

  async #open(recording: boolean): Promise<Definitions> {
    const { load, columns, now = Date.now } = this.#options;
    return new Definitions({ loaded: await load(), store: this.store, columns, recording, now });
  }

  /** `counting`: also how many entities are online. */
  #summaryParts(definitions: Definitions, models: readonly FeatureModel[], counting = false): SummaryParts {
    return {
      definitions,
      store: this.store,
      consumers: view => consumersOf(view, { config: definitions.config, models, uses: this.#uses }),
      alerts: (view, version) => (version === undefined ? [] : this.#options.alerts({ view, version })),
      freshness: (view, version) =>
        this.#freshness(view, version, {
          store: onlineName(definitions.config.online_store ?? { kind: 'local' }),
          counting,
        }),
    };
  }

  async #freshness(
    view: string,
    version: number | undefined,
    { store, counting }: { readonly store: string; readonly counting: boolean },
  ): Promise<FeatureFreshness> {
    const [last] = this.materialisations.list(view, 1);
    const pushedTo = this.#options.pushedTo(view);
    const state = version === undefined ? undefined : this.store.sourceState(view, version);
    const to = version === undefined ? undefined : this.materialisations.materialisedTo({ view, version }, store);
    const own = version === undefined ? undefined : this.store.version(view, version);
    // what nothing was written to is soon counted
    const isDoubtful = own !== undefined && to !== undefined && !this.materialisations.hasWritten(own, store);
    const online = own && (counting || isDoubtful) ? await this.#options.online(own) : undefined;
    const isEmpty = isDoubtful && (online === undefined ? pushedTo === undefined : online === 0);
    return {
      ...(isEmpty && { isEmpty }),
      ...(counting && online !== undefined && { online }),
      ...(state?.newestEvent !== undefined && { newestEvent: state.newestEvent }),
      ...(state && { readAt: state.readAt }),
      ...(to !== undefined && { materialisedTo: to }),
      ...(state?.entities !== undefined && { entities: state.entities }),
      ...(last && { last }),
      ...(pushedTo !== undefined && { pushedTo }),
    };
  }
}

const versionKey = (view: string, version: number | undefined): string => `${view}@v${version ?? ''}`;

function serviceOf(definitions: Definitions, name: string): { readonly features: readonly string[] } {
  const services = definitions.config.feature_services ?? {};
  const found = Object.hasOwn(services, name) ? services[name] : undefined;
  if (found) return found;
  const known = Object.keys(services);
  const meant = nearest(name, known);
  throw new ModelyardError('not-found', `There is no feature service ${name}.`, {
    fix:
      meant !== undefined
        ? `Did you mean \`${meant}\`?`
        : `Declare it under \`feature_services:\`.${known.length === 0 ? '' : ` There are ${known.slice(0, 12).join(', ')}.`}`,
  });
}

/** Those of the file, and those that stand in a view only. */
async function entitiesOf(definitions: Definitions): Promise<FeatureList['entities']> {
  const found = new Map<string, EntityKey & { readonly description?: string }>();
  const declared = definitions.config.entities ?? {};
  const add = (name: string, { key, type = 'string', description }: EntityConfig): void => {
    found.set(name, { entity: name, key, type, ...(description !== undefined && { description }) });
  };
  for (const [name, one] of Object.entries(declared)) add(name, one);
  for (const name of definitions.names) {
    const defined = await definitions.define(name).catch(() => undefined); // the view itself says what is wrong
    if (defined?.definition.kind !== 'batch') continue;
    for (const { entity, key, type } of defined.definition.entities) add(entity, { ...declared[entity], key, type });
  }
  return [...found.values()];
}

const servicesOf = (definitions: Definitions, models: readonly FeatureModel[]): readonly FeatureServiceSummary[] =>
  Object.entries(definitions.config.feature_services ?? {}).map(([name, { features, description, owner }]) => ({
    ...{ name, features },
    ...(description !== undefined && { description }),
    ...(owner !== undefined && { owner }),
    models: models
      .filter(({ service }) => service === name)
      .map(({ model, version, stage }) => ({ model, version, ...(stage !== undefined && { stage }) })),
    place: definitions.place(`feature_services.${name}`),
  }));
