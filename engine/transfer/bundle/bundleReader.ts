import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import * as v from 'valibot';
import type { ModelyardError } from '../../errors';
import { throwIfAborted } from '../../errors';
import { digest } from '../../ids';
import type { ModelFacts } from '../content/model';
import { modelParts } from '../content/model';
import type { PointColumns } from '../content/points';
import { PIECE_POINTS, slicePoints } from '../content/points';
import { unreadable } from '../read/failures';
import type { ReadOptions, SourceItem, SourceReader, SourceRun } from '../read/source';
import type { BundleEnd, BundleLine, BundlePoints, BundleRun } from './format';
import { END, HEAD, OBJECT, RUNS, VERSION, endSchema, headSchema, lineSchema } from './format';
import type { LinePlace } from './lineFile';
import { LineFile } from './lineFile';
import type { TarEntry } from './tar';
import { TarReader } from './tarReader';
import { lineageDigests } from '../lineageDigests';

/** JSON of a bundle that is not lines. */
const SMALL = 1 << 20;
const NEWLINE = 0x0a;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Opens a bundle: the whole of it is read and checked before the first run is given away, so that nothing is imported of one
 * that is damaged or cut off.
 */
export async function openBundle(options: ReadOptions, signal: AbortSignal): Promise<SourceReader> {
  const { source, staging, progress, workDir } = options;
  progress('Checking the bundle');
  const fail = (why: string): ModelyardError =>
    unreadable(source, `the bundle cannot be imported: ${why}`, {
      fix: 'Nothing of it was imported. Copy or export it again.',
    });
  const lines = new LineFile(path.join(workDir, 'lines.jsonl'));
  const tar = new TarReader(gunzipped(source, fail), fail);
  const reading = new Reading(tar, lines, fail);
  await reading.head();
  let end: BundleEnd | undefined;
  for (let entry = await tar.next(); entry !== undefined; entry = await tar.next()) {
    throwIfAborted(signal);
    const object = OBJECT.exec(entry.name);
    if (end !== undefined) throw fail('something follows its end');
    if (object !== null) await reading.object(entry, `${object[1]}${object[2]}`, { staging, signal });
    else if (RUNS.test(entry.name)) await reading.runs(entry);
    else if (entry.name === END) end = await reading.json(entry, endSchema);
    else throw fail(`it holds ${JSON.stringify(entry.name)}, which does not belong there`);
  }
  await tar.finish();
  lines.end();
  const index = reading.check(end, has => staging.has(digest(has)));
  return { total: index.runs.length, items: () => items(lines, index) };
}

interface Index {
  readonly experiments: readonly LinePlace[];
  readonly models: readonly LinePlace[];
  readonly runs: readonly { readonly place: LinePlace; readonly points: readonly LinePlace[] }[];
}

async function* gunzipped(file: string, fail: (why: string) => Error): AsyncGenerator<Uint8Array> {
  const stream = fs.createReadStream(file, { highWaterMark: 1 << 18 });
  const gunzip = createGunzip();
  stream.on('error', error => gunzip.destroy(error));
  stream.pipe(gunzip);
  try {
    for await (const chunk of gunzip) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw fail(why.includes('unexpected end') ? 'it is cut off' : `it is damaged (${why})`);
  } finally {
    stream.destroy();
    gunzip.destroy();
  }
}

/** Reads the entries one after the other and keeps what the end must confirm. */
class Reading {
  private readonly hash = createHash('sha256');
  private readonly experiments: LinePlace[] = [];
  private readonly models: LinePlace[] = [];
  private readonly runsFound: { place: LinePlace; points: LinePlace[] }[] = [];
  private readonly wanted = new Set<string>();
  private objects = 0;
  private lineCount = 0;
  private rest: Buffer = Buffer.alloc(0);

  constructor(
    private readonly tar: TarReader,
    private readonly lines: LineFile,
    private readonly fail: (why: string) => Error,
  ) {}

  async head(): Promise<void> {
    const entry = await this.tar.next();
    if (entry?.name !== HEAD) throw this.fail('it does not begin as a bundle of runs does');
    const { version } = await this.json(entry, headSchema);
    if (version > VERSION) throw this.fail('it was made by a newer Modelyard; update this one');
  }

  async json<T>(entry: TarEntry, schema: v.GenericSchema<unknown, T>): Promise<T> {
    if (entry.size > SMALL) throw this.fail(`${entry.name} is too long`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.tar.content(entry)) chunks.push(chunk);
    const parsed = v.safeParse(schema, this.parse(Buffer.concat(chunks).toString('utf8'), entry.name));
    if (!parsed.success) throw this.fail(`${entry.name} does not say what it should`);
    return parsed.output;
  }

