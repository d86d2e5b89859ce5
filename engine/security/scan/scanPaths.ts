import fs from 'node:fs';
import path from 'node:path';
import type { ScanFinding, ScanReport, ScannedFile } from '../../protocol/security';
import { byWeight, scanFile, worstVerdict } from './scanFile';
import type { ScanOptions } from './scanFile';

/** Counts up with every change of the lists or readers by which a file may be judged differently. */
export const scanRules = 2;

/** A file to scan: how the report calls it, where it is, and its name where that differs. */
export interface ScanPlace {
  readonly file: string;
  readonly path: string;
  readonly name?: string;
}

const mostFiles = 100_000;
const mostFindings = 1000;

/**
 * The files below what was asked for, in the order of their names; links are not followed, they are findings.
 * @throws errors of the file system for what was asked for and is not there
 */
export function placesOf(
  asked: readonly string[],
  from: string,
): { readonly places: readonly ScanPlace[]; readonly links: readonly ScanFinding[] } {
  const places: ScanPlace[] = [];
  const links: ScanFinding[] = [];
  const walk = (file: string, full: string, isAsked: boolean): void => {
    const stat = isAsked ? fs.statSync(full) : fs.lstatSync(full);
    if (stat.isDirectory()) {
      for (const name of fs.readdirSync(full).sort())
        if (places.length < mostFiles) walk(path.posix.join(file, name), path.join(full, name), false);
    } else if (stat.isFile()) places.push({ file, path: full });
    else
      links.push({
        ...{ file, kind: 'link', verdict: 'review', severity: 'low' },
        sentence: stat.isSymbolicLink()
          ? `It is a link to ${fs.readlinkSync(full)}; what is there was not scanned.`
          : 'It is no file.',
      });
  };
  for (const one of asked) walk(one.replaceAll('\\', '/'), path.resolve(from, one), true);
  if (places.length >= mostFiles)
    links.push({
      file: asked[0] ?? '',
      kind: 'limit',
      verdict: 'block',
      severity: 'high',
      sentence: `There are more than ${mostFiles} files.`,
    });
  return { places, links };
}

/** Scans files one after the other; one that cannot be opened blocks. */
export function scanPlaces(
  { places, links = [] }: { readonly places: readonly ScanPlace[]; readonly links?: readonly ScanFinding[] },
  options: ScanOptions & { readonly progress?: (done: number, place: ScanPlace) => void } = {},
): ScanReport {
  const files: ScannedFile[] = [];
  const findings: ScanFinding[] = [...links];
  let omitted = 0;
  for (const [index, place] of places.entries()) {
    options.signal?.throwIfAborted();
    options.progress?.(index, place);
    try {
      const scanned = scanFile(place, options);
      files.push(scanned.file);
      findings.push(...scanned.findings);
      omitted += scanned.omitted;
    } catch (error) {
      if (!isFileError(error)) throw error;
      findings.push({
        file: place.file,
        kind: 'unreadable',
        verdict: 'block',
        severity: 'medium',
        sentence: `It cannot be read (${error.code}).`,
      });
      files.push({ file: place.file, bytes: 0, format: 'unreadable', verdict: 'block', allowed: 0 });
    }
  }
  findings.sort(byWeight);
  return {
    verdict: worstVerdict([...files, ...findings]),
    files,
    findings: findings.slice(0, mostFindings),
    omitted: omitted + Math.max(0, findings.length - mostFindings),
    rules: scanRules,
  };
}

const isFileError = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
