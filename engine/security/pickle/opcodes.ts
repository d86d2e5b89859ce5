import { callObject, instantiate, makeInstance } from './calls';
import { Broken } from './stack';
import { longestLine } from './state';
import type { PickleState } from './state';
import { lineNumber, literalNumber, longNumber, quotedBytes, rawUnicode } from './textOperands';
import type { Value } from './values';
import { container, mark, unknown } from './values';

type Operation = (state: PickleState, offset: number) => void;

/** An operation that pushes what it makes. */
const push =
  (make: (state: PickleState, offset: number) => Value): Operation =>
  (state, offset) => {
    state.stack.push(make(state, offset));
  };

/** The opcodes by their bytes, but for `STOP`; named as in Python's `pickletools`. */
const byName: Readonly<Record<string, readonly [code: number, operation: Operation]>> = {
  MARK: [0x28, push(() => mark)],
  POP: [0x30, ({ stack }, offset) => void stack.popAny(offset)],
  POP_MARK: [0x31, ({ stack }, offset) => void stack.popToMark(offset)],
  DUP: [0x32, push(({ stack }, offset) => stack.top(offset))],
  FLOAT: [0x46, push(state => Number(state.line()?.toString('latin1')))],
  INT: [0x49, push(intLine)],
  BININT: [0x4a, push(({ cursor }) => cursor.i32())],
  BININT1: [0x4b, push(({ cursor }) => cursor.u8())],
  LONG: [0x4c, push((state, offset) => numberOf(state.line(), offset))],
  BININT2: [0x4d, push(({ cursor }) => cursor.u16())],
  NONE: [0x4e, push(() => null)],
  BINFLOAT: [0x47, push(({ cursor }) => cursor.take(8).readDoubleBE())],
  NEWTRUE: [0x88, push(() => true)],
  NEWFALSE: [0x89, push(() => false)],
  LONG1: [0x8a, push((state, offset) => long(state, state.cursor.u8(), offset))],
  LONG4: [0x8b, push((state, offset) => long(state, state.cursor.i32(), offset))],
  STRING: [0x53, (state, offset) => state.pushLine(line => quotedBytes(line, offset), offset)],
  UNICODE: [0x56, (state, offset) => state.pushLine(line => Buffer.from(rawUnicode(line, offset)), offset)],
  BINSTRING: [0x54, state => state.pushLong(state.cursor.i32(), 'text')],
  SHORT_BINSTRING: [0x55, state => state.pushLong(state.cursor.u8(), 'text')],
  BINUNICODE: [0x58, state => state.pushLong(state.cursor.u32(), 'text')],
  SHORT_BINUNICODE: [0x8c, state => state.pushLong(state.cursor.u8(), 'text')],
  BINUNICODE8: [0x8d, state => state.pushLong(state.cursor.u64(), 'text')],
  BINBYTES: [0x42, state => state.pushLong(state.cursor.u32(), 'bytes')],
  SHORT_BINBYTES: [0x43, state => state.pushLong(state.cursor.u8(), 'bytes')],
  BINBYTES8: [0x8e, state => state.pushLong(state.cursor.u64(), 'bytes')],
  BYTEARRAY8: [0x96, state => state.pushLong(state.cursor.u64(), 'bytes')],
  NEXT_BUFFER: [0x97, push(() => unknown)],
  READONLY_BUFFER: [0x98, ({ stack }, offset) => void stack.top(offset)],

  EMPTY_LIST: [0x5d, push(() => container('list'))],
  EMPTY_TUPLE: [0x29, push(() => container('tuple'))],
  EMPTY_DICT: [0x7d, push(() => container('dict'))],
  EMPTY_SET: [0x8f, push(() => container('set'))],
  LIST: [0x6c, push(({ stack }, offset) => container('list', stack.popToMark(offset)))],
  TUPLE: [0x74, push(({ stack }, offset) => container('tuple', stack.popToMark(offset)))],
  DICT: [0x64, push(({ stack }, offset) => container('dict', stack.popToMark(offset)))],
  FROZENSET: [0x91, push(({ stack }, offset) => container('set', stack.popToMark(offset)))],
  TUPLE1: [0x85, push((state, offset) => tuple(state, 1, offset))],
  TUPLE2: [0x86, push((state, offset) => tuple(state, 2, offset))],
  TUPLE3: [0x87, push((state, offset) => tuple(state, 3, offset))],
  APPEND: [0x61, (state, offset) => state.add('list', [state.stack.pop(offset)], offset)],
  APPENDS: [0x65, (state, offset) => state.add('list', state.stack.popToMark(offset), offset)],
  ADDITEMS: [0x90, (state, offset) => state.add('set', state.stack.popToMark(offset), offset)],
  SETITEM: [
    0x73,
    (state, offset) => state.add('dict', [state.stack.pop(offset), state.stack.pop(offset)].reverse(), offset),
  ],
  SETITEMS: [0x75, (state, offset) => state.add('dict', state.stack.popToMark(offset), offset)],

  GET: [0x67, (state, offset) => state.get(lineNumber(state.cursor.line(longestLine), offset), offset)],
  BINGET: [0x68, (state, offset) => state.get(state.cursor.u8(), offset)],
  LONG_BINGET: [0x6a, (state, offset) => state.get(state.cursor.u32(), offset)],
  PUT: [0x70, (state, offset) => state.put(lineNumber(state.cursor.line(longestLine), offset), offset)],
  BINPUT: [0x71, (state, offset) => state.put(state.cursor.u8(), offset)],
  LONG_BINPUT: [0x72, (state, offset) => state.put(state.cursor.u32(), offset)],
  MEMOIZE: [0x94, ({ memo, stack }, offset) => memo.memoize(stack.top(offset))],
  PROTO: [0x80, protocol],
  FRAME: [0x95, (state, offset) => state.frame(state.cursor.u64(), offset)],

  GLOBAL: [0x63, (state, offset) => void state.global(state.nameLine(), state.nameLine(), offset)],
  STACK_GLOBAL: [0x93, (state, offset) => state.stackGlobal(offset)],
  REDUCE: [
    0x52,
    push(({ stack, watcher }, offset) => {
      const args = stack.pop(offset);
      return callObject(watcher, { callee: stack.pop(offset), args, offset });
    }),
  ],
  NEWOBJ: [0x81, push(newObject)],
  NEWOBJ_EX: [
    0x92,
    push((state, offset) => {
      state.stack.pop(offset);
      return newObject(state, offset);
    }),
  ],
  INST: [
    0x69,
    push((state, offset) => {
      const callee = state.global(state.nameLine(), state.nameLine(), offset);
      state.stack.pop(offset);
      const args = container('tuple', state.stack.popToMark(offset));
      return instantiate(state.watcher, { callee, args, offset });
    }),
  ],
  OBJ: [
    0x6f,
    push(({ stack, watcher }, offset) => {
      const [callee, ...args] = stack.popToMark(offset);
      if (callee === undefined) throw new Broken('it makes an instance of nothing', offset);
      return instantiate(watcher, { callee, args: container('tuple', args), offset });
    }),
  ],
  BUILD: [0x62, (state, offset) => state.build(offset)],
  PERSID: [0x50, (state, offset) => state.persistent(state.cursor.line(longestLine).toString('latin1'), offset)],
  BINPERSID: [0x51, (state, offset) => state.persistent(state.stack.pop(offset), offset)],
  EXT1: [0x82, (state, offset) => state.extension(state.cursor.u8(), offset)],
  EXT2: [0x83, (state, offset) => state.extension(state.cursor.u16(), offset)],
  EXT4: [0x84, (state, offset) => state.extension(state.cursor.i32(), offset)],
};

