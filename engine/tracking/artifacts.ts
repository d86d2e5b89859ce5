import type { Readable } from 'node:stream';
import { ModelyardError } from '../errors';
import type { Digest, ExperimentId, RunId } from '../protocol/ids';
import type { ArtifactEntry } from '../protocol/tracking';
import { artifactPath } from './artifactPath';
import { folderEntries } from './artifactStore';
import type { ArtifactFile, ArtifactOwner, ArtifactStore, StoredArtifact } from './artifactStore';
import type { LoggedModelRow } from './loggedModelRecords';

interface Stored {
  readonly digest: Digest;
  readonly size: number;
}

/** The part of the object store that artifacts need. */
export interface ArtifactObjects {
  put(bytes: Uint8Array): Digest;
  putStream(stream: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Stored>;
  createReadStream(digest: Digest, range?: { readonly start?: number; readonly end?: number }): Readable;
}

export interface ArtifactBytes {
  readonly path: string;
  /** Of the whole artifact. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

export interface ArtifactsOptions<Owner> {
  readonly store: ArtifactStore;
  readonly objects: ArtifactObjects;
  readonly now: () => number;
  readonly write: <T>(work: () => T) => T;
  readonly changed: (owner: Owner) => void;
  /** What a message calls an owner: `run r-42`. */
  readonly called: (owner: Owner) => string;
  /** What a file is a part of that never changes, such as `version 3 of credit-risk`. */
  readonly partOf?: (owner: Owner, path: string) => string | undefined;
}

/** What a file of a run is a part of that never changes. */
export type PartOf = (run: RunId, path: string) => string | undefined;

/** What a file of a logged model is a part of that never changes. */
export type ModelPartOf = (model: Pick<LoggedModelRow, 'id' | 'experimentId'>, path: string) => string | undefined;

/** A file that can be read, whole or in part (`end` is exclusive). */
export interface OpenArtifact extends ArtifactFile {
  stream(range?: { readonly start?: number; readonly end?: number }): Readable;
}

/** The files of one owner, for those who need not know whose they are. */
export interface ArtifactFolder {
  list(folder?: string): readonly ArtifactEntry[];
  find(path: string): OpenArtifact | undefined;
  /** Content as it comes; when it breaks off, nothing has changed. */
  put(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** A file, or a folder with all below it ('': everything); nothing when there is none. */
  delete(path: string): void;
}

/** With the experiment of the owner. */
export interface OwnedFolder extends ArtifactFolder {
  readonly experimentId: ExperimentId;
}

/**
 * The files of runs, of logged models or of traces. Errors: `params.invalid` (path), `conflict` (a file where a folder
 * is), `not-found`.
 */
export class Artifacts<Owner extends ArtifactOwner> {
  private readonly store: ArtifactStore;

  constructor(private readonly options: ArtifactsOptions<Owner>) {
    this.store = options.store;
  }

  /** @param writable asked before each change; throws when the owner may not change */
  folder(owner: Owner, writable: () => unknown = () => undefined): ArtifactFolder {
    return {
      list: folder => this.list(owner, folder),
      find: path => {
        const file = this.store.file(owner, artifactPath(path));
        return file && { ...file, stream: range => this.options.objects.createReadStream(file.digest, range) };
      },
      put: async (path, content) => {
        writable();
        const checked = artifactPath(path);
        this.refuseInTheWay(owner, checked); // before a long upload, and again after it
        const stored = await this.options.objects.putStream(content);
        writable();
        this.log(owner, [{ path: checked, ...stored }]);
      },
      delete: path => {
        writable();
        this.delete(owner, path);
      },
    };
  }

  /** Files whose content is in the object store already; those of the same path are replaced. */
  log(owner: Owner, files: readonly ArtifactFile[]): void {
    const checked = files.map(file => ({ ...file, path: artifactPath(file.path) }));
    this.options.write(() => {
      for (const file of checked) {
        this.refuseInTheWay(owner, file.path);
        if (this.store.file(owner, file.path)?.digest !== file.digest) this.refuseChange(owner, file.path);
        this.store.put(owner, file, this.options.now());
      }
      this.options.changed(owner);
    });
  }

  putBytes(owner: Owner, name: string, bytes: Uint8Array): void {
    const checked = artifactPath(name);
    this.log(owner, [{ path: checked, digest: this.options.objects.put(bytes), size: bytes.length }]);
  }

  /** What stands directly in a folder (absent: at the top); a file stands for itself. */
  list(owner: Owner, folder?: string): readonly ArtifactEntry[] {
    if (folder === undefined || folder === '') return folderEntries(this.store.below(owner, undefined), undefined);
    const checked = artifactPath(folder);
    const file = this.store.file(owner, checked);
    if (file !== undefined) return [{ isFolder: false, path: file.path, size: file.size, digest: file.digest }];
    return folderEntries(this.store.below(owner, checked), checked);
  }

  get(owner: Owner, name: string): StoredArtifact {
    const checked = artifactPath(name);
    const file = this.store.file(owner, checked);
    if (file !== undefined) return file;
    const called = this.options.called(owner);
    const isFolder = this.store.below(owner, checked).length > 0;
    throw new ModelyardError(
      'not-found',
      isFolder ? `${checked} is a folder of ${called}.` : `${capital(called)} has no artifact ${checked}.`,
      { fix: 'List the artifacts to see their paths.' },
    );
  }

  /** At most `maxBytes` of it. */
  async read(owner: Owner, name: string, maxBytes = Number.POSITIVE_INFINITY): Promise<ArtifactBytes> {
    const { path: found, digest, size } = this.get(owner, name);
    const chunks: Uint8Array[] = [];
    const end = Math.min(size, maxBytes);
    if (end > 0)
      for await (const chunk of this.options.objects.createReadStream(digest, { start: 0, end }))
        if (chunk instanceof Uint8Array) chunks.push(chunk);
    return { path: found, size, bytes: Buffer.concat(chunks) };
  }

  /** A file, or a folder with all below it ('': everything), or nothing when one of them may not go; nothing when there is none. */
  delete(owner: Owner, name: string): void {
    const checked = name === '' ? undefined : artifactPath(name);
    const file = checked === undefined ? undefined : this.store.file(owner, checked);
    const files = file === undefined ? this.store.below(owner, checked) : [file];
    if (files.length === 0) return;
    this.options.write(() => {
      for (const { path: one } of files) {
        this.refuseChange(owner, one);
        this.store.remove(owner, one);
      }
      this.options.changed(owner);
    });
  }

  private refuseChange(owner: Owner, file: string): void {
    const whole = this.options.partOf?.(owner, file);
    if (whole === undefined) return;
    const message = `${file} of ${this.options.called(owner)} cannot change: it is part of ${whole}, and a version never changes.`;
    throw new ModelyardError(
      'conflict',
      `${message} Log to another path or a new run; register that as a new version.`,
    );
  }

  private refuseInTheWay(owner: Owner, name: string): void {
    const other = this.store.inTheWay(owner, name);
    if (other === undefined) return;
    throw new ModelyardError(
      'conflict',
      `${name} cannot be logged: ${this.options.called(owner)} has a file ${other}, and a name is a file or a folder.`,
      { fix: 'Choose another path.' },
    );
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
