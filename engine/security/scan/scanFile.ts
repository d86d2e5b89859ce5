import fs from 'node:fs';
import path from 'node:path';
import type { ScanFinding, ScanSeverity, ScanVerdict, ScannedFile } from '../../protocol/security';
import { FileSource } from '../bytes/source';
import type { GlobalRule } from '../pickle/values';
import { globalRule } from '../lists/globals';
import { scanContent } from './content';
import type { Draft, Scan, Target } from './scan';
import { LimitReached } from './scan';

export interface ScanLimits {
  /** ms of one file. */
  readonly time: number;
  /** Bytes that may come out of what is packed, in all of one file. */
  readonly unpacked: number;
  /** Entries of archives in all of one file. */
  readonly entries: number;
  /** Containers within each other. */
  readonly depth: number;
}

const scanLimits: ScanLimits = { time: 600_000, unpacked: 4 * 2 ** 30, entries: 200_000, depth: 8 };

export interface ScanOptions {
  /** `module:name` that the workspace allows besides the lists; never what is denied. */
  readonly allow?: readonly string[];
  readonly limits?: Partial<ScanLimits>;
  readonly signal?: AbortSignal;
}

export interface FileScan {
  readonly file: ScannedFile;
  readonly findings: readonly ScanFinding[];
  readonly omitted: number;
}

/** Findings of one file that are kept. */
const mostFindings = 200;

/**
 * Scans one file without loading it: it is parsed in a bounded time with bounded memory, whatever its size.
 * @param place how the file is called in the report, and its path on the disk
 * @throws errors of the file system; an `AbortError`
 */
export function scanFile(
  place: { readonly file: string; readonly path: string; readonly name?: string },
  options: ScanOptions = {},
): FileScan {
  const fd = fs.openSync(place.path, 'r');
  try {
    const source = new FileSource(fd);
    const scan = new FileScanner(place.file, options);
    // An object of the store is called by its content there, and what is beside it is nothing of the model's.
    const beside = place.name === undefined ? { folder: path.dirname(place.path) } : {};
    const formats = scan.run({ source, inner: [], name: place.name ?? path.basename(place.path), ...beside });
    return scan.result(source.size, formats);
  } finally {
    fs.closeSync(fd);
  }
}

class FileScanner implements Scan {
  private readonly findings: ScanFinding[] = [];
  private readonly seen = new Set<string>();
  private readonly names = new Set<string>();
  private readonly also: ReadonlySet<string>;
  private readonly limits: ScanLimits;
  private readonly startedAt = performance.now();
  private omitted = 0;
  private depth = 0;
  private entries = 0;
  private bytes = 0;

  constructor(
    private readonly called: string,
    private readonly options: ScanOptions,
  ) {
    this.also = new Set(options.allow ?? []);
    this.limits = { ...scanLimits, ...options.limits };
  }

  run(target: Target): readonly string[] {
    try {
      return scanContent(this, target);
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      const sentence = `The scan was ended: it has ${error.message}. What was not looked at may hold anything.`;
      this.report(target, { kind: 'limit', verdict: 'block', severity: 'high', sentence });
      return ['unfinished'];
    }
  }

  content(target: Target): void {
    this.tick();
    if (this.depth >= this.limits.depth) {
      const sentence = `It lies in more than ${this.limits.depth} containers within each other.`;
      this.report(target, { kind: 'archive-bomb', verdict: 'block', severity: 'high', sentence });
      return;
    }
    this.depth += 1;
    try {
      scanContent(this, target);
    } finally {
      this.depth -= 1;
    }
  }

  report({ inner }: Target, draft: Draft): void {
    const place = inner.join(' › ');
    const key = `${place} ${draft.kind} ${draft.global ?? draft.sentence}`;
    if (this.seen.has(key)) return;
    if (this.seen.size < 100_000) this.seen.add(key);
    const finding = { file: this.called, ...(place !== '' && { inner: place }), ...draft };
    if (this.findings.length < mostFindings) this.findings.push(finding);
    else {
      this.omitted += 1;
      // What blocks is never left out for what does not.
      const lighter = finding.verdict === 'block' ? this.findings.findIndex(({ verdict }) => verdict === 'review') : -1;
      if (lighter >= 0) this.findings[lighter] = finding;
    }
  }

  rule(module: string, name: string): GlobalRule {
    return globalRule(module, name, this.also);
  }

  allowed(name: string): void {
    this.names.add(name);
  }

  tick(): void {
    this.options.signal?.throwIfAborted();
    if (performance.now() - this.startedAt > this.limits.time) throw new LimitReached('taken too long');
  }

  unpacked(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > this.limits.unpacked)
      throw new LimitReached(`more than ${this.limits.unpacked} bytes in what is packed`);
  }

  entry(): void {
    this.entries += 1;
    if (this.entries > this.limits.entries) throw new LimitReached(`more than ${this.limits.entries} entries`);
  }

  result(bytes: number, formats: readonly string[]): FileScan {
    const findings = [...this.findings].sort(byWeight);
    return {
      file: {
        file: this.called,
        bytes,
        format: formats.join('+'),
        verdict: worstVerdict(findings),
        allowed: this.names.size,
      },
      findings,
      omitted: this.omitted,
    };
  }
}

const severities: readonly ScanSeverity[] = ['critical', 'high', 'medium', 'low'];

/** What blocks first, then by severity. */
export const byWeight = (one: ScanFinding, other: ScanFinding): number =>
  Number(other.verdict === 'block') - Number(one.verdict === 'block') ||
  severities.indexOf(one.severity) - severities.indexOf(other.severity);

export function worstVerdict(of: readonly { readonly verdict: ScanVerdict }[]): ScanVerdict {
  if (of.some(({ verdict }) => verdict === 'block')) return 'block';
  return of.some(({ verdict }) => verdict === 'review') ? 'review' : 'pass';
}
