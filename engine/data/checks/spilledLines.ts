import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** Of fingerprints: what is equal comes to the same part. */
const parts = 64;
/** Entries that are written at a time: 12 KiB. */
const chunk = 1 << 10;

/** An entry is the two halves of a fingerprint and a line. */
const width = 3;

/** Fingerprints and their lines in a file without a name, in parts that fit into the memory. */
export class SpilledLines {
  readonly #file: number;
  readonly #waiting = Array.from({ length: parts }, () => ({ entries: new Int32Array(chunk * width), size: 0 }));
  /** Numbers of the chunks in the file, by part. */
  readonly #chunks = Array.from({ length: parts }, (): number[] => []);
  #written = 0;

  constructor(folder: string) {
    const name = path.join(folder, `modelyard-${randomBytes(8).toString('hex')}`);
    this.#file = fs.openSync(name, 'wx+', 0o600);
    fs.rmSync(name); // gone with the process, however that ends
  }

  add(low: number, high: number, line: number): void {
    const part = high & (parts - 1);
    const waiting = this.#waiting[part]!;
    const at = waiting.size * width;
    waiting.entries[at] = low;
    waiting.entries[at + 1] = high;
    waiting.entries[at + 2] = line;
    if (++waiting.size < chunk) return;
    const { byteLength } = waiting.entries;
    for (let done = 0; done < byteLength;)
      done += fs.writeSync(this.#file, waiting.entries, done, byteLength - done, this.#written * byteLength + done);
    this.#chunks[part]!.push(this.#written++);
    waiting.size = 0;
  }

  /** Part by part the entries, each in the order in which they came. */
  *parts(): Generator<(see: (low: number, high: number, line: number) => void) => void> {
    for (let part = 0; part < parts; part++) yield see => this.#each(part, see);
  }

  close(): void {
    fs.closeSync(this.#file);
  }

  #each(part: number, see: (low: number, high: number, line: number) => void): void {
    const entries = new Int32Array(chunk * width);
    const tell = (from: Int32Array, size: number): void => {
      for (let at = 0; at < size * width; at += width) see(from[at]!, from[at + 1]!, from[at + 2]!);
    };
    for (const number of this.#chunks[part]!) {
      fs.readSync(this.#file, entries, 0, entries.byteLength, number * entries.byteLength);
      tell(entries, chunk);
    }
    const { entries: rest, size } = this.#waiting[part]!;
    tell(rest, size);
  }
}
