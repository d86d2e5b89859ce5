import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { version } from '../../../package.json';
import { ModelyardError } from '../../errors';
import type { Digest } from '../../protocol/ids';
import type { ObjectStore } from '../../store/objects';
import type { BundleEnd, BundlePoints, BundleRun } from './format';
import { END, FORMAT, HEAD, VERSION, VERSION_WITHOUT_MODELS, objectName, runsName } from './format';
import type { ModelFacts } from '../content/model';
import type { ExperimentFacts } from '../content/run';
import { tarEnd, tarHeader, tarPadding } from './tar';
import { lineageDigests } from '../lineageDigests';

/** A line of a bundle. */
export type Line =
  | { readonly experiment: ExperimentFacts }
  | { readonly run: BundleRun }
  | { readonly points: BundlePoints }
  | { readonly model: ModelFacts };

export interface BundleContent {
  /** ms since 1970 */
  readonly madeAt: number;
  readonly lines: AsyncIterable<Line>;
  /** Whether there are lines of models. */
  readonly hasModels: boolean;
  /** Where contents are kept. */
  readonly objects: Pick<ObjectStore, 'path' | 'sizeOf'>;
}

/** Bytes of lines that are gathered into one file of the bundle. */
const PART = 1 << 20;

/** The bytes of a bundle, before they are compressed. */
export async function* bundleBytes({
  madeAt,
  lines,
  hasModels,
  objects: store,
}: BundleContent): AsyncGenerator<Uint8Array> {
  const made = { by: `Modelyard ${version}`, at: new Date(madeAt).toISOString() };
  yield* file(HEAD, json({ format: FORMAT, version: hasModels ? VERSION : VERSION_WITHOUT_MODELS, made }));
  const hash = createHash('sha256');
  const objects = new Map<Digest, number>();
  const counts = { runs: 0, lines: 0 };
  let part: Buffer[] = [];
  let bytes = 0;
  let number = 0;
  for await (const line of lines) {
    if ('run' in line) {
      counts.runs++;
      for (const { digest, size } of line.run.artifacts) objects.set(digest, size);
    }
    if ('model' in line)
      for (const { lineage } of line.model.versions)
        for (const digest of lineageDigests(lineage)) objects.set(digest, store.sizeOf(digest) ?? 0);
    const text = json(line);
    hash.update(text);
    counts.lines++;
    part.push(text);
    bytes += text.length;
    if (bytes < PART) continue;
    yield* file(runsName(++number), Buffer.concat(part));
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield* file(runsName(++number), Buffer.concat(part));
  for (const [digest, size] of objects) yield* object(digest, size, store.path(digest));
  const end: BundleEnd = { ...counts, objects: objects.size, sha256: hash.digest('hex') };
  yield* file(END, json(end));
  yield tarEnd();
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

function* file(name: string, content: Buffer): Generator<Uint8Array> {
  yield tarHeader({ name, size: content.length });
  yield content;
  yield tarPadding(content.length);
}

/** Content is checked on its way: a damaged artifact must not become part of a bundle. */
async function* object(digest: Digest, size: number, path: string): AsyncGenerator<Uint8Array> {
  yield tarHeader({ name: objectName(digest), size });
  const hash = createHash('sha256');
  let read = 0;
  for await (const chunk of fs.createReadStream(path, { highWaterMark: 1 << 18 })) {
    if (!(chunk instanceof Uint8Array)) continue;
    hash.update(chunk);
    read += chunk.length;
    yield chunk;
  }
  if (read !== size || hash.digest('hex') !== digest)
    throw new ModelyardError('store.corrupt', `${path} is damaged: its content is not what its name says.`, {
      fix: 'Restore that file from a copy of the folder (`modelyard db check` lists missing ones), and export again.',
    });
  yield tarPadding(size);
}
