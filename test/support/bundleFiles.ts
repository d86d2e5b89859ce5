import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BLOCK, readTarHeader, tarEnd, tarHeader, tarPadding } from '../../engine/transfer/bundle/tar';
import { temporaryFolder } from './store';

/** The entries of a bundle, and a bundle of entries. */
export type Entry = [string, Buffer];
export function entriesOf(file: string): Entry[] {
  const bytes = gunzipSync(readFileSync(file));
  const entries: Entry[] = [];
  for (let at = 0; ;) {
    const entry = readTarHeader(bytes.subarray(at, at + BLOCK));
    if (entry === 'end' || entry === undefined) return entries;
    at += BLOCK;
    entries.push([entry.name, bytes.subarray(at, at + entry.size)]);
    at += entry.size + tarPadding(entry.size).length;
  }
}
export function bundleOf(entries: readonly Entry[]): string {
  const file = path.join(temporaryFolder(), 'changed.tar.gz');
  const parts = entries.flatMap(([name, content]) => [
    tarHeader({ name, size: content.length }),
    content,
    tarPadding(content.length),
  ]);
  writeFileSync(file, gzipSync(Buffer.concat([...parts, tarEnd()])));
  return file;
}
/** Bundles with an entry that says something else. */
export const changed = (entries: readonly Entry[], name: RegExp, change: (text: string) => string): Entry[] =>
  entries.map(([known, content]) =>
    name.test(known) ? [known, Buffer.from(change(content.toString()))] : [known, content],
  );
