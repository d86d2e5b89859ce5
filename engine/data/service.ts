import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { dataStamp, type FileStamp } from '../dataFiles';
import { ModelyardError } from '../errors';
import { digest } from '../ids';
import { isDatabase, type ColumnType, type DatasetVersion } from '../protocol/data';
import type { DatasetDetail } from '../protocol/datasets';
import type { Digest } from '../protocol/ids';
import type { DatasetSource } from '../protocol/jobs';
import type { Database } from '../store/database';
import { hint } from './closest';
import { firstColumns } from './firstColumns';
import { distributionFile } from './distributionFile';
import type { KeptFiles, VersionEntry } from './store';
import { DatasetStore } from './store';
import { validatedSchema } from './stored';
import { reportSchema } from './suites/storedReport';

/** The part of the artifact store that versions need. */
export interface DataObjects {
  putFile(path: string): Promise<{ readonly digest: Digest }>;
  path(digest: Digest): string;
  has(digest: Digest): boolean;
}

export type NamedColumns = readonly { readonly name: string; readonly type: ColumnType }[];
export type ReadColumns = (source: DatasetSource) => Promise<NamedColumns>;

export interface DataServiceOptions {
  readonly db: Database;
  readonly objects: DataObjects;
  readonly now?: () => number;
  /** Names and types as the first rows have them. Default: they are read here. */
  readonly readColumns?: ReadColumns;
}

/** Versions of datasets, as `validate` found them. */
export class DataService {
  readonly #store: DatasetStore;
  readonly #objects: DataObjects;
  readonly #now: () => number;
  readonly #readColumns: ReadColumns;
  readonly #columns = new Map<
    string,
    { readonly stamp: string; readonly columns: Promise<NamedColumns | undefined> }
  >();

  constructor(options: DataServiceOptions) {
    this.#objects = options.objects;
    this.#store = new DatasetStore(options.db);
    this.#now = options.now ?? Date.now;
    this.#readColumns = options.readColumns ?? firstColumns;
  }

  /** Keeps a version; the same content again only gets the new checks. It is then the dataset's current version. */
  record(detail: Omit<DatasetDetail, 'createdAt'>, kept: KeptFiles = {}): DatasetVersion {
    this.#store.put(detail, this.#now(), kept);
    return this.get(detail.name, detail.digest);
  }

  /**
   * Keeps the version that a `validate` step wrote as its output `dataset`, with the distributions beside it.
   * @throws ModelyardError `not-found`, `internal` when it is not such a file
   */
  async recordOutput(file: string, { judged = true }: Pick<KeptFiles, 'judged'> = {}): Promise<DatasetDetail> {
    const parsed = v.safeParse(outputSchema, await readOutput(file));
    if (!parsed.success)
      throw new ModelyardError('internal', `The output of \`validate\` is not one: ${parsed.issues[0].message}`);
    const { source, digest: hash, bytes, profile, checks, report, stamp } = parsed.output;
    const schema = profile.columns.map(({ name, type }) => ({ name, type }));
    const { name, format } = source;
    const version = { name, digest: digest(hash), path: source.file ?? source.path, format, bytes, rows: profile.rows };
    const distributions = await this.#keep(path.join(path.dirname(file), distributionFile));
    this.record({ ...version, schema, profile, checks, ...(report && { report }) }, { distributions, stamp, judged });
    return this.get(name, version.digest);
  }

  /** All versions of a dataset; none when it is not known. */
  versions(name: string): readonly VersionEntry[] {
    return this.#store.versions(name);
  }

  /** Names of the datasets that have a version. */
  names(): readonly string[] {
    return this.#store.names();
  }

  /** The version whose file had the stamp when it was last read. */
  stamped(name: string, stamp: string): Digest | undefined {
    return this.#store.stamped(name, stamp);
  }

  /** Path of the distributions of a version; undefined when there are none (any more). */
  distributions(name: string, wanted: Digest): string | undefined {
    const found = this.#store.distributions(name, wanted);
    return found !== undefined && this.#objects.has(found) ? this.#objects.path(found) : undefined;
  }

  /** The current version of each dataset, by name. */
  list(): readonly DatasetVersion[] {
    return this.#store.current();
  }

  /** An earlier build's `validate` left none. */
  async #keep(file: string): Promise<Digest | undefined> {
    const isThere = await stat(file).then(
      () => true,
      () => false,
    );
    return isThere ? (await this.#objects.putFile(file)).digest : undefined;
  }

  /** The current version, or the one with the digest. @throws ModelyardError `not-found` */
  get(name: string, wanted?: Digest): DatasetDetail {
    const found = this.#store.detail(name, wanted);
    if (found) return found;
    const names = this.#store.names();
    if (names.includes(name))
      throw new ModelyardError('not-found', `Dataset ${name} has no version ${(wanted ?? '').slice(0, 12)}.`);
    throw new ModelyardError('not-found', `No version of dataset ${name} is known yet.`, {
      fix: names.length > 0 ? hint(name, names).replace('The columns', 'Known datasets') : 'Run `modelyard validate`.',
    });
  }

  /**
   * The columns of a dataset for completion in the editor: of the recorded version when the file has not changed since,
   * else from its first rows. Quick; undefined when the file cannot be read.
   */
  async columns(source: DatasetSource): Promise<NamedColumns | undefined> {
    try {
      const found = await dataStamp(source);
      if (!found) return undefined;
      const stamp = `${source.path} ${source.format} ${source.delimiter ?? ''} ${found.stamp}`;
      const known = this.#columns.get(source.name);
      if (known?.stamp === stamp) return await known.columns;
      const columns = this.#recordedColumns(source, found) ?? this.#firstColumns(source);
      this.#columns.set(source.name, { stamp, columns: Promise.resolve(columns) });
      return await columns;
    } catch {
      return undefined;
    }
  }

  /** As the first rows have them. @throws ModelyardError why the file cannot be read; `untrusted` */
  readColumns(source: DatasetSource): Promise<NamedColumns> {
    return this.#readColumns(source);
  }

  /** Of the version that was recorded of the file as it is. */
  #recordedColumns(source: DatasetSource, { bytes, modifiedAt, stamp }: FileStamp): NamedColumns | undefined {
    const { name, path: absolute, file = absolute } = source;
    if (isDatabase(source.format)) {
      const recorded = this.#store.stamped(name, stamp);
      return recorded === undefined ? undefined : this.#store.detail(name, recorded)?.schema;
    }
    const version = this.#store.version(name);
    return version?.bytes === bytes && modifiedAt <= version.checkedAt && version.path === file
      ? version.schema
      : undefined;
  }

  /** Who does not trust the workspace now may do so later. */
  #firstColumns(source: DatasetSource): Promise<NamedColumns | undefined> {
    return this.#readColumns(source).catch((error: unknown) => {
      if (error instanceof ModelyardError && error.code === 'untrusted') this.#columns.delete(source.name);
      return undefined;
    });
  }
}

const outputSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ ...validatedSchema.entries, report: v.optional(reportSchema) }),
);

async function readOutput(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ModelyardError('not-found', 'What `validate` found out is no longer there.', {
      fix: 'Run the pipeline again.',
      cause,
    });
  }
}
