/** Compares `1.2.3` with `1.10.0`: negative, zero or positive; what follows a `-` does not count. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const numbers = (version: string): readonly number[] =>
  (version.split(/[-+]/, 1)[0] ?? '').split('.').map(part => Number.parseInt(part, 10) || 0);
