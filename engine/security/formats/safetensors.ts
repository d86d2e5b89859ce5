import type { Scan, Target } from '../scan/scan';

const mostHeaderBytes = 100_000_000;
/** Bits of an element. */
const bits: Readonly<Record<string, number>> = {
  ...{ BOOL: 8, U8: 8, I8: 8, F8_E5M2: 8, F8_E4M3: 8, F8_E8M0: 8, F4: 4, F6_E2M3: 6, F6_E3M2: 6 },
  ...{ I16: 16, U16: 16, F16: 16, BF16: 16, I32: 32, U32: 32, F32: 32, C64: 64, F64: 64, I64: 64, U64: 64 },
};

/** Whether the content begins as a file of safetensors: eight bytes of length, then JSON. */
export function isSafetensors({ source }: Target): boolean {
  const head = source.read(0, 10);
  if (head.length < 10) return false;
  const length = Number(head.readBigUInt64LE(0));
  return length >= 2 && length <= mostHeaderBytes && /^\{["}\s]/.test(head.subarray(8).toString('latin1'));
}

/** Safetensors hold numbers only; what is checked is that they are where the header says, all of them and nothing else. */
export function scanSafetensors(scan: Scan, target: Target): void {
  const broken = problem(target);
  if (broken !== undefined)
    scan.report(target, {
      kind: 'malformed',
      verdict: 'block',
      severity: 'medium',
      sentence: `The file of safetensors cannot be read: ${broken}.`,
    });
}

function problem({ source }: Target): string | undefined {
  const length = Number(source.read(0, 8).readBigUInt64LE(0));
  if (length + 8 > source.size) return 'its header is cut off';
  let header: unknown;
  try {
    header = JSON.parse(source.read(8, length).toString('utf8'));
  } catch {
    return 'its header is no JSON';
  }
  if (typeof header !== 'object' || header === null) return 'its header is no object';
  const places: (readonly [number, number])[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const place = placeOf(value);
    if (place === undefined) return `the tensor ${name.slice(0, 100)} has a size that does not fit`;
    places.push(place);
  }
  places.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  let position = 0;
  for (const [start, end] of places) {
    if (start !== position) return 'its tensors lie over each other or leave something out';
    position = end;
  }
  return position + 8 + length === source.size ? undefined : 'it is cut off, or something follows its tensors';
}

function placeOf(value: unknown): readonly [number, number] | undefined {
  if (
    typeof value !== 'object' ||
    value === null ||
    !('dtype' in value) ||
    !('shape' in value) ||
    !('data_offsets' in value)
  )
    return undefined;
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !Array.isArray(offsets) || offsets.length !== 2)
    return undefined;
  const sizes = [shape, offsets].flat().map(Number);
  if (!sizes.every(size => Number.isSafeInteger(size) && size >= 0) || !Object.hasOwn(bits, dtype)) return undefined;
  const [start = 0, end = 0] = sizes.slice(-2);
  const expected = sizes.slice(0, -2).reduce((product, size) => product * size, (bits[dtype] ?? 0) / 8);
  return Math.ceil(expected) === end - start ? [start, end] : undefined;
}
