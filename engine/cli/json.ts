/** One document on a line of its own; NaN and infinities as texts, since JSON has none. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, (_key, part: unknown) => (typeof part === 'number' && !Number.isFinite(part) ? String(part) : part), 2)}\n`;
