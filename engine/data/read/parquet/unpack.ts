import type { CompressionCodec } from 'hyparquet';
import { snappyUncompressor } from 'hysnappy';

/** Bytes of a page as they were before they were compressed, of which it is said how many there are. */
export type Unpack = (bytes: Uint8Array, length: number) => Uint8Array;

let snappy: Unpack | undefined;

/** Loads no more than is needed: tables of other ways of compressing take a while to be made. */
export async function unpackerOf(codec: CompressionCodec): Promise<Unpack> {
  const unpack = await rawUnpacker(codec);
  return (bytes, length) => {
    const found = unpack(bytes, length);
    if (found.length !== length) throw new Error(`a page has ${found.length} bytes in place of ${length}`);
    return found;
  };
}

async function rawUnpacker(codec: CompressionCodec): Promise<Unpack> {
  if (codec === 'UNCOMPRESSED') return bytes => bytes;
  if (codec === 'SNAPPY') return (snappy ??= snappyUncompressor());
  const { compressors } = await import('hyparquet-compressors');
  const unpack = compressors[codec];
  if (!unpack) throw new Error(`the compression ${codec} is not known`);
  return unpack;
}
