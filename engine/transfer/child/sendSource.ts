import { throwIfAborted } from '../../errors';
import type { TransferProblem } from '../../protocol/transfer';
import { withDigest } from '../content/digest';
import type { ModelFacts } from '../content/model';
import type { PointColumns } from '../content/points';
import { PIECE_POINTS } from '../content/points';
import type { RunHead } from '../content/run';
import { SeriesHash } from '../content/seriesHash';
import { problemOf } from '../read/failures';
import type { SourceReader, SourceRun, StagingStore } from '../read/source';
import type { ChildEnd } from './childEnd';
import type { BatchItem } from './messages';
import { stageArtifacts } from './stageArtifacts';

/** Rows of one batch, which the engine writes in one transaction. */
const BATCH_ROWS = 2_000;
/** A run with more points is sent in pieces. */
const LONG_POINTS = 2 * PIECE_POINTS;

export interface SendOptions {
  readonly end: ChildEnd;
  readonly staging: StagingStore;
}

/** Sends all that a reader gives; returns when the last message has been handed over. */
export async function sendSource(reader: SourceReader, options: SendOptions, signal: AbortSignal): Promise<void> {
  const batch = new Batch(options.end);
  for await (const item of reader.items()) {
    throwIfAborted(signal);
    if (item.type === 'run') await sendRun(item.run, { ...options, batch }, signal);
    else await batch.add(item, item.type === 'model' ? rowsOfModel(item.model) : 1);
  }
  await batch.flush();
}

class Batch {
  private items: BatchItem[] = [];
  private rows = 0;

  constructor(private readonly end: ChildEnd) {}

  async add(item: BatchItem, rows: number): Promise<void> {
    this.items.push(item);
    this.rows += rows;
    if (this.rows >= BATCH_ROWS) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.items.length === 0) return;
    const { items } = this;
    this.items = [];
    this.rows = 0;
    await this.end.send({ type: 'batch', items });
  }
}

interface Sending extends SendOptions {
  readonly batch: Batch;
}

async function sendRun(run: SourceRun, sending: Sending, signal: AbortSignal): Promise<void> {
  const { batch } = sending;
  const { id } = run.facts;
  let read: { head: RunHead; points: readonly PointColumns[] | undefined; problems: readonly TransferProblem[] };
  try {
    read = await readWhole(run, sending.staging, signal);
  } catch (error) {
    await batch.add({ type: 'broken', problem: problemOf(error, id) }, 1);
    return;
  }
  const { head, points, problems } = read;
  if (points === undefined) {
    await batch.flush();
    await sendLong(run, head, sending.end);
  } else await batch.add({ type: 'run', head, points }, rowsOf(head));
  if (problems.length > 0)
    await batch.add({ type: 'incomplete', run: id, problems: problems.map(problem => ({ ...problem, run: id })) }, 1);
}

async function readWhole(run: SourceRun, staging: StagingStore, signal: AbortSignal) {
  const { series, points } = await readPoints(run, signal);
  const staged = await stageArtifacts(run.artifacts, staging, signal);
  const head = withDigest({ ...run.facts, artifacts: staged.artifacts, series });
  return { head, points, problems: [...run.problems, ...staged.problems] };
}

/** Reads all points; keeps those of a run that is not long. */
async function readPoints(run: SourceRun, signal: AbortSignal) {
  const hashes = new Map<string, SeriesHash>();
  let kept: PointColumns[] | undefined = [];
  let count = 0;
  for await (const piece of run.points()) {
    throwIfAborted(signal);
    const hash = hashes.get(piece.key) ?? new SeriesHash();
    hashes.set(piece.key, hash);
    hash.addAll(piece);
    count += piece.values.length;
    if (count > LONG_POINTS) kept = undefined;
    else kept?.push(piece);
  }
  const series = [...hashes]
    .filter(([, hash]) => hash.count > 0)
    .map(([key, hash]) => ({ key, count: hash.count, hash: hash.text() }));
  return { series, points: kept };
}

async function sendLong(run: SourceRun, head: RunHead, end: ChildEnd): Promise<void> {
  let answer = await end.offer(head);
  while (answer === 'points') {
    const next = end.nextAnswer();
    let problem: TransferProblem | undefined;
    try {
      for await (const piece of run.points()) await end.send({ type: 'piece', points: [piece] });
    } catch (error) {
      problem = problemOf(error, head.id);
    }
    await end.say({ type: 'pieceEnd', ...(problem && { problem }) });
    answer = await next;
  }
}

/** What the run will be in the database, roughly. */
function rowsOf({ params, tags, inputs, artifacts, series }: RunHead): number {
  const points = series.reduce((sum, { count }) => sum + count, 0);
  const texts = Object.keys(params).length + Object.keys(tags).length;
  return 5 + texts + inputs.length + artifacts.length + series.length * 3 + points;
}

function rowsOfModel({ tags, aliases, versions }: ModelFacts): number {
  const ofVersions = versions.reduce((sum, version) => sum + 3 + Object.keys(version.tags).length, 0);
  return 3 + Object.keys(tags).length + Object.keys(aliases).length + ofVersions;
}
