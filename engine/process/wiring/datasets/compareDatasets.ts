import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { comparisonFile } from '../../../data/compareStep';
import { comparisonSchema } from '../../../data/storedComparison';
import { ModelyardError } from '../../../errors';
import type { ColumnComparison, DatasetComparison } from '../../../protocol/datasets';
import type { Digest } from '../../../protocol/ids';
import type { ComparedSide, DatasetSource } from '../../../protocol/jobs';
import type { ProgressReport } from '../../../protocol/progress';
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
  /** The dataset that `before` is a version of; default: `name`. */
  readonly beforeOf?: string | undefined;
  readonly after?: string | undefined;
  readonly progress: (report: ProgressReport) => void;
}

interface Version {
  readonly name: string;
  readonly digest: Digest;
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
    const { name, progress, beforeOf = name } = request;
    const sources = await this.#options.sources();
    const source = sources.find(one => one.name === name);
    const older = sources.find(one => one.name === beforeOf);
    const report = (message: string, fraction?: number): void =>
      progress({ message: `${name}: ${message}`, ...(fraction !== undefined && { fraction }) });
    const current = async (of: DatasetSource | undefined): Promise<Digest | undefined> =>
      of && (await this.#options.book.current(of, signal))?.digest;
    const now = await current(source);
    const then = older === source ? now : await current(older);
    const before = await resolveVersion(
      { ...this.#options, name: beforeOf, source: older, now: then },
      request.before ?? 'last',
    );
    const wanted = await resolveVersion({ ...this.#options, name, source, now }, request.after ?? 'now');
    // A file that is written while it is read is another version than it was.
    const after = { name, digest: await this.#ensure(wanted, { name, source, now, report }, signal) };
    const first = {
      name: beforeOf,
      digest: await this.#ensure(before, { name: beforeOf, source: older, now: then, report }, signal),
    };
    const columns = await this.#columns({ before: first, after }, report, signal);
    return { name, before: this.#described(first, then), after: this.#described(after, now), columns };
  }

  #described({ name, digest }: Version, now: Digest | undefined): DatasetComparison['before'] {
    const { rows, schema, path: file } = this.#options.data.get(name, digest);
    return { digest, rows, columns: schema.length, path: file, current: digest === now };
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
    { before, after }: { before: Version; after: Version },
    report: (message: string, fraction?: number) => void,
    signal: AbortSignal,
  ): Promise<readonly ColumnComparison[]> {
    const sides = [this.#side(before), this.#side(after)] as const;
    const key = JSON.stringify([before, after, sides.map(({ distributions }) => distributions)]);
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

  #side({ name, digest }: Version): ComparedSide {
    const { profile } = this.#options.data.get(name, digest);
    const distributions = this.#options.data.distributions(name, digest);
    return { profile, ...(distributions !== undefined && { distributions }) };
  }
}
