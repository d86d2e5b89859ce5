const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** One field of a message of protocol buffers: its number and value. */
export type Field =
  | { readonly number: number; readonly integer: bigint }
  | { readonly number: number; readonly bytes: Uint8Array };

/**
 * The fields of a message, in order. Only what W&B's records need: integers and everything that has a length (texts,
 * messages); numbers of fixed width are passed over. @throws RangeError when the bytes are no message
 */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const byte = (): number => {
    const value = message[at++];
    if (value === undefined) throw new RangeError('A message is cut off.');
    return value;
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const part = byte();
      value |= BigInt(part & 0x7f) << shift;
      if (part < 0x80) return BigInt.asIntN(64, value);
    }
    throw new RangeError('A number has no end.');
  };
  /** Tags and lengths are small, and there are many of them. */
  const small = (): number => {
    const first = message[at];
    if (first !== undefined && first < 0x80) {
      at++;
      return first;
    }
    return Number(varint());
  };
  while (at < message.length) {
    const tag = small();
    const number = tag >>> 3;
    switch (tag & 7) {
      case VARINT:
        yield { number, integer: varint() };
        break;
      case BYTES: {
        const length = small();
        const end = at + length;
        if (length < 0 || end > message.length) throw new RangeError('A message is cut off.');
        yield { number, bytes: message.subarray(at, end) };
        at = end;
        break;
      }
      case FIXED64:
        at += 8;
        break;
      case FIXED32:
        at += 4;
        break;
      default:
        throw new RangeError('A message has a field of an unknown kind.');
    }
  }
}

const decoder = new TextDecoder();
export const textOf = (field: Field): string => ('bytes' in field ? decoder.decode(field.bytes) : '');
export const integerOf = (field: Field): bigint => ('integer' in field ? field.integer : 0n);
export const messageOf = (field: Field): Uint8Array => ('bytes' in field ? field.bytes : new Uint8Array(0));
