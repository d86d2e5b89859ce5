import { deflateRawSync } from 'node:zlib';
import { join, u32 } from './assemble';

export interface ZipPart {
  readonly name: string;
  readonly content: Buffer;
  readonly deflate?: boolean;
  /** What the local header says instead. */
  readonly localName?: string;
  readonly flags?: number;
  readonly method?: number;
  /** What the directory says of the sizes. */
  readonly size?: number;
  /** It is there, but the directory does not have it. */
  readonly hidden?: boolean;
}

const u16 = (value: number): Buffer => {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
};

/** A zip as it is asked for, well-formed or not; sums are left zero, as no reader here looks at them. */
export function zip(parts: readonly ZipPart[], prefix: Buffer = Buffer.alloc(0)): Buffer {
  const locals: Buffer[] = [prefix];
  const directory: Buffer[] = [];
  let offset = prefix.length;
  for (const part of parts) {
    const packed = part.deflate === true ? deflateRawSync(part.content) : part.content;
    const method = part.method ?? (part.deflate === true ? 8 : 0);
    const name = Buffer.from(part.name);
    const localName = Buffer.from(part.localName ?? part.name);
    const size = part.size ?? part.content.length;
    const common = [u16(part.flags ?? 0), u16(method), u32(0), u32(0), u32(packed.length), u32(size)];
    const local = join('PK\x03\x04', u16(20), ...common, u16(localName.length), u16(0), localName, packed);
    locals.push(local);
    if (part.hidden !== true)
      directory.push(
        join(
          'PK\x01\x02',
          u16(20),
          u16(20),
          ...common,
          u16(name.length),
          u16(0),
          u16(0),
          u16(0),
          u16(0),
          u32(0),
          u32(offset),
          name,
        ),
      );
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = join(
    'PK\x05\x06',
    u16(0),
    u16(0),
    u16(directory.length),
    u16(directory.length),
    u32(entries.length),
    u32(offset),
    u16(0),
  );
  return Buffer.concat([...locals, entries, end]);
}

/** Of files a tar, as old PyTorch writes them. */
export function tar(
  parts: readonly { readonly name: string; readonly content: Buffer; readonly link?: string; readonly kind?: string }[],
): Buffer {
  const blocks = parts.flatMap(({ name, content, link, kind }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(kind ?? (link === undefined ? '0' : '2'), 156);
    header.write(link ?? '', 157);
    header.write('ustar\0', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** One field of a protobuf: a number, or bytes. */
export const field = (number: number, value: number | string | Buffer): Buffer => {
  if (typeof value === 'number') return join(varint(number * 8), varint(value));
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return join(varint(number * 8 + 2), varint(bytes.length), bytes);
};

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** An ONNX model of one node. */
export const onnx = (graph: Buffer, domain = ''): Buffer =>
  Buffer.concat([
    field(1, 8),
    field(7, Buffer.concat([graph, node('Add', domain)])),
    field(8, Buffer.concat([field(1, domain), field(2, 17)])),
  ]);

export const node = (operator: string, domain: string): Buffer =>
  field(1, Buffer.concat([field(4, operator), ...(domain === '' ? [] : [field(7, domain)])]));

/** A tensor of floats whose numbers are elsewhere. */
export const externalTensor = (location: string, more: Buffer = Buffer.alloc(0)): Buffer =>
  field(
    5,
    Buffer.concat([
      field(1, 4),
      field(2, 1),
      field(8, 'weights'),
      field(13, Buffer.concat([field(1, 'location'), field(2, location)])),
      more,
      field(14, 1),
    ]),
  );
