import { once } from 'node:events';
import { endOf, gitProcess } from './gitProcess';

export interface Content {
  readonly blob: string;
  /** Its beginning, when it is very long. */
  readonly bytes: Buffer;
  readonly isCut: boolean;
}

/**
 * The contents of blobs, in their order, one after the other.
 * @param most bytes of each that are handed over
 * @throws Error in git's own words
 */
export async function* gitContents(folder: string, blobs: readonly string[], most: number): AsyncGenerator<Content> {
  const child = gitProcess(folder, ['cat-file', '--batch']);
  const ended = endOf(child);
  const asking = (async () => {
    for (const blob of blobs) if (!child.stdin.write(`${blob}\n`)) await once(child.stdin, 'drain');
    child.stdin.end();
  })().catch(() => undefined); // it has ended: its exit tells why
  const reader = new Reader(child.stdout);
  try {
    for (const blob of blobs) {
      const head = await reader.line();
      if (head === undefined) break;
      const [, kind = '', length = ''] = head.split(' ');
      if (kind !== 'blob') continue; // missing in a partial clone
      const size = Number(length);
      const bytes = await reader.take(size, most);
      await reader.take(1, 0); // a line's end
      yield { blob, bytes, isCut: size > most };
    }
    await asking;
    const problem = await ended;
    if (problem !== undefined) throw new Error(problem);
  } finally {
    child.kill();
  }
}

class Reader {
  private readonly stream: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.stream = stream[Symbol.asyncIterator]();
  }

  async line(): Promise<string | undefined> {
    for (let at = this.rest.indexOf(10); ; at = this.rest.indexOf(10)) {
      if (at >= 0) {
        const line = this.rest.subarray(0, at).toString('latin1');
        this.rest = this.rest.subarray(at + 1);
        return line;
      }
      if (!(await this.more())) return undefined;
    }
  }

  /** Goes on by so many bytes; what is kept of them has at most `most`. */
  async take(size: number, most: number): Promise<Buffer> {
    const kept: Buffer[] = [];
    let left = size;
    let room = most;
    while (left > 0) {
      if (this.rest.length === 0 && !(await this.more())) break;
      const part = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(part.length);
      left -= part.length;
      if (room > 0) kept.push(part.subarray(0, room));
      room -= part.length;
    }
    return Buffer.concat(kept);
  }

  private async more(): Promise<boolean> {
    const next = await this.stream.next();
    if (next.done === true) return false;
    this.rest = this.rest.length === 0 ? next.value : Buffer.concat([this.rest, next.value]);
    return true;
  }
}
