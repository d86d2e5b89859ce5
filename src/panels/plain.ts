/**
 * The value as it can be posted to a page: JSON, with NaN and infinities as `{"$number": "NaN"}`. What has none of
 * them is handed over as it is.
 */
export function plain(value: unknown): unknown {
  if (!hasOddNumber(value)) return value;
  const text = JSON.stringify(value, (_key, item: unknown) => (isOdd(item) ? { $number: String(item) } : item));
  const copy: unknown = JSON.parse(text);
  return copy;
}

const isOdd = (value: unknown): boolean => typeof value === 'number' && !Number.isFinite(value);

function hasOddNumber(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasOddNumber);
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasOddNumber);
  return isOdd(value);
}
