import type { Readable } from 'node:stream';
import { ModelyardError } from '../errors';
import type { Digest, RunId } from '../protocol/ids';
import type { ArtifactEntry } from '../protocol/tracking';
import type { Database } from '../store/database';
import { artifactPath } from './artifactPath';
import { ArtifactStore, folderEntries } from './artifactStore';
import type { ArtifactFile, StoredArtifact } from './artifactStore';
import type { RunRow } from './runStore';

/** The part of the object store that runs need. */
export interface ArtifactObjects {
  put(bytes: Uint8Array): Digest;
  createReadStream(digest: Digest, range?: { readonly start?: number; readonly end?: number }): Readable;
}

export interface ArtifactBytes {
  readonly path: string;
  /** Of the whole artifact. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

export interface ArtifactsOptions {
  readonly db: Database;
  readonly objects: ArtifactObjects;
  readonly now: () => number;
  readonly write: <T>(work: () => T) => T;
  readonly changed: (run: RunRow) => void;
  readonly partOf: PartOf;
}

/** What a file of a run is a part of that never changes, such as `version 3 of credit-risk`. */
export type PartOf = (run: RunId, path: string) => string | undefined;

/** The files of runs. Errors: `params.invalid` (path), `conflict` (a file where a folder is; immutable), `not-found`. */
export class Artifacts {
  private readonly store: ArtifactStore;

  constructor(private readonly options: ArtifactsOptions) {
    this.store = new ArtifactStore(options.db);
  }

  /** Files whose content is in the object store already; those of the same path are replaced. */
  log(run: RunRow, files: readonly ArtifactFile[]): void {
    const checked = files.map(file => ({ ...file, path: artifactPath(file.path) }));
    this.options.write(() => {
      for (const file of checked) {
        const other = this.store.inTheWay(run, file.path);
        if (other !== undefined)
          throw new ModelyardError(
            'conflict',
            `${file.path} cannot be logged: the run has a file ${other}, and a name is a file or a folder.`,
            { fix: 'Choose another path.' },
          );
        if (this.store.file(run, file.path)?.digest !== file.digest) this.refuseChange(run, file.path);
        this.store.put(run, file, this.options.now());
      }
      this.options.changed(run);
    });
  }

  putBytes(run: RunRow, name: string, bytes: Uint8Array): void {
    const checked = artifactPath(name);
    this.log(run, [{ path: checked, digest: this.options.objects.put(bytes), size: bytes.length }]);
  }

  /** What stands directly in a folder (absent: at the top); a file stands for itself. */
  list(run: RunRow, folder?: string): readonly ArtifactEntry[] {
    if (folder === undefined || folder === '') return folderEntries(this.store.below(run, undefined), undefined);
    const checked = artifactPath(folder);
    const file = this.store.file(run, checked);
    if (file !== undefined) return [{ isFolder: false, path: file.path, size: file.size, digest: file.digest }];
    return folderEntries(this.store.below(run, checked), checked);
  }

  get(run: RunRow, name: string): StoredArtifact {
    const checked = artifactPath(name);
    const file = this.store.file(run, checked);
    if (file !== undefined) return file;
    const isFolder = this.store.below(run, checked).length > 0;
    throw new ModelyardError(
      'not-found',
      isFolder ? `${checked} is a folder of run r-${run.row}.` : `Run r-${run.row} has no artifact ${checked}.`,
      { fix: 'List the artifacts of the run.' },
    );
  }

  /** At most `maxBytes` of it. */
  async read(run: RunRow, name: string, maxBytes = Number.POSITIVE_INFINITY): Promise<ArtifactBytes> {
    const { path: found, digest, size } = this.get(run, name);
    const chunks: Uint8Array[] = [];
    const end = Math.min(size, maxBytes);
    if (end > 0)
      for await (const chunk of this.options.objects.createReadStream(digest, { start: 0, end }))
        if (chunk instanceof Uint8Array) chunks.push(chunk);
    return { path: found, size, bytes: Buffer.concat(chunks) };
  }

  /** A file, or all below a folder ('': all of the run), or nothing when one of them may not go. */
  delete(run: RunRow, name: string): void {
    const below = this.store.below(run, name === '' ? undefined : artifactPath(name));
    const files = below.length > 0 || name === '' ? below : [this.get(run, name)];
    this.options.write(() => {
      for (const { path: file } of files) {
        this.refuseChange(run, file);
        this.store.remove(run, file);
      }
      this.options.changed(run);
    });
  }

  private refuseChange(run: RunRow, file: string): void {
    const whole = this.options.partOf(run.id, file);
    if (whole === undefined) return;
    const message = `${file} of run r-${run.row} cannot change: it is part of ${whole}, and a version never changes.`;
    throw new ModelyardError(
      'conflict',
      `${message} Log to another path or a new run; register that as a new version.`,
    );
  }
}
