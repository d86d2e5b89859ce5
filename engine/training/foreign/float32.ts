const bits = new DataView(new ArrayBuffer(8));

/** The largest double that, rounded to float32, is below a float32: `x ≤ thresholdBelow(c)` says what `float(x) < c` says. */
export function thresholdBelow(condition: number): number {
  const c = Math.fround(condition);
  // half-way to the float32 before it, which rounds to whichever of the two is even
  const middle = (floatBefore(c) + c) / 2;
  return Math.fround(middle) < c ? middle : doubleBefore(middle);
}

const floatBefore = (value: number): number => -floatAfter(-value);

/** The next larger float32. */
export function floatAfter(value: number): number {
  if (value === 0) return 2 ** -149;
  bits.setFloat32(0, value);
  bits.setInt32(0, bits.getInt32(0) + (value > 0 ? 1 : -1));
  return bits.getFloat32(0);
}

function doubleBefore(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? -1n : 1n));
  return bits.getFloat64(0);
}
