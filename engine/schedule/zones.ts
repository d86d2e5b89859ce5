let known: ReadonlySet<string> | undefined;

/** The names of all time zones that this computer knows, such as `Europe/Berlin`. */
export const zoneNames = (): ReadonlySet<string> => (known ??= new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]));

/** Also of an older name (`US/Pacific`); not of an offset (`+02:00`), which knows no summer time. */
export function isZone(name: string): boolean {
  if (zoneNames().has(name)) return true;
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The zone of this computer. */
export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
