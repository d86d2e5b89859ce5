import type { TarEntry } from './tar';
import { BLOCK, readTarHeader } from './tar';

/** Bytes of an archive, read as they come. */
export class TarReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private rest: Buffer = Buffer.alloc(0);

  /** @param fail makes the error for an archive that is not whole or not one of ours */
  constructor(
    source: AsyncIterable<Uint8Array>,
    private readonly fail: (why: string) => Error,
  ) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** What follows the last entry: blocks of nothing. Reads to the very end, where a cut or damage may still show. */
  async finish(): Promise<void> {
    for (let piece = await this.source.next(); piece.done !== true; piece = await this.source.next())
      if (piece.value.some(byte => byte !== 0)) throw this.fail('something follows its end');
  }

  /** The next entry; its content must be taken to its end before the one after. Undefined at the end. */
  async next(): Promise<TarEntry | undefined> {
    const entry = readTarHeader(await this.take(BLOCK));
    if (entry === undefined) throw this.fail('it holds something that is no file of a bundle');
    return entry === 'end' ? undefined : entry;
  }

  async *content({ size }: TarEntry): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0;) {
      if (this.rest.length === 0) this.rest = await this.more();
      const part = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
    await this.take((BLOCK - (size % BLOCK)) % BLOCK);
  }

  private async take(length: number): Promise<Buffer> {
    while (this.rest.length < length) this.rest = Buffer.concat([this.rest, await this.more()]);
    const taken = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    return taken;
  }

  private async more(): Promise<Buffer> {
    const piece: IteratorResult<Uint8Array, unknown> = await this.source.next();
    if (piece.done === true) throw this.fail('it is cut off');
    const { buffer, byteOffset, byteLength } = piece.value;
    return Buffer.from(buffer, byteOffset, byteLength);
  }
}
