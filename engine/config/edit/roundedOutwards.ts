/**
 * A bound that a value just passes, with three significant digits: `down` for a lower bound, never above the value; `up` for an
 * upper one, never below it. As it is written in a file: never with an exponent that YAML would read as text.
 */
export function roundedOutwards(value: number, direction: 'down' | 'up'): string {
  if (value === 0) return '0';
  const digits = Math.min(12, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  const unit = 10 ** -digits;
  const round = direction === 'down' ? Math.floor : Math.ceil;
  const passes = (bound: number): boolean => (direction === 'down' ? bound <= value : bound >= value);
  let bound = Number((round(value / unit) * unit).toFixed(digits));
  // the quotient may have been rounded past the value
  if (!passes(bound)) bound = Number((bound + (direction === 'down' ? -unit : unit)).toFixed(digits));
  const text = bound.toFixed(digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
