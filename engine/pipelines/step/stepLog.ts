import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

const headBytes = 8 * 1024 * 1024;
const tailBytes = 1024 * 1024;

/**
 * A step's console log on the disk, bounded: of a command that prints without end the first 8 MB and the last 1 MB
 * are kept, with a line between them that says how much is missing. Where it cannot be written (a full disk) it ends; the
 * step goes on.
 */
export class StepLog {
  private readonly fd: number;
  private written = 0;
  private total = 0;
  private tail: Buffer[] = [];
  private tailSize = 0;
  private isClosed = false;
  private isBroken = false;

  constructor(readonly path: string) {
    this.fd = openSync(path, 'w');
  }

  /** Bytes that can be read now. */
  get size(): number {
    return this.written;
  }

  write(chunk: Buffer | string): void {
    if (this.isClosed) return;
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    this.total += bytes.length;
    const room = Math.max(0, headBytes - this.written);
    if (room > 0) this.append(bytes.subarray(0, room));
    if (bytes.length > room) this.keepTail(bytes.subarray(room));
  }

  /** Writes the kept tail and closes the file. */
  close(): void {
    if (this.isClosed) return;
    const left = this.total - this.written - this.tailSize;
    if (left > 0) this.append(Buffer.from(`\n… ${left.toLocaleString('en')} bytes are left out here …\n`));
    for (const bytes of this.tail) this.append(bytes);
    this.isClosed = true;
    closeSync(this.fd);
  }

  private append(bytes: Buffer): void {
    if (this.isBroken) return;
    try {
      for (let done = 0; done < bytes.length;) {
        const count = writeSync(this.fd, bytes, done, bytes.length - done);
        done += count;
        this.written += count;
      }
    } catch {
      // What a command prints comes at any time: nobody is there to catch it, and the engine must not end of it.
      this.isBroken = true;
    }
  }

  private keepTail(bytes: Buffer): void {
    this.tail.push(Buffer.from(bytes.subarray(Math.max(0, bytes.length - tailBytes))));
    this.tailSize += Math.min(bytes.length, tailBytes);
    while (this.tail[0] !== undefined && this.tailSize - this.tail[0].length >= tailBytes) {
      this.tailSize -= this.tail[0].length;
      this.tail.shift();
    }
  }
}

/** A part of a log file: whole bytes from `offset`, cut so that no character is torn. */
export function readLogPart(path: string, offset: number, limit: number): { text: string; next: number; size: number } {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const buffer = Buffer.alloc(Math.max(0, Math.min(limit, size - offset)));
    const read = buffer.length === 0 ? 0 : readSync(fd, buffer, 0, buffer.length, offset);
    const whole = offset + read >= size ? read : wholeCharacters(buffer.subarray(0, read));
    return { text: buffer.toString('utf8', 0, whole), next: offset + whole, size };
  } finally {
    closeSync(fd);
  }
}

/** Length without an unfinished UTF-8 sequence at the end. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
