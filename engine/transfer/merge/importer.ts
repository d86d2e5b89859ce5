import { ModelyardError, throwIfAborted } from '../../errors';
import type { Digest, ExperimentId } from '../../protocol/ids';
import type { SourceKind, TransferProblem } from '../../protocol/transfer';
import type { BatchItem } from '../child/messages';
import type { ModelFacts } from '../content/model';
import type { PointColumns } from '../content/points';
import type { ExperimentFacts, RunHead } from '../content/run';
import type { ModelPort } from '../modelPort';
import type { ImportPort, KnownRun, Point, RunToWrite } from '../ports';
import { problemOf } from '../read/failures';
import type { TransferStore } from '../store';
import type { Verdict } from './judge';
import { judge } from './judge';
import { localDigest, localSeries, relateSeries } from './localRun';
import { pause } from './pause';
import { ModelImporter } from './modelImporter';
import { Tally } from './tally';
import { lineageDigests } from '../lineageDigests';

export interface ImporterOptions {
  readonly imports: ImportPort;
  readonly models: ModelPort;
  readonly store: TransferStore;
  readonly now: () => number;
  /** Makes contents, which the child has written, those of the workspace. */
  readonly adopt: (digests: readonly Digest[]) => Promise<void>;
  /** The experiment that all runs go to, whatever theirs was. */
  readonly experiment?: string;
}

type Pieces = () => AsyncIterable<readonly PointColumns[]>;
type WholeRun = Extract<BatchItem, { readonly type: 'run' }>;

/** Points that are removed in one transaction. */
const REMOVED = 5_000;

/** Takes runs in: each whole, in transactions that stay short. */
export class Importer {
  readonly tally = new Tally();
  kind: SourceKind = 'mlruns';
  /** Runs of the source, where that is known. */
  total: number | undefined;
  private readonly experiments = new Map<string, ExperimentFacts>();
  /** Ids here, or why there is none. */
  private readonly places = new Map<string, ExperimentId | ModelyardError>();

  private readonly models: ModelImporter;

  constructor(private readonly options: ImporterOptions) {
    const { imports, models } = options;
    const write = <T>(work: () => T): T => imports.write(work);
    this.models = new ModelImporter({ models, tally: this.tally, kind: () => this.kind, write });
  }

  /** What fits into one transaction. New runs of it are written together, known ones are looked at first. */
  async batch(items: readonly BatchItem[], signal: AbortSignal): Promise<void> {
    await this.options.adopt(items.flatMap(contentsOf));
    let fresh = new Map<string, WholeRun>();
    const write = (): void => {
      this.insertAll([...fresh.values()]);
      fresh = new Map();
    };
    const models: ModelFacts[] = [];
    for (const item of items) {
      throwIfAborted(signal);
      if (item.type === 'model') {
        models.push(item.model);
        continue;
      }
      if (item.type !== 'run') {
        this.other(item);
        continue;
      }
      const { head } = item;
      if (fresh.has(head.id)) write(); // the source has it twice
      const known = this.options.imports.find(head.id);
      if (known === undefined) fresh.set(head.id, item);
      else await this.known(known, head, () => oneByOne(item.points));
    }
    write();
    if (models.length > 0) await this.models.take(models);
  }

  /** A run with so many points that they come in pieces. Nothing of it shows before it is complete. */
  async long(head: RunHead, pieces: Pieces, signal: AbortSignal): Promise<void> {
    await this.options.adopt(head.artifacts.map(({ digest }) => digest));
    const known = this.options.imports.find(head.id);
    if (known !== undefined) await this.known(known, head, pieces);
    else await this.insertLong(head, pieces, signal);
  }

  private other(item: Exclude<BatchItem, WholeRun | { readonly type: 'model' }>): void {
    switch (item.type) {
      case 'experiment':
        this.experiments.set(item.experiment.name, item.experiment);
        if (this.options.experiment === undefined) this.place(item.experiment.name);
        break;
      case 'incomplete':
        this.tally.runs.incomplete++;
        item.problems.forEach(problem => this.tally.problems.add(problem));
        break;
      case 'broken':
        this.broken(item.problem);
        break;
      case 'brokenModel':
        this.models.broken(item);
        break;
      case 'note':
        this.tally.note(item.text);
        break;
    }
  }

  private broken(problem: TransferProblem): void {
    this.tally.runs.broken++;
    this.tally.problems.add(problem);
  }

  private conflict(head: RunHead, why: string, fix: string): void {
    this.tally.runs.conflicting++;
    this.tally.problems.add({ message: `Run ${head.id} (${head.name}): ${why}.`, fix, run: head.id });
  }

  /** The experiment for a run, made when it is missing; or the reason why it cannot be used. */
  private place(name: string): ExperimentId | ModelyardError {
    const wanted = this.options.experiment ?? name;
    const found = this.places.get(wanted);
    if (found !== undefined) return found;
    const own = this.options.experiment === undefined ? this.experiments.get(name) : undefined;
    const facts = own ?? { name: wanted, lifecycle: 'active', tags: {} };
    let place: ExperimentId | ModelyardError;
    try {
      const { id, isNew } = this.options.imports.write(() => this.options.imports.experiment(facts));
      if (isNew) this.tally.experiments++;
      place = id;
    } catch (error) {
      if (!(error instanceof ModelyardError) || error.code !== 'conflict') throw error;
      place = error;
    }
    this.places.set(wanted, place);
    return place;
  }

