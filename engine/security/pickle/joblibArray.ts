import { Broken } from './stack';
import type { ObjectValue, Value } from './values';
import type { RunningPickle } from './watcher';
import { entry, isKind, unknown } from './values';

/** What joblib writes in the place of an array, whose content follows in the stream outside of the pickle. */
export const joblibWrappers = new Set([
  'joblib.numpy_pickle:NumpyArrayWrapper',
  'sklearn.externals.joblib.numpy_pickle:NumpyArrayWrapper',
]);

export const isJoblibArray = ({ of }: ObjectValue): boolean => of !== undefined && joblibWrappers.has(of.name);

/** Whether what follows is a pickle rather than numbers. */
export const hasObjectItems = ({ state }: ObjectValue): boolean => itemOf(entry(state, 'dtype'))?.hasObjects === true;

/**
 * Goes over the content of an array as `NumpyArrayWrapper.read` of joblib does: a padding, then its bytes, or for an
 * array of objects a whole pickle of its own.
 * @param nested follows that pickle at the position of the cursor
 * @throws Broken where it cannot be told how long the content is, or the array does not begin where the frame ends
 */
export function passArray(array: ObjectValue, pickle: RunningPickle, nested: () => void): void {
  const { cursor } = pickle;
  const offset = cursor.position;
  if (pickle.frameEnd > offset) throw new Broken('an array of joblib begins within a frame', offset);
  const dtype = entry(array.state, 'dtype');
  const shape = entry(array.state, 'shape');
  const item = itemOf(dtype);
  if (item === undefined || !isKind(shape, 'tuple') || !shape.complete)
    throw new Broken('it cannot be told how long an array of joblib is', offset);
  if (item.hasObjects) nested();
  else {
    const alignment = entry(array.state, 'numpy_array_alignment_bytes');
    if (alignment !== undefined && alignment !== null) cursor.skip(cursor.u8());
    cursor.skip(count(shape.items, offset) * item.bytes);
  }
  pickle.replaceTop(unknownArray(array));
}

function count(shape: readonly Value[], offset: number): number {
  let product = 1;
  for (const size of shape) {
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0)
      throw new Broken('an array of joblib has a size that is no number', offset);
    product *= size;
  }
  return product;
}

interface Item {
  readonly bytes: number;
  readonly hasObjects: boolean;
}

/** Of a `numpy.dtype` as it pickles itself: `('f8', False, True)` and the state `(3, '<', …, elsize, alignment, flags)`. */
function itemOf(dtype: Value | undefined): Item | undefined {
  if (!isKind(dtype, 'object') || dtype.of?.name !== 'numpy:dtype') return undefined;
  const { args, state } = dtype;
  const code = isKind(args, 'tuple') ? args.items[0] : undefined;
  if (typeof code !== 'string' || !isKind(state, 'tuple')) return undefined;
  const found = /^[<>=|]?([biufcmMSUVaO])(\d*)$/.exec(code);
  if (found === null) return undefined;
  const [, kind = '', digits = ''] = found;
  // States of older NumPys have other things at these places.
  const [version] = state.items;
  const isKnown = (version === 3 && state.items.length === 8) || (version === 4 && state.items.length === 9);
  if (!isKnown || !state.complete) return undefined;
  const [, , subtype, names, fields, size, , flags] = state.items;
  const claims = kind === 'O' || (typeof flags === 'number' && (flags & 1) === 1);
  const holds = kind === 'O' || hasObjects(subtype) || hasObjects(fields);
  if (claims !== holds || (names !== null && fields === null)) return undefined;
  const isSized = ['S', 'U', 'V', 'a'].includes(kind);
  const bytes = isSized ? (typeof size === 'number' && size >= 0 ? size : undefined) : Number(digits);
  if (bytes === undefined || (bytes === 0 && !isSized)) return holds ? { bytes: 0, hasObjects: true } : undefined;
  return { bytes, hasObjects: holds };
}

/** Whether a dtype, or the fields of one, have objects somewhere. */
function hasObjects(value: Value | undefined, depth = 0): boolean {
  if (depth > 20) return true;
  if (isKind(value, 'tuple', 'dict', 'list')) return value.items.some(item => hasObjects(item, depth + 1));
  if (!isKind(value, 'object')) return false;
  const code = isKind(value.args, 'tuple') ? value.args.items[0] : undefined;
  if (typeof code === 'string' && /^[<>=|]?O/.test(code)) return true;
  return isKind(value.state, 'tuple') && value.state.items.some(item => hasObjects(item, depth + 1));
}

const unknownArray = (array: ObjectValue): Value => ({ kind: 'object', of: array.of, args: unknown, state: unknown });
