import { ModelyardError, throwIfAborted } from '../errors';
import { refuseOutside } from '../paths';
import type { Digest } from '../protocol/ids';
import type { DatasetSource } from '../protocol/jobs';
import { dataStamp, hashData } from '../dataFiles';

export interface CurrentFile {
  readonly digest: Digest;
  readonly bytes: number;
  readonly modifiedAt: number;
}

/** ms: a file that was written so shortly before may be written again without its times telling. */
const settled = 1000;

/**
 * What is in the files of datasets now. A file is read only when its size, times or inode are new to this engine and to
 * the recorded versions.
 */
export class CurrentFiles {
  readonly #known = new Map<string, { readonly stamp: string; readonly digest: Digest }>();
  readonly #recorded: (dataset: string, stamp: string) => Digest | undefined;

  constructor(recorded: (dataset: string, stamp: string) => Digest | undefined) {
    this.#recorded = recorded;
  }

  /**
   * Undefined when there is no file.
   * @throws ModelyardError `config.invalid` (out of the workspace), `data.unreadable`, `cancelled`
   */
  async look(source: DatasetSource, signal: AbortSignal): Promise<CurrentFile | undefined> {
    const { name, path: file, root } = source;
    if (root !== undefined)
      await refuseOutside(root, { file, shown: source.file ?? file, key: `datasets.${name}.path` });
    const found = await dataStamp(source, signal);
    if (!found) return undefined;
    const { stamp, bytes, modifiedAt } = found;
    const known = this.#known.get(name);
    const digest = known?.stamp === stamp ? known.digest : this.#recorded(name, stamp);
    if (digest !== undefined) return { digest, bytes, modifiedAt };
    const hashed = await this.#hash(source, signal);
    const after = await dataStamp(source, signal);
    if (after?.stamp === stamp && Date.now() - modifiedAt > settled) this.#known.set(name, { stamp, digest: hashed });
    return { digest: hashed, bytes, modifiedAt };
  }

  async #hash(source: DatasetSource, signal: AbortSignal): Promise<Digest> {
    try {
      return await hashData(source, signal);
    } catch (cause) {
      throwIfAborted(signal);
      const file = source.file ?? source.path;
      throw new ModelyardError('data.unreadable', `The data file ${file} of dataset ${source.name} cannot be read.`, {
        place: { file },
        fix: 'See that it is a file which you may read.',
        data: { dataset: source.name },
        cause,
      });
    }
  }
}