  private toWrite(head: RunHead): RunToWrite | undefined {
    const place = this.place(head.experiment);
    if (!(place instanceof ModelyardError)) return { ...head, experimentId: place };
    const name = this.options.experiment ?? head.experiment;
    this.conflict(
      head,
      `its experiment ${name} has been deleted here`,
      'Restore the experiment, or import into another.',
    );
    return undefined;
  }

  private insertAll(items: readonly WholeRun[]): void {
    const { imports } = this.options;
    const written = items.flatMap(({ head, points }) => {
      const run = this.toWrite(head);
      return run === undefined ? [] : [{ head, run, points }];
    });
    if (written.length === 0) return;
    // one of each experiment stands for all: whoever shows the experiment reads it again
    const told = new Map(written.map(({ run }) => [run.experimentId, run.id]));
    imports.write(() => {
      for (const { head, run, points } of written) {
        const row = imports.insert(run);
        for (const piece of points) imports.addPoints(run.id, pointsOf(piece));
        this.record(row, head, true);
      }
      for (const id of told.values()) imports.tell(id);
    });
    for (const { head } of written) this.count(head);
  }

  private async insertLong(head: RunHead, pieces: Pieces, signal: AbortSignal): Promise<void> {
    const { imports } = this.options;
    const run = this.toWrite(head);
    if (run === undefined) return;
    const row = imports.write(() => {
      const inserted = imports.insert(run, true);
      this.record(inserted, head, false);
      return inserted;
    });
    try {
      for await (const piece of pieces()) {
        throwIfAborted(signal);
        imports.write(() => piece.forEach(points => imports.addPoints(run.id, pointsOf(points))));
        await pause();
      }
      throwIfAborted(signal);
    } catch (error) {
      await removeRun(imports, row);
      if (!isBroken(error)) throw error;
      this.broken(problemOf(error, head.id));
      return;
    }
    imports.write(() => {
      imports.reveal(run, row);
      this.record(row, head, true);
    });
    this.count(head);
  }

  private async known(local: KnownRun, head: RunHead, pieces: Pieces): Promise<void> {
    try {
      const isKnown = head.digest === this.options.store.last(local.row)?.digest;
      const verdict: Verdict = isKnown ? { type: 'unchanged' } : await this.compare(local, head, pieces);
      if (verdict.type === 'conflict')
        this.conflict(
          head,
          `it is here already, and ${verdict.why}; it was left as it is`,
          'Delete or rename what is wrong, or import it into another workspace.',
        );
      else if (verdict.type === 'update') await this.update(verdict, { head, row: local.row, pieces });
      else this.tally.runs.unchanged++;
    } catch (error) {
      if (!isBroken(error)) throw error;
      this.broken(problemOf(error, head.id));
    }
  }

  /** Points first: if they cannot be read to their end, the run has not become another. */
  private async update(
    { run, replaced }: Extract<Verdict, { type: 'update' }>,
    { head, row, pieces }: { head: RunHead; row: number; pieces: Pieces },
  ): Promise<void> {
    const { imports } = this.options;
    for (const key of replaced) while (imports.write(() => imports.removeSeriesPiece(row, key, REMOVED))) await pause();
    for await (const piece of pieces()) {
      for (const part of piece)
        this.tally.points += imports.write(() => imports.addPoints(run.id, pointsOf(part), true));
      await pause();
    }
    imports.write(() => {
      imports.update(run, row);
      this.record(row, head, true);
    });
    this.tally.runs.updated++;
  }

  private async compare(local: KnownRun, incoming: RunHead, pieces: Pieces): Promise<Verdict> {
    const { imports, store } = this.options;
    const series = await localSeries(imports, local);
    const relations = await relateSeries(imports, { local, localSeries: series, incoming }, () => flat(pieces()));
    const verdict = judge({
      local,
      localDigest: localDigest(local, series),
      last: store.last(local.row),
      incoming,
      relations,
      isSummary: this.kind === 'csv',
    });
    await pause();
    return verdict;
  }

  private record(row: number, head: RunHead, finished: boolean): void {
    const { store, now } = this.options;
    store.record(row, { digest: head.digest, source: this.kind, at: now(), finished });
  }

  private count(head: RunHead): void {
    this.tally.runs.imported++;
    this.tally.points += head.series.reduce((sum, { count }) => sum + count, 0);
    this.tally.artifacts.files += head.artifacts.length;
    this.tally.artifacts.bytes += head.artifacts.reduce((sum, { size }) => sum + size, 0);
  }
}

function contentsOf(item: BatchItem): readonly Digest[] {
  if (item.type === 'run') return item.head.artifacts.map(({ digest }) => digest);
  if (item.type !== 'model') return [];
  return item.model.versions.flatMap(({ lineage }) => lineageDigests(lineage));
}

const isBroken = (error: unknown): error is ModelyardError =>
  error instanceof ModelyardError && error.code.startsWith('data.');

/** Takes an unfinished run away, a piece at a time. */
export async function removeRun(imports: ImportPort, row: number): Promise<void> {
  while (imports.write(() => imports.removePiece(row, REMOVED))) await pause();
}

function* pointsOf({ key, steps, times, values }: PointColumns): Generator<Point & { readonly key: string }> {
  for (let at = 0; at < values.length; at++)
    yield { key, step: narrow(steps[at]!), time: narrow(times[at]!), value: values[at]! };
}

const narrow = (value: bigint): number | bigint => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

async function* flat(pieces: AsyncIterable<readonly PointColumns[]>): AsyncGenerator<PointColumns> {
  for await (const piece of pieces) yield* piece;
}

async function* oneByOne(points: readonly PointColumns[]): AsyncGenerator<readonly PointColumns[]> {
  for (const piece of points) {
    await pause();
    yield [piece];
  }
}
