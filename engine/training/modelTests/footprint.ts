import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Footprint } from '../../protocol/modelTests';
import { throwIfAborted } from '../../errors';
import { inputExample } from '../modelFiles';
import { readScoringRequest, scoringRequest } from '../../scoringRequest';
import { frameOfRecords } from '../records';
import type { ModelSignature } from '../signature';
import type { Subject } from './subject';

/** Requests of one row that are timed in a round, and rows of a batch. */
const [requests, batchRows] = [300, 1000];
/** ms that a round of requests, and one of batches, takes at most. */
const longest = 500;
/** Batches of a round, at least and at most. */
const [leastBatches, mostBatches] = [3, 50];

/** A model as a server has it. */
export interface Served {
  readonly model: Subject['model'];
  readonly signature: ModelSignature;
}

/** Requests as a server gets them. */
export interface Traffic {
  readonly single: readonly string[];
  readonly batch: string;
}

/** Rows of the data, again and again, as JSON. */
export function trafficOf(signature: ModelSignature, { frame, rows }: Pick<Subject, 'frame' | 'rows'>): Traffic {
  const repeated = (count: number): readonly number[] =>
    Array.from({ length: count }, (_, i) => rows[i % rows.length]!);
  const { columns, data } = inputExample(signature, frame, repeated(batchRows));
  return {
    single: data.slice(0, requests).map(row => scoringRequest({ columns, data: [row] })),
    batch: scoringRequest({ columns, data }),
  };
}

export type Speed = Readonly<Record<Extract<Footprint, `latency_${string}` | 'rows_per_second'>, number>>;

/** One round: each request from its text to its scores. */
export async function timeRound(served: Served, { single, batch }: Traffic, signal: AbortSignal): Promise<Speed> {
  const took: number[] = [];
  const begun = performance.now();
  for (const request of single) {
    throwIfAborted(signal);
    const from = performance.now();
    await answer(served, request);
    took.push(performance.now() - from);
    if (performance.now() - begun > longest) break;
  }
  took.sort((a, b) => a - b);
  const batchesBegun = performance.now();
  let batches = 0;
  while (batches < leastBatches || (batches < mostBatches && performance.now() - batchesBegun < longest / 4)) {
    throwIfAborted(signal);
    await answer(served, batch);
    batches++;
  }
  const seconds = (performance.now() - batchesBegun) / 1000;
  return {
    latency_p50_ms: took[Math.ceil(took.length * 0.5) - 1] ?? Number.NaN,
    latency_p99_ms: took[Math.ceil(took.length * 0.99) - 1] ?? Number.NaN,
    rows_per_second: (batches * batchRows) / seconds,
  };
}

async function answer({ model, signature }: Served, request: string): Promise<Float64Array> {
  const frame = frameOfRecords(signature.inputs, readScoringRequest(request));
  return model.score(
    frame,
    Int32Array.from({ length: frame.rows }, (_, row) => row),
  );
}

/** MB of all files below a folder. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile());
  const sizes = await Promise.all(files.map(async entry => (await stat(path.join(entry.parentPath, entry.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0) / 1e6;
}
