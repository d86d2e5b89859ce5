import { Cursor, EndOfBytes } from '../bytes/cursor';
import { SliceSource } from '../bytes/source';
import type { ByteSource } from '../bytes/source';

/** One field of a message: a number, or where its bytes are. */
export interface Field {
  readonly number: number;
  readonly wire: 0 | 1 | 2 | 5;
  readonly value: number;
  readonly bytes: ByteSource;
}

/** The message is not well-formed. */
export class ProtobufBroken extends Error {}

const none = new SliceSource({ size: 0, read: () => Buffer.alloc(0) }, 0, 0);

/**
 * The fields of a message one after the other; nothing is copied, whatever their size.
 * @throws ProtobufBroken
 */
export function* fieldsOf(source: ByteSource): Generator<Field> {
  const cursor = new Cursor(source, 0, 4096);
  try {
    while (cursor.left > 0) {
      const key = varint(cursor);
      const wire = key % 8;
      const number = Math.floor(key / 8);
      if (number === 0) throw new ProtobufBroken('a field has the number 0');
      if (wire === 0) yield { number, wire, value: varint(cursor), bytes: none };
      else if (wire === 1 || wire === 5) {
        const size = wire === 1 ? 8 : 4;
        yield { number, wire, value: 0, bytes: new SliceSource(source, cursor.position, size) };
        cursor.skip(size);
      } else if (wire === 2) {
        const size = varint(cursor);
        if (size > cursor.left) throw new ProtobufBroken('it is cut off within a field');
        yield { number, wire, value: 0, bytes: new SliceSource(source, cursor.position, size) };
        cursor.skip(size);
      } else throw new ProtobufBroken(`a field is of the kind ${wire}, which there is none of`);
    }
  } catch (error) {
    if (error instanceof EndOfBytes) throw new ProtobufBroken('it is cut off');
    throw error;
  }
}

/** Two's complement of 64 bits, as negative sizes are written; beyond 2^53 not exact. */
function varint(cursor: Cursor): number {
  let value = 0;
  let scale = 1;
  for (let index = 0; index < 10; index += 1) {
    const byte = cursor.u8();
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) return value >= 2 ** 63 ? value - 2 ** 64 : value;
  }
  throw new ProtobufBroken('a number has more than ten bytes');
}

/** A text field; at most 64 KiB of it. */
export const textOf = ({ bytes }: Field): string => bytes.read(0, Math.min(bytes.size, 65_536)).toString('utf8');