  /** Content that its name does not belong to is refused. */
  async object(
    entry: TarEntry,
    name: string,
    { staging, signal }: { staging: ReadOptions['staging']; signal: AbortSignal },
  ): Promise<void> {
    this.objects++;
    const content = this.tar.content(entry);
    const found = staging.has(digest(name)) ? await hashOf(content) : (await staging.putStream(content, signal)).digest;
    if (found !== name) throw this.fail(`the content of ${entry.name} is not what its name says`);
  }

  async runs(entry: TarEntry): Promise<void> {
    for await (const chunk of this.tar.content(entry)) {
      this.hash.update(chunk);
      let bytes = Buffer.concat([this.rest, chunk]);
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE)) {
        this.line(this.decode(bytes.subarray(0, end)));
        bytes = bytes.subarray(end + 1);
      }
      this.rest = bytes;
    }
  }

  check(end: BundleEnd | undefined, has: (digest: string) => boolean): Index {
    const { fail } = this;
    if (end === undefined || this.rest.length > 0) throw fail('it is cut off');
    if (end.sha256 !== this.hash.digest('hex')) throw fail('its runs are not those that were exported');
    const { runs, lines, objects } = end;
    if (runs !== this.runsFound.length || lines !== this.lineCount || objects !== this.objects)
      throw fail('it does not hold as much as it should');
    for (const wanted of this.wanted)
      if (!has(wanted)) throw fail(`the content ${wanted} of an artifact is missing in it`);
    return { experiments: this.experiments, runs: this.runsFound, models: this.models };
  }

  private decode(line: Uint8Array): string {
    try {
      return decoder.decode(line);
    } catch {
      throw this.fail('a line of it is not UTF-8');
    }
  }

  private line(text: string): void {
    this.lineCount++;
    const line = checkedLine(this.parse(text, `line ${this.lineCount}`));
    if (line === undefined) throw this.fail(`line ${this.lineCount} of its runs does not say what it should`);
    const place = this.lines.append(text);
    if ('experiment' in line) this.experiments.push(place);
    else if ('run' in line) {
      this.runsFound.push({ place, points: [] });
      for (const artifact of line.run.artifacts) this.wanted.add(artifact.digest);
    } else if ('model' in line) {
      this.models.push(place);
      for (const { lineage } of line.model.versions)
        for (const digest of lineageDigests(lineage)) this.wanted.add(digest);
    } else {
      const run = this.runsFound.at(-1);
      if (run === undefined) throw this.fail('it has points before the first run');
      run.points.push(place);
    }
  }

  private parse(text: string, what: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw this.fail(`${what} is not JSON`);
    }
  }
}

async function hashOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}

function checkedLine(value: unknown): BundleLine | undefined {
  const parsed = v.safeParse(lineSchema, value);
  return parsed.success ? parsed.output : undefined;
}

function* items(lines: LineFile, { experiments, runs, models }: Index): Generator<SourceItem> {
  const lineAt = (place: LinePlace): BundleLine | undefined => checkedLine(JSON.parse(lines.at(place)));
  for (const place of experiments) {
    const line = lineAt(place);
    if (line !== undefined && 'experiment' in line) yield { type: 'experiment', experiment: line.experiment };
  }
  for (const { place, points } of runs) {
    const line = lineAt(place);
    if (line === undefined || !('run' in line)) continue;
    yield { type: 'run', run: sourceRun(line.run, points, lineAt) };
  }
  for (const place of models) {
    const line = lineAt(place);
    if (line !== undefined && 'model' in line) yield* parts(line.model);
  }
}

function* parts(model: ModelFacts): Generator<SourceItem> {
  for (const part of modelParts(model)) yield { type: 'model', model: part };
}

const sourceRun = (
  { artifacts, ...facts }: BundleRun,
  places: readonly LinePlace[],
  lineAt: (place: LinePlace) => BundleLine | undefined,
): SourceRun => ({
  facts,
  artifacts,
  problems: [],
  *points() {
    for (const place of places) {
      const line = lineAt(place);
      if (line === undefined || !('points' in line)) continue;
      const points = columnsOf(line.points);
      for (let from = 0; from < points.values.length; from += PIECE_POINTS)
        yield slicePoints(points, from, from + PIECE_POINTS);
    }
  },
});

const columnsOf = ({ key, steps, times, values }: BundlePoints): PointColumns => ({
  key,
  steps: BigInt64Array.from(steps, BigInt),
  times: BigInt64Array.from(times, BigInt),
  values: Float64Array.from(values, Number),
});
