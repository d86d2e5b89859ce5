import type { ByteSource } from './source';

/** The bytes ended within what was being read. */
export class EndOfBytes extends Error {
  constructor(readonly offset: number) {
    super(`The bytes end at ${offset}, within something.`);
  }
}

/** Reads a source forward through a window (256 KiB). Every method throws `EndOfBytes` where the source is too short. */
export class Cursor {
  private window: Buffer = Buffer.alloc(0);
  private windowStart = 0;

  constructor(
    readonly source: ByteSource,
    public position = 0,
    private readonly windowBytes = 1 << 18,
  ) {}

  get left(): number {
    return this.source.size - this.position;
  }

  u8(): number {
    const at = this.position - this.windowStart;
    if (at < 0 || at >= this.window.length) return this.at(1).readUInt8(this.advance(1));
    this.position += 1;
    return this.window[at] ?? 0;
  }

  u16(): number {
    return this.at(2).readUInt16LE(this.advance(2));
  }

  i32(): number {
    return this.at(4).readInt32LE(this.advance(4));
  }

  u32(): number {
    return this.at(4).readUInt32LE(this.advance(4));
  }

  /** As a number: beyond 2^53 it is not exact, but larger than any file. */
  u64(): number {
    return Number(this.at(8).readBigUInt64LE(this.advance(8)));
  }

  /** The next bytes; meant for small amounts. */
  take(length: number): Buffer {
    if (length < 0 || length > this.left) throw new EndOfBytes(this.position);
    if (length > this.windowBytes) {
      const bytes = this.source.read(this.position, length);
      this.position += length;
      return bytes;
    }
    const window = this.at(length);
    const from = this.advance(length);
    return window.subarray(from, from + length);
  }

  skip(length: number): void {
    if (length < 0 || length > this.left) throw new EndOfBytes(this.position);
    this.position += length;
  }

  /** Up to the next line feed, without it; `EndOfBytes` as well when it is further away than `longest`. */
  line(longest: number): Buffer {
    const start = this.position;
    for (let size = 256; ; size *= 4) {
      const bytes = this.source.read(start, Math.min(size, longest + 1));
      const end = bytes.indexOf(0x0a);
      if (end >= 0) {
        this.position = start + end + 1;
        return bytes.subarray(0, end);
      }
      if (size > longest || start + size >= this.source.size) throw new EndOfBytes(start);
    }
  }

  /** Beyond the next line feed; whether there is one within so many bytes. @throws EndOfBytes at the end of all */
  skipLine(most: number): boolean {
    const start = this.position;
    for (let at = start; at < this.source.size; at += 1 << 20) {
      if (at - start >= most) return false;
      const end = this.source.read(at, 1 << 20).indexOf(0x0a);
      if (end < 0) continue;
      this.position = at + end + 1;
      return true;
    }
    throw new EndOfBytes(start);
  }

  /** The window, with at least so many bytes at the position. */
  private at(length: number): Buffer {
    const offset = this.position - this.windowStart;
    if (offset < 0 || offset + length > this.window.length) {
      if (length > this.left) throw new EndOfBytes(this.position);
      this.window = this.source.read(this.position, Math.max(length, this.windowBytes));
      this.windowStart = this.position;
      if (this.window.length < length) throw new EndOfBytes(this.position);
    }
    return this.window;
  }

  /** Moves on; the offset in the window before. */
  private advance(length: number): number {
    const offset = this.position - this.windowStart;
    this.position += length;
    return offset;
  }
}
