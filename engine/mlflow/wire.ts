/** Reads protocol buffers' wire format. Errors: RangeError when the bytes end too early or are none of it. */
export class WireReader {
  private at = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  /** Number and wire type of the next field. */
  tag(): { readonly field: number; readonly type: number } {
    const tag = Number(this.varint());
    if (!(tag >= 8 && tag < 2 ** 32)) throw new RangeError('This is not the tag of a field.');
    return { field: Math.floor(tag / 8), type: tag % 8 };
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.view.getUint8(this.at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('A number is longer than 64 bits.');
  }

  fixed64(): bigint {
    const value = this.view.getBigUint64(this.at, true);
    this.at += 8;
    return value;
  }

  double(): number {
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  fixed32(): number {
    const value = this.view.getUint32(this.at, true);
    this.at += 4;
    return value;
  }

  /** A part of the bytes, not a copy. */
  delimited(): Uint8Array {
    const length = Number(this.varint());
    const end = this.at + length;
    if (end > this.bytes.length) throw new RangeError('The bytes end within a field.');
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }

  skip(type: number): void {
    if (type === 0) this.varint();
    else if (type === 1) this.fixed64();
    else if (type === 2) this.delimited();
    else if (type === 5) this.fixed32();
    else throw new RangeError(`There is no wire type ${type}.`);
  }
}
