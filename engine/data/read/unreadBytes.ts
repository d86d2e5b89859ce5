import type { DataFile } from './dataFile';

const blockBytes = 1 << 20;

export interface UnreadBytesOptions {
  /** A row or line that is longer does not go in. */
  readonly longest: number;
  /** What is then thrown. */
  readonly tooLong: () => Error;
}

/** What has been read of a file and not been taken yet: blocks of about 1 MiB; it grows with the longest row. */
export class UnreadBytes {
  /** Unread are `bytes[from … to)`. */
  bytes: Buffer = Buffer.allocUnsafe(blockBytes);
  from = 0;
  to = 0;
  /** Nothing follows. */
  ended = false;

  constructor(
    private readonly file: Pick<DataFile, 'read'>,
    private readonly options: UnreadBytesOptions,
  ) {}

  /** Moves the unread bytes to the front and reads behind them. @throws what `tooLong` says */
  async fill(): Promise<void> {
    const { longest, tooLong } = this.options;
    const rest = this.to - this.from;
    if (rest > this.bytes.length / 2) {
      if (rest >= longest) throw tooLong();
      const larger = Buffer.allocUnsafe(Math.min(this.bytes.length * 2, longest + blockBytes));
      this.bytes.copy(larger, 0, this.from, this.to);
      this.bytes = larger;
    } else if (this.from > 0) this.bytes.copy(this.bytes, 0, this.from, this.to);
    this.from = 0;
    this.to = rest;
    while (this.to < this.bytes.length) {
      const read = await this.file.read(this.bytes, this.to, this.bytes.length - this.to);
      this.to += read;
      if (read === 0) {
        this.ended = true;
        break;
      }
    }
  }
}
