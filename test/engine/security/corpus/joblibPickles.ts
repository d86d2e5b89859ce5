import {
  binbytes,
  global,
  join,
  memoize,
  newobj,
  none,
  proto,
  small,
  stackGlobal,
  stop,
  text,
  tuple1,
  tuple3,
  u32,
} from './assemble';

/** A `numpy.dtype` as it pickles itself. */
const dtype = (code: string, flags = 0): Buffer =>
  join(
    text('numpy'),
    text('dtype'),
    stackGlobal,
    text(code),
    '\x89\x88',
    tuple3,
    'R',
    '(',
    small(3),
    text('|'),
    none,
    none,
    none,
    'J',
    u32(0xff_ff_ff_ff),
    'J',
    u32(0xff_ff_ff_ff),
    small(flags),
    't',
    'b',
  );

/** A wrapper of joblib for an array; its content follows. */
const wrapper = (code: string, count: number, flags = 0): Buffer =>
  join(
    text('joblib.numpy_pickle'),
    text('NumpyArrayWrapper'),
    stackGlobal,
    ')',
    newobj,
    ...['}', '('],
    ...[text('subclass'), text('numpy'), text('ndarray'), stackGlobal],
    ...[text('shape'), small(count), tuple1, text('order'), text('C'), text('dtype'), dtype(code, flags)],
    ...[text('allow_mmap'), '\x89', text('numpy_array_alignment_bytes'), small(16)],
    ...['u', 'b'],
  );

/**
 * What joblib writes for a list of an array and what follows it in the pickle.
 * @param padding what stands in the padding, whose length (78) is `N` to a reader that takes it for an opcode
 */
export const joblibNumbers = (
  content: Buffer,
  { padding, after = join(none) }: { readonly padding?: Buffer; readonly after?: Buffer },
): Buffer => {
  const before = padding === undefined ? Buffer.from([0]) : join('N', padding, Buffer.alloc(78 - padding.length));
  return join(proto(4), ']', memoize, '(', wrapper('i1', content.length), before, content, after, 'e', stop);
};

/** The same with an array of objects: a pickle of its own in the middle of the stream. */
export const joblibObjects = (pickle: Buffer, after: Buffer = join(none)): Buffer =>
  join(proto(4), ']', memoize, '(', wrapper('O8', 1, 63), pickle, after, 'e', stop);

/** A wrapper whose size nobody can tell: it comes out of a call. */
export const joblibUnknown = (): Buffer =>
  join(
    proto(4),
    global('joblib.numpy_pickle', 'NumpyArrayWrapper'),
    ')',
    newobj,
    '}',
    text('shape'),
    none,
    'sb',
    binbytes(Buffer.from('x')),
    '0',
    stop,
  );
