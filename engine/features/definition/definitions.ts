import { ModelyardError } from '../../errors';
import { nearest } from '../../nearest';
import type { TextRange } from '../../protocol/config';
import type { Place } from '../../protocol/errors';
import type { BatchViewConfig, FeatureViewConfig, OnDemandViewConfig } from '../../protocol/featureConfig';
import type { FeatureSource, FeatureViewVersion } from '../../protocol/features';
import type { DatasetConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';
import { defineBatchView } from './defineBatchView';
import { wrongView, type DefinedView, type DefiningContext, type NamedColumns } from './defined';
import { defineOnDemandView, type UsedFeature } from './defineOnDemandView';
import { parseReference, referenceText } from './reference';
import { sqlExpressions } from './sqlExpressions';
import type { FeatureStore } from '../store';

/** modelyard.yaml as it stands. */
export interface LoadedFeatures {
  readonly config: WorkspaceConfig;
  readonly file: string;
  readonly locate: (key: string) => TextRange | undefined;
}

export interface DefinitionParts {
  readonly loaded: LoadedFeatures;
  readonly store: FeatureStore;
  /** The columns of a dataset, as its first rows have them. @throws ModelyardError when it cannot be read */
  readonly columns: (dataset: string) => Promise<NamedColumns>;
  /** Whether definitions that are new become versions; else they have none. */
  readonly recording: boolean;
  readonly now: () => number;
}

export type RecordedVersion = FeatureViewVersion & { readonly isNew: boolean };

/** The definitions in modelyard.yaml at one moment, each found out once. */
export class Definitions {
  readonly #parts: DefinitionParts;
  readonly #found = new Map<string, Promise<RecordedVersion | DefinedView | undefined>>();

  constructor(parts: DefinitionParts) {
    this.#parts = parts;
  }

  get config(): WorkspaceConfig {
    return this.#parts.loaded.config;
  }

  /** Names of the views in the file. */
  get names(): readonly string[] {
    return Object.keys(this.config.features ?? {});
  }

  view(name: string): FeatureViewConfig | undefined {
    const { features = {} } = this.config;
    return Object.hasOwn(features, name) ? features[name] : undefined;
  }

  place(key: string): Place {
    const { file, locate } = this.#parts.loaded;
    const range = locate(key);
    if (!range) return { file, key };
    const { startLine: line, startColumn: column, endLine, endColumn } = range;
    return { file, line, column, endLine, endColumn, key };
  }

  /**
   * What a view is by the file; undefined when that depends on a version that there is not yet.
   * @throws ModelyardError `config.invalid`, `data.column`, `not-found`; those of reading data
   */
  define(name: string): Promise<RecordedVersion | DefinedView | undefined> {
    const known = this.#found.get(name);
    if (known) return known;
    const found = this.#define(name);
    this.#found.set(name, found);
    return found;
  }

  /** The version that a view is by the file, or `number`; undefined when it has not become one. */
  async version(name: string, number?: number): Promise<RecordedVersion | undefined> {
    const { store } = this.#parts;
    if (number !== undefined) {
      const found = store.version(name, number);
      if (found) return { ...this.#asDeclared(found), isNew: false };
      throw noVersion(name, number, store.versions(name));
    }
    const defined = await this.define(name);
    return defined && 'version' in defined ? defined : undefined;
  }

  async #define(name: string): Promise<RecordedVersion | DefinedView | undefined> {
    const view = this.view(name);
    if (!view) throw this.unknown(name);
    const context = {
      name,
      expressions: sqlExpressions,
      at: (key: string) => this.place(`features.${name}.${key}`),
    };
    const defined = view.kind === 'batch' ? await this.#batch(context, view) : await this.#onDemand(context, view);
    if (!defined) return undefined;
    const { store, recording, now } = this.#parts;
    if (recording) return store.record(name, defined, now());
    const known = store.byHash(name, defined.hash);
    return known ? { ...known, definition: defined.definition, isNew: false } : defined;
  }

  async #batch(context: DefiningContext, view: BatchViewConfig): Promise<DefinedView> {
    const { source: dataset } = view;
    const entities = this.config.entities ?? {};
    if (dataset === undefined) return defineBatchView({ ...context, view, entities });
    const declared = this.#dataset(dataset);
    if (!declared)
      throw wrongView(context, 'source', {
        message: `there is no dataset ${dataset}.`,
        fix: 'Add it under `datasets:`.',
      });
    const source = { file: sourceOf(dataset, declared), columns: await this.#parts.columns(dataset) };
    return defineBatchView({ ...context, view, entities, source });
  }

  async #onDemand(context: DefiningContext, view: OnDemandViewConfig): Promise<DefinedView | undefined> {
    const used: UsedFeature[] = [];
    for (const [index, text] of view.uses.entries()) {
      const reference = parseReference(text);
      const other = await this.#usable({ ...context, index }, reference);
      if (!other) return undefined;
      const { feature } = reference;
      const features = other.definition.features.filter(({ name }) => feature === undefined || name === feature);
      if (features.length === 0)
        throw wrongView(context, `uses.${index}`, {
          message: `feature view ${other.view} has no feature \`${feature}\`.`,
          fix: `It has ${other.definition.features.map(({ name }) => name).slice(0, 12).join(', ')}.`, // prettier-ignore
        });
      for (const { name, type } of features)
        used.push({ view: other.view, version: other.version, feature: name, type, index });
    }
    return defineOnDemandView({ ...context, view, used });
  }

  /** What is itself computed on demand is not computed with: so nothing goes round in a circle. */
  async #usable(
    context: DefiningContext & { readonly index: number },
    { view, version }: ReturnType<typeof parseReference>,
  ): Promise<FeatureViewVersion | undefined> {
    const key = `uses.${context.index}`;
    const onDemand = (): ModelyardError =>
      wrongView(context, key, {
        message: `${referenceText({ view, ...(version !== undefined && { version }) })} is itself computed when it is asked for, and cannot be computed with.`,
        fix: 'Use what that one uses.',
      });
    if (version === undefined && this.view(view)?.kind === 'on-demand') throw onDemand();
    try {
      const found = await this.version(view, version);
      if (found?.definition.kind === 'on-demand') throw onDemand();
      return found;
    } catch (error) {
      if (!(error instanceof ModelyardError) || error.code !== 'not-found') throw error;
      throw wrongView(context, key, { message: error.message, ...(error.fix !== undefined && { fix: error.fix }) });
    }
  }

  /** An earlier version reads its dataset where that lies now; what the file no longer has, where it last was. */
  #asDeclared(version: FeatureViewVersion): FeatureViewVersion {
    const { definition } = version;
    if (definition.kind !== 'batch' || !definition.source) return version;
    const declared = this.#dataset(definition.source.dataset);
    if (!declared) return version;
    const { path, format, delimiter } = declared;
    const { delimiter: _, ...kept } = definition.source;
    const source = { ...kept, path, format, ...(delimiter !== undefined && { delimiter }) };
    return { ...version, definition: { ...definition, source } };
  }

  #dataset(name: string): DatasetConfig | undefined {
    return Object.hasOwn(this.config.datasets, name) ? this.config.datasets[name] : undefined;
  }

  /** Why there is no such view. */
  unknown(name: string): ModelyardError {
    const { store, loaded } = this.#parts;
    const [newest] = store.versions(name);
    if (newest)
      return new ModelyardError('not-found', `${loaded.file} no longer has a feature view ${name}.`, {
        fix: `Name a version of it: ${name}@v${newest.version}.`,
      });
    const meant = nearest(name, this.names);
    return new ModelyardError('not-found', `There is no feature view ${name}.`, {
      fix:
        meant !== undefined
          ? `Did you mean \`${meant}\`?`
          : this.names.length === 0
            ? `Declare one under \`features:\` in ${loaded.file}.`
            : `There are ${this.names.slice(0, 12).join(', ')}.`,
    });
  }
}

const sourceOf = (
  dataset: string,
  { path, format, delimiter, table, query, missing }: DatasetConfig,
): FeatureSource => ({
  ...{ dataset, path, format, missing },
  ...(delimiter !== undefined && { delimiter }),
  ...(table !== undefined && { table }),
  ...(query !== undefined && { query }),
});

function noVersion(view: string, version: number, versions: readonly FeatureViewVersion[]): ModelyardError {
  const [newest] = versions;
  return new ModelyardError('not-found', `Feature view ${view} has no version ${version}.`, {
    fix: newest
      ? `The newest is ${newest.version}; \`modelyard features show ${view}\` lists them.`
      : 'Record the definitions with `modelyard features apply`.',
  });
}
