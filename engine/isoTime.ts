/** `2024-02-29T12:30:05.250Z` or, where there are µs, `2024-02-29T12:30:05.250001Z`: ms since 1970 with fractions. */
export function isoTime(ms: number): string {
  const whole = Math.floor(ms);
  const micros = Math.min(999, Math.round((ms - whole) * 1000));
  const text = new Date(whole).toISOString();
  return micros === 0 ? text : `${text.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}
