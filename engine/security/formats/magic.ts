import type { ByteSource } from '../bytes/source';

/** What content says it is by its first bytes, where that is all that a scan looks at. */
export interface Magic {
  readonly format: string;
  /** `packed`: what this scan does not unpack; `program`: what a machine runs; `passive`: data that nothing runs. */
  readonly as: 'packed' | 'program' | 'passive';
}

const packed = (format: string): Magic => ({ format, as: 'packed' });
const program = (format: string): Magic => ({ format, as: 'program' });
const passive = (format: string): Magic => ({ format, as: 'passive' });

const table: readonly (readonly [offset: number, hex: string, magic: Magic])[] = [
  [0, '425a68', packed('bzip2')],
  [0, 'fd377a585a00', packed('xz')],
  [0, '5d0000', packed('lzma')],
  [0, '04224d18', packed('lz4')],
  [0, '28b52ffd', packed('zstd')],
  [0, '377abcaf271c', packed('7z')],
  [0, '526172211a07', packed('rar')],
  [0, '4c5a4950', packed('lzip')],
  [0, 'ff060000734e61507059', packed('snappy')],
  [0, '7f454c46', program('elf')],
  [0, '4d5a90', program('exe')],
  [0, 'feedface', program('mach-o')],
  [0, 'feedfacf', program('mach-o')],
  [0, 'cefaedfe', program('mach-o')],
  [0, 'cffaedfe', program('mach-o')],
  [0, 'cafebabe', program('mach-o or java')],
  [0, '0061736d', program('wasm')],
  [0, '2321', program('script')],
  [0, '89504e470d0a1a0a', passive('png')],
  [0, 'ffd8ff', passive('jpeg')],
  [0, '474946383761', passive('gif')],
  [0, '474946383961', passive('gif')],
  [0, '25504446', passive('pdf')],
  [0, '50415231', passive('parquet')],
  [0, '4152524f5731', passive('arrow')],
  [0, '46454131', passive('feather')],
  [0, '43424d31', passive('catboost')],
  [0, '7b4c00000000000000', passive('ubjson')],
  [0, '7b69', passive('ubjson')],
  [0, '62696e66', passive('xgboost')],
];

export function magicOf(source: ByteSource): Magic | undefined {
  const head = source.read(0, 32);
  const found = table.find(([offset, hex]) =>
    head.subarray(offset, offset + hex.length / 2).equals(Buffer.from(hex, 'hex')),
  );
  return found?.[2];
}
