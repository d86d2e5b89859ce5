import { Buffer } from 'node:buffer';

/** Opcodes of pickles, written out by hand: nothing here is ever loaded. */
const bytes = (...codes: readonly number[]): Buffer => Buffer.from(codes);
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

export const join = (...parts: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat(parts.map(part => (typeof part === 'string' ? latin1(part) : part)));

export const u32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
};

export const u64 = (value: number): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
};

export const proto = (version: number): Buffer => bytes(0x80, version);
export const frame = (length: number): Buffer => join(bytes(0x95), u64(length));
export const global = (module: string, name: string): Buffer => join('c', Buffer.from(`${module}\n${name}\n`));
export const stackGlobal = bytes(0x93);
/** `SHORT_BINUNICODE` */
export const text = (value: string): Buffer => {
  const encoded = Buffer.from(value);
  return join(bytes(0x8c, encoded.length), encoded);
};
/** `BINBYTES` */
export const binbytes = (value: Buffer): Buffer => join('B', u32(value.length), value);
export const shortBytes = (value: Buffer): Buffer => join(bytes(0x43, value.length), value);
export const memoize = bytes(0x94);
export const put = (index: number): Buffer => join('q', bytes(index));
export const get = (index: number): Buffer => join('h', bytes(index));
export const tuple1 = bytes(0x85);
export const tuple2 = bytes(0x86);
export const tuple3 = bytes(0x87);
export const newobj = bytes(0x81);
export const small = (value: number): Buffer => bytes(0x4b, value);
export const none = 'N';
export const stop = '.';

/** `module.name(argument)`, its result dropped or kept as the last on the stack. */
export const call = (module: string, name: string, argument: string): Buffer =>
  join(global(module, name), text(argument), tuple1, 'R');

/** A whole pickle of protocol 4 that makes that call. */
export const calling = (module: string, name: string, argument = 'true'): Buffer =>
  join(proto(4), text(module), text(name), stackGlobal, text(argument), tuple1, 'R', stop);

/** An instance of an allowed class with a state, as a fitted model would be. */
export const harmless = (version = 4): Buffer =>
  join(
    proto(version),
    version >= 4
      ? join(text('sklearn.linear_model._logistic'), text('LogisticRegression'), stackGlobal)
      : global('sklearn.linear_model._logistic', 'LogisticRegression'),
    ')',
    newobj,
    '}',
    version >= 4 ? text('C') : join('X', u32(1), 'C'),
    small(1),
    'sb',
    stop,
  );
