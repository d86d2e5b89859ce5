/** How far beyond what was seen a bound lies, in ranges of what was seen. */
const margin = 0.5;

/**
 * Bounds that leave room for data that is yet to come: half a range on each side, rounded outwards to two digits. What
 * never was below 0 is not expected below it, and shares stay within 0 and 1.
 */
export function roundedBounds(
  { min, max }: { readonly min: number; readonly max: number },
  isShare: boolean,
): [number, number] {
  if (isShare && min >= 0 && max <= 1) return [0, 1];
  const span = max - min || Math.abs(max) || 1;
  const low = min >= 0 ? 0 : outwards(min - margin * span, 'down');
  const high = max <= 0 ? 0 : outwards(max + margin * span, 'up');
  return [low, high];
}

function outwards(value: number, direction: 'down' | 'up'): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  const steps = direction === 'up' ? Math.ceil(value / unit) : Math.floor(value / unit);
  return Number((steps * unit).toPrecision(12));
}

/** A number of rows rounded down to its first digit. */
export function firstDigit(value: number): number {
  if (value < 1) return 0;
  const unit = 10 ** Math.floor(Math.log10(value));
  return Math.floor(value / unit) * unit;
}
