import fs from 'node:fs';

/** Where a line lies in the file. */
export interface LinePlace {
  readonly at: number;
  readonly length: number;
}

const BUFFERED = 1 << 20;

/** Lines on the disk, found again by their place: a bundle of any size must not fill the memory. */
export class LineFile {
  private readonly fd: number;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private size = 0;

  constructor(file: string) {
    this.fd = fs.openSync(file, 'wx+', 0o600);
  }

  append(line: string): LinePlace {
    const bytes = Buffer.from(line);
    const place = { at: this.size, length: bytes.length };
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    this.size += bytes.length;
    if (this.waitingBytes >= BUFFERED) this.end();
    return place;
  }

  /** Writes what waits; to be called before lines are read. */
  end(): void {
    fs.writeSync(this.fd, Buffer.concat(this.waiting));
    this.waiting = [];
    this.waitingBytes = 0;
  }

  at({ at, length }: LinePlace): string {
    const bytes = Buffer.alloc(length);
    fs.readSync(this.fd, bytes, 0, length, at);
    return bytes.toString('utf8');
  }
}
