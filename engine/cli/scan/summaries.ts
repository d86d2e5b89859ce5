import type { RegisteredModel } from '../../protocol/registry';

/** Of each version what the scan of its files has found, in a word; undefined when none was scanned. */
export function scansOf({ scans }: RegisteredModel): ((version: number) => string) | undefined {
  if (scans.length === 0) return undefined;
  const words = new Map(scans.map(({ version, verdict }) => [version, verdict]));
  return version => words.get(version) ?? '';
}
