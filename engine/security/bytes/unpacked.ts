import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ByteSource } from './source';
import { BufferSource, FileSource } from './source';

const inMemory = 64 * 1024 * 1024;

/** Content as it is unpacked: up to 64 MiB in memory, more in a temporary file that nobody else can open. */
export class Unpacked {
  size = 0;
  private chunks: Buffer[] = [];
  private fd: number | undefined;
  private file = '';

  push(chunk: Uint8Array): void {
    this.size += chunk.length;
    if (this.fd === undefined && this.size <= inMemory) {
      this.chunks.push(Buffer.from(chunk));
      return;
    }
    if (this.fd === undefined) this.spill();
    this.write(chunk);
  }

  source(): ByteSource {
    if (this.fd !== undefined) return new FileSource(this.fd);
    this.chunks = [Buffer.concat(this.chunks)];
    return new BufferSource(this.chunks[0] ?? Buffer.alloc(0));
  }

  dispose(): void {
    this.chunks = [];
    if (this.fd === undefined) return;
    fs.closeSync(this.fd);
    fs.rmSync(this.file, { force: true });
    this.fd = undefined;
  }

  private spill(): void {
    this.file = path.join(os.tmpdir(), `modelyard-scan-${process.pid}-${randomBytes(8).toString('hex')}`);
    this.fd = fs.openSync(this.file, 'wx+', 0o600);
    if (process.platform !== 'win32') fs.rmSync(this.file);
    for (const chunk of this.chunks) this.write(chunk);
    this.chunks = [];
  }

  private write(chunk: Uint8Array): void {
    for (let done = 0; done < chunk.length && this.fd !== undefined;)
      done += fs.writeSync(this.fd, chunk, done, chunk.length - done);
  }
}
