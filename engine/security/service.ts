import { createHash } from 'node:crypto';
import { ModelyardError } from '../errors';
import type { ScanReport, ScanSummary, VersionScan } from '../protocol/security';
import type { Database } from '../store/database';
import { scanRules } from './scan/scanPaths';
import type { ScanPlace } from './scan/scanPaths';
import { ScanStore } from './store';

/** The files of a version as they are now. */
export type VersionFiles =
  | { readonly places: readonly ScanPlace[]; readonly content: string }
  /** They are in no store of this workspace: where, as the end of a sentence. */
  | { readonly elsewhere: string };

export interface ScanRequest {
  /** Files and folders on the disk. */
  readonly asked: readonly string[];
  readonly places: readonly ScanPlace[];
  readonly allow: readonly string[];
}

export interface SecurityServiceOptions {
  readonly db: Database;
  /** `security: allow` of modelyard.yaml. */
  readonly allow: () => Promise<readonly string[]>;
  /** The registry's and tracking's. @throws ModelyardError `not-found` */
  readonly files: (name: string, version: number) => VersionFiles;
  /** Scans in a process of its own. */
  readonly scan: (request: ScanRequest, progress: Progress, signal: AbortSignal) => Promise<ScanReport>;
  /** A version has another scan now; after the commit. */
  readonly changed: (model: string) => void;
  readonly log: (what: string, error: unknown) => void;
  /** Keeps the engine from ending. */
  readonly busy: () => { release(): void };
  readonly now?: () => number;
}

export type Progress = (done: { readonly done: number; readonly of: number; readonly file: string }) => void;

/** Versions of a model that are scanned by themselves when something of it changes. */
const newest = 20;
const silent: Progress = () => undefined;

/** Scans model files, and keeps what it has found of registered versions as a fact of the registry. */
export class SecurityService {
  private readonly store: ScanStore;
  private readonly closing = new AbortController();
  /** One scan of a version at a time, whoever asks. */
  private readonly underWay = new Map<string, Promise<VersionScan>>();
  private readonly waiting = new Set<string>();
  private readonly failed = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SecurityServiceOptions) {
    this.store = new ScanStore(options.db);
  }

  /** @throws ModelyardError `not-found`, `cancelled` */
  async scanPaths(asked: readonly string[], progress: Progress, signal: AbortSignal): Promise<ScanReport> {
    return this.options.scan({ asked, places: [], allow: await this.options.allow() }, progress, signal);
  }

  /**
   * The scan of a version's files as they are now, by the rules and allowances of now: the one there is, or a new one.
   * @throws ModelyardError `not-found`, `cancelled`
   */
  async scanVersion(
    { name, version, again = false }: { readonly name: string; readonly version: number; readonly again?: boolean },
    progress: Progress = silent,
    signal: AbortSignal = this.closing.signal,
  ): Promise<VersionScan> {
    const known = again ? undefined : await this.known(name, version);
    if (known?.isCurrent === true) return known;
    const key = `${name}/${version}`;
    const current = this.underWay.get(key);
    if (current !== undefined) return current;
    const scanning = this.scanNow(name, version, { progress, signal }).finally(() => this.underWay.delete(key));
    this.underWay.set(key, scanning);
    return scanning;
  }

  /** The newest scan of a version, whether or not it is of its files as they are; undefined: it was never scanned. */
  async known(name: string, version: number): Promise<VersionScan | undefined> {
    const files = this.options.files(name, version);
    const stored = this.store.newest(name, version);
    if (stored === undefined) return undefined;
    const { content, judgedBy, report, scannedAt } = stored;
    const isCurrent = content === contentOf(files) && judgedBy === judgeOf(await this.options.allow());
    return { model: name, version, scannedAt, isCurrent, report };
  }

  summaries(names: readonly string[]): ReadonlyMap<string, readonly ScanSummary[]> {
    return this.store.summaries(names);
  }

  /** Something of a model has changed: versions that were never scanned are, soon and one after the other. */
  lookAt(model: string): void {
    if (this.closing.signal.aborted) return;
    this.waiting.add(model);
    this.timer ??= setTimeout(() => void this.work(), 1500).unref();
  }

  close(): void {
    clearTimeout(this.timer);
    this.closing.abort();
  }

  private async work(): Promise<void> {
    const hold = this.options.busy();
    try {
      for (const model of this.waiting) {
        this.waiting.delete(model);
        for (const version of this.store.unscanned(model, newest)) await this.scanQuietly(model, version);
      }
    } finally {
      this.timer = undefined;
      hold.release();
    }
  }

  private async scanQuietly(name: string, version: number): Promise<void> {
    const key = `${name}/${version}`;
    const { signal } = this.closing;
    const isClosed = (): boolean => signal.aborted;
    if (this.failed.has(key) || isClosed()) return;
    try {
      await this.scanVersion({ name, version });
    } catch (error) {
      if (isClosed()) return;
      this.failed.add(key);
      this.options.log(`Version ${version} of ${name} could not be scanned`, error);
    }
  }

  private async scanNow(
    name: string,
    version: number,
    { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
  ): Promise<VersionScan> {
    const { options } = this;
    const allow = await options.allow();
    const files = options.files(name, version);
    const report =
      'elsewhere' in files
        ? notHere(files.elsewhere)
        : await options.scan({ asked: [], places: files.places, allow }, progress, signal);
    if (this.closing.signal.aborted) throw new ModelyardError('cancelled', 'Cancelled.');
    const scannedAt = (options.now ?? Date.now)();
    this.store.record(name, version, { scannedAt, content: contentOf(files), judgedBy: judgeOf(allow), report });
    options.changed(name);
    return { model: name, version, scannedAt, isCurrent: true, report };
  }
}

const contentOf = (files: VersionFiles): string => ('elsewhere' in files ? '' : files.content);

const judgeOf = (allow: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([scanRules, [...new Set(allow)].sort()]))
    .digest('hex');

/** Nobody has looked at the files, so somebody has to. */
const notHere = (where: string): ScanReport => ({
  verdict: 'review',
  files: [],
  findings: [
    {
      file: '',
      kind: 'unreadable',
      verdict: 'review',
      severity: 'medium',
      sentence: `Its files ${where}: they were not scanned.`,
    },
  ],
  ...{ omitted: 0, rules: scanRules },
});
