import fs from 'node:fs';

/** Bytes that can be read anywhere, without having all of them in memory. */
export interface ByteSource {
  readonly size: number;
  /** What is there of `[offset, offset + length)`; shorter at the end. */
  read(offset: number, length: number): Buffer;
}

export class BufferSource implements ByteSource {
  readonly size: number;

  constructor(private readonly bytes: Buffer) {
    this.size = bytes.length;
  }

  read(offset: number, length: number): Buffer {
    return this.bytes.subarray(offset, offset + Math.max(0, length));
  }
}

/** An open file; whoever opened it closes it. */
export class FileSource implements ByteSource {
  readonly size: number;

  constructor(private readonly fd: number) {
    this.size = fs.fstatSync(fd).size;
  }

  read(offset: number, length: number): Buffer {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    const bytes = Buffer.allocUnsafe(wanted);
    let done = 0;
    while (done < wanted) {
      const count = fs.readSync(this.fd, bytes, done, wanted - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  }
}

/** A part of another source. */
export class SliceSource implements ByteSource {
  readonly size: number;

  constructor(
    private readonly whole: ByteSource,
    private readonly start: number,
    size: number,
  ) {
    this.size = Math.max(0, Math.min(size, whole.size - start));
  }

  read(offset: number, length: number): Buffer {
    return this.whole.read(this.start + offset, Math.max(0, Math.min(length, this.size - offset)));
  }
}
