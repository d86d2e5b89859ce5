import type { RegisteredModel } from '../../protocol/registry';

/** Of each version what the scan of its files has found, in a word; undefined when none was scanned. */
export function scansOf({ scans }: RegisteredModel): ((version: number) => string) | undefined {
  if (scans.length === 0) return undefined;
  const words = new Map(scans.map(({ version, verdict }) => [version, verdict]));
  return version => words.get(version) ?? '';
}

/** Of each version how its signature stands, in a word; undefined when none is signed. */
export function signaturesOf({ signatures }: RegisteredModel): ((version: number) => string) | undefined {
  if (signatures.length === 0) return undefined;
  const words = new Map(signatures.map(({ version, state }) => [version, state]));
  return version => words.get(version) ?? '';
}
