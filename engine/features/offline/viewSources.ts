import path from 'node:path';
import { ModelyardError } from '../../errors';
import { dataFormats } from '../../protocol/data';
import type { FeatureSource, FeatureViewVersion } from '../../protocol/features';
import type { BatchView } from '../../protocol/featurePlans';
import type { DatasetSource } from '../../protocol/jobs';

export interface NamedFile {
  readonly source: DatasetSource;
  /** The name in modelyard.yaml; absent: it is not declared there. */
  readonly dataset?: string;
}

export interface ViewSourcePorts {
  /** A dataset of modelyard.yaml, or a file of the workspace that need not be there yet. @throws ModelyardError `not-found` */
  readonly file: (name: string) => Promise<NamedFile>;
  /** Files with the rows that were pushed to a view. */
  readonly pushed: (view: string) => Promise<readonly DatasetSource[]>;
  /** Absolute path of its folder. */
  readonly workspace: string;
}

/** The files that versions of views are read from, as they lie now. */
export class ViewSources {
  constructor(private readonly ports: ViewSourcePorts) {}

  /** A version with the files that its rows are in. @throws ModelyardError `params.invalid`, `data.unreadable` */
  async batch({ view, version, definition }: FeatureViewVersion): Promise<BatchView> {
    if (definition.kind === 'on-demand')
      throw new ModelyardError(
        'params.invalid',
        `Feature view ${view} is computed when it is asked for: it has no rows.`,
        {
          fix: 'Ask for it in a preview, or with `modelyard features get`.',
        },
      );
    const { source, push } = definition;
    const pushed = push ? await this.ports.pushed(view) : [];
    const sources = [...(source ? [await this.#source(source)] : []), ...pushed];
    return { view, version, definition, sources };
  }

  /** As the version has it; the types that the dataset declares are those of now. */
  async #source({
    dataset,
    path: file,
    format,
    delimiter,
    table,
    query,
    missing,
  }: FeatureSource): Promise<DatasetSource> {
    const { workspace } = this.ports;
    const declared = await this.ports.file(dataset).catch((error: unknown) => {
      if (error instanceof ModelyardError && error.code === 'not-found') return undefined;
      throw error;
    });
    const selection = { ...(table !== undefined && { table }), ...(query !== undefined && { query }) };
    if (declared?.dataset === dataset) {
      const { table: _, query: __, ...now } = declared.source;
      return { ...now, missing, ...selection };
    }
    const known = dataFormats.find(one => one === format);
    if (known === undefined)
      throw new ModelyardError('data.unreadable', `${file}: files of the format ${format} cannot be read.`);
    return {
      ...{
        name: dataset,
        path: path.resolve(workspace, file),
        root: workspace,
        file,
        format: known,
        missing,
        expect: [],
      },
      ...(delimiter !== undefined && { delimiter }),
      ...selection,
    };
  }
}
