import type { ScanFinding } from '../../protocol/security';
import type { ByteSource } from '../bytes/source';
import type { GlobalRule } from '../pickle/values';

/** Content that is scanned: a file, an entry of an archive, bytes within a pickle. */
export interface Target {
  readonly source: ByteSource;
  /** Its path by the containers it is in; empty: the file itself. */
  readonly inner: readonly string[];
  /** What its name is: the file's, or the entry's. It never decides what the content is. */
  readonly name: string;
  /** What is around it, where its reader treats it in a way of its own. */
  readonly within?: 'torch' | 'value';
  /** The folder of the file on the disk, for what it refers to; absent for what is not on the disk by its name. */
  readonly folder?: string;
}

export type Draft = Omit<ScanFinding, 'file' | 'inner'>;

/** The scan is over its limits; what was found so far counts, and the file is blocked. */
export class LimitReached extends Error {}

/** What a reader of a format asks of the scan it is a part of. */
export interface Scan {
  /** Scans content found within other content, whatever it is; how deep that goes is limited. */
  content(target: Target): void;
  report(target: Target, draft: Draft): void;
  rule(module: string, name: string): GlobalRule;
  allowed(name: string): void;
  /** @throws LimitReached when time is over */
  tick(): void;
  /** Takes so many bytes from what a scan may unpack. @throws LimitReached */
  unpacked(bytes: number): void;
  /** Counts an entry of an archive. @throws LimitReached */
  entry(): void;
}
