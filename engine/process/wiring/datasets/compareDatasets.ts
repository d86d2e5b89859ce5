import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { comparisonFile } from '../../../data/compareStep';
import { comparisonSchema } from '../../../data/storedComparison';
import { ModelyardError } from '../../../errors';
import type { ColumnComparison, DatasetComparison } from '../../../protocol/datasets';
import type { Digest } from '../../../protocol/ids';
import type { ComparedSide, DatasetSource } from '../../../protocol/jobs';
import type { ProgressReport } from '../../../protocol/methods';
import * as v from 'valibot';
import { runDataJob } from './dataJob';
import type { RecordOptions } from './recordVersion';
import { recordVersion } from './recordVersion';
import type { VersionSources } from './resolveVersion';
import { resolveVersion } from './resolveVersion';

export type CompareOptions = RecordOptions & VersionSources;

export interface CompareRequest {
  readonly name: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly progress: (report: ProgressReport) => void;
}

/** Comparisons that are remembered: two contents compare the same for ever. */
const remembered = 16;

/** Compares two versions of datasets in a child process. */
export class DatasetComparer {
  readonly #options: CompareOptions;
  readonly #done = new Map<string, readonly ColumnComparison[]>();

  constructor(options: CompareOptions) {
    this.#options = options;
  }

  /**
   * `before`, `after`: a digest or its beginning, `now` (the file as it is), `lock`, `last` (the last that a run used), or
   * a run. Defaults: `last` and `now`. The file is read and its version recorded when it is not known yet.
   * @throws ModelyardError `not-found`, `conflict` (nothing was kept of the version, or the name fits several), `data.*`
   */
  async compare(request: CompareRequest, signal: AbortSignal): Promise<DatasetComparison> {
    const { name, progress } = request;
    const source = (await this.#options.sources()).find(one => one.name === name);
    const report = (message: string, fraction?: number): void =>
      progress({ message: `${name}: ${message}`, ...(fraction !== undefined && { fraction }) });
    const now = source && (await this.#options.book.current(source, signal));
    const place = { ...this.#options, name, source, now: now?.digest };
    const before = await resolveVersion(place, request.before ?? 'last');
    const wanted = await resolveVersion(place, request.after ?? 'now');
    // A file that is written while it is read is another version than it was.
    const after = await this.#ensure(wanted, { name, source, now: now?.digest, report }, signal);
    const older = await this.#ensure(before, { name, source, now: now?.digest, report }, signal);
    const columns = await this.#columns({ name, before: older, after }, report, signal);
    const side = (digest: Digest): DatasetComparison['before'] => {
      const { rows, schema, path: file } = this.#options.data.get(name, digest);
      return { digest, rows, columns: schema.length, path: file, current: digest === now?.digest };
    };
    return { name, before: side(older), after: side(after), columns };
  }

  /** Has the version recorded with its distributions, if its file is still there. */
  async #ensure(
    wanted: Digest,
    what: {
      name: string;
      source: DatasetSource | undefined;
      now: Digest | undefined;
      report: (message: string, fraction?: number) => void;
    },
    signal: AbortSignal,
  ): Promise<Digest> {
    const { name, source, now, report } = what;
    if (this.#options.data.distributions(name, wanted) !== undefined) return wanted;
    if (source !== undefined && now === wanted) {
      const read = await recordVersion(this.#options, { source, judged: false, report }, signal);
      return read.digest;
    }
    if (this.#options.data.versions(name).some(({ digest }) => digest === wanted)) return wanted;
    throw new ModelyardError('conflict', `Of version ${wanted.slice(0, 12)} of dataset ${name} no profile was kept.`, {
      fix: 'Bring the file back to that content and compare again: it is read then.',
      data: { dataset: name, digest: wanted },
    });
  }

  async #columns(
    { name, before, after }: { name: string; before: Digest; after: Digest },
    report: (message: string, fraction?: number) => void,
    signal: AbortSignal,
  ): Promise<readonly ColumnComparison[]> {
    const sides = [this.#side(name, before), this.#side(name, after)] as const;
    const key = JSON.stringify([name, before, after, sides.map(({ distributions }) => distributions)]);
    const known = this.#done.get(key);
    if (known) return known;
    const take = async (workDir: string): Promise<readonly ColumnComparison[]> => {
      const parsed = v.safeParse(comparisonSchema, await readFile(path.join(workDir, comparisonFile), 'utf8'));
      if (parsed.success) return parsed.output;
      throw new ModelyardError('internal', `The comparison is not one: ${parsed.issues[0].message}`);
    };
    const use = { uses: 'compare', with: { before: sides[0], after: sides[1] } } as const;
    const columns = await runDataJob(this.#options, { use, datasets: [], report, take }, signal);
    this.#done.set(key, columns);
    const [oldest] = this.#done.keys();
    if (this.#done.size > remembered && oldest !== undefined) this.#done.delete(oldest);
    return columns;
  }

  #side(name: string, digest: Digest): ComparedSide {
    const { profile } = this.#options.data.get(name, digest);
    const distributions = this.#options.data.distributions(name, digest);
    return { profile, ...(distributions !== undefined && { distributions }) };
  }
}