/** By the byte. */
export const opcodes: readonly (Operation | undefined)[] = table();

function table(): (Operation | undefined)[] {
  const all: (Operation | undefined)[] = Array.from({ length: 256 }, () => undefined);
  for (const [code, operation] of Object.values(byName)) all[code] = operation;
  return all;
}

const numberOf = (line: Buffer | undefined, offset: number): number =>
  line === undefined ? Number.NaN : literalNumber(line, offset);

function intLine(state: PickleState, offset: number): Value {
  const line = state.line();
  const text = line?.toString('latin1').trim();
  return text === '00' ? false : text === '01' ? true : numberOf(line, offset);
}

function long({ cursor }: PickleState, length: number, offset: number): number {
  if (length < 0) throw new Broken('a number of it has less than no bytes', offset);
  if (length <= 1024) return longNumber(cursor.take(length));
  cursor.skip(length - 1);
  return longNumber(Buffer.concat([Buffer.alloc(8), cursor.take(1)]));
}

function tuple({ stack }: PickleState, size: number, offset: number): Value {
  const items: Value[] = [];
  for (let index = 0; index < size; index += 1) items.unshift(stack.pop(offset));
  return container('tuple', items);
}

function newObject({ stack, watcher }: PickleState, offset: number): Value {
  const args = stack.pop(offset);
  return makeInstance(watcher, { callee: stack.pop(offset), args, offset });
}

function protocol({ cursor }: PickleState, offset: number): void {
  const version = cursor.u8();
  if (version > 5) throw new Broken(`it is of protocol ${version}, which there is none of`, offset);
}
