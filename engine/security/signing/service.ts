import { isSignature, keyIdOf, publicKeyOf } from '../../client/signing';
import { ModelyardError } from '../../errors';
import type { SignatureReport, ToSign } from '../../protocol/signatures';
import type { Database } from '../../store/database';
import { bundleText, readBundle } from './bundle';
import type { SignedFile } from './statement';
import { filesOfStatement, preAuthEncoding, statementOf } from './statement';
import type { StoredSignature } from './store';
import { SignatureStore } from './store';

/** The files of a version in its model's folder, or where else they are, as the end of a sentence. */
export type FilesToSign = { readonly files: readonly SignedFile[] } | { readonly elsewhere: string };

export interface SigningOptions {
  readonly db: Database;
  /** @throws ModelyardError `not-found` */
  readonly files: (name: string, version: number) => FilesToSign;
  /** The sha-256 that the content of a file has on the disk now; undefined: it is not there. */
  readonly digestOnDisk: (digest: string) => Promise<string | undefined>;
  /** `security: signatures: required` */
  readonly isRequired: () => Promise<boolean>;
  /** `security: keys`: PEM of the public keys that are trusted. @throws ModelyardError `config.invalid` */
  readonly keys: () => Promise<readonly string[]>;
  readonly user: () => string;
  readonly changed: (model: string) => void;
  readonly now?: () => number;
}

interface Subject {
  readonly name: string;
  readonly version: number;
}

type Found = Omit<SignatureReport, 'model' | 'version' | 'isRequired'>;

/**
 * Signatures of registered versions in the layout of OpenSSF model-signing. Private keys are never here: whoever has one
 * signs what `toSign` says.
 */
export class SigningService {
  private readonly store: SignatureStore;

  constructor(private readonly options: SigningOptions) {
    this.store = new SignatureStore(options.db);
  }

  /** @throws ModelyardError `not-found`, `conflict` (its files are elsewhere) */
  toSign({ name, version }: Subject): ToSign {
    const files = this.filesOf(name, version);
    const payload = statementOf(name, files);
    return {
      payload: payload.toString('base64'),
      encoded: preAuthEncoding(payload).toString('base64'),
      files: files.length,
    };
  }

  /** @throws ModelyardError `params.invalid` (no signature of this key, or of something else), `not-found`, `conflict` */
  async add(
    subject: Subject,
    {
      payload,
      signature,
      publicKey,
    }: { readonly payload: string; readonly signature: string; readonly publicKey: string },
  ): Promise<SignatureReport> {
    const { name, version } = subject;
    const key = readKey(publicKey, 'The public key of the signature');
    const bytes = Buffer.from(payload, 'base64');
    const signed = Buffer.from(signature, 'base64');
    if (!isSignature(preAuthEncoding(bytes), signed, key))
      throw new ModelyardError('params.invalid', 'The signature is not of this key.');
    if (!bytes.equals(statementOf(name, this.filesOf(name, version))))
      throw new ModelyardError(
        'conflict',
        `The files of version ${version} of ${name} are not those that were signed.`,
      );
    this.store.record(name, version, {
      signedAt: (this.options.now ?? Date.now)(),
      signedBy: this.options.user(),
      publicKey: key,
      bundle: bundleText({ payload: bytes, signature: signed, keyId: keyIdOf(key) }),
    });
    this.options.changed(name);
    return this.verify(subject);
  }

  /** The newest signature, as a bundle. */
  bundle({ name, version }: Subject): string | undefined {
    return this.store.all(name, version)[0]?.bundle;
  }

  /**
   * Reads all files of a version and holds them to its signatures: the best counts.
   * @param keys PEM of keys that are trusted instead of those of modelyard.yaml
   * @throws ModelyardError `not-found`, `config.invalid`, `params.invalid`
   */
  async verify({ name, version }: Subject, keys?: readonly string[]): Promise<SignatureReport> {
    const isRequired = await this.options.isRequired();
    const trusted = (keys ?? (await this.options.keys())).map(pem => keyIdOf(readKey(pem, 'A trusted key')));
    const common = { model: name, version, isRequired };
    const signatures = this.store.all(name, version);
    const unsigned = `Version ${version} of ${name} is not signed.`;
    if (signatures.length === 0) return { ...common, state: 'unsigned', sentence: unsigned, files: 0 };
    const now = this.options.files(name, version);
    let best: Found | undefined;
    for (const signature of signatures) {
      const found = await this.judge(signature, { name, version, now, trusted });
      if (best === undefined || order.indexOf(found.state) < order.indexOf(best.state)) best = found;
      if (best.state === 'signed') break;
    }
    return { ...common, ...(best ?? { state: 'unsigned', sentence: unsigned, files: 0 }) };
  }

  /**
   * Where modelyard.yaml requires signatures, nothing loads a version without a right one.
   * @throws ModelyardError `conflict`, which names the file that differs
   */
  async require({ name, version }: Subject): Promise<void> {
    if (!(await this.options.isRequired())) return;
    const { state, sentence, file } = await this.verify({ name, version });
    if (state === 'signed') return;
    throw new ModelyardError('conflict', `${sentence} It is not loaded: modelyard.yaml requires signatures.`, {
      fix:
        state === 'altered'
          ? 'Find out who changed it; register the model again when that was right.'
          : `modelyard models sign ${name} ${version}`,
      ...(file !== undefined && { data: { file } }),
    });
  }

  private filesOf(name: string, version: number): readonly SignedFile[] {
    const found = this.options.files(name, version);
    if ('files' in found) return found.files;
    throw new ModelyardError('conflict', `The files of version ${version} of ${name} ${found.elsewhere}.`, {
      fix: 'Only versions whose files are in this workspace are signed.',
    });
  }

  private async judge(
    { bundle, publicKey, signedAt, signedBy }: StoredSignature,
    subject: Subject & { readonly now: FilesToSign; readonly trusted: readonly string[] },
  ): Promise<Found> {
    const { name, version, now, trusted } = subject;
    const keyId = keyIdOf(publicKey);
    const common = { keyId, signedAt, signedBy };
    let files: readonly SignedFile[];
    try {
      const { payload, signature } = readBundle(bundle);
      if (!isSignature(preAuthEncoding(payload), signature, publicKey)) throw new Error('it is not of its key');
      files = filesOfStatement(payload);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return {
        ...common,
        state: 'altered',
        files: 0,
        sentence: `The signature of version ${version} of ${name} is broken: ${why}.`,
      };
    }
    const count = { ...common, files: files.length };
    if ('elsewhere' in now)
      return { ...count, state: 'altered', sentence: `The files of version ${version} of ${name} ${now.elsewhere}.` };
    const differing = await this.differing(files, now.files);
    if (differing) return { ...count, state: 'altered', ...differing };
    const by = `by the key ${keyId.slice(0, 16)}`;
    const what = `Version ${version} of ${name}`;
    return trusted.includes(keyId)
      ? { ...count, state: 'signed', sentence: `${what} is signed ${by}.` }
      : {
          ...count,
          state: 'untrusted',
          sentence: `${what} is signed ${by}, which modelyard.yaml does not list under security.keys.`,
        };
  }

  /** The first file that is not what was signed. */
  private async differing(
    signed: readonly SignedFile[],
    now: readonly SignedFile[],
  ): Promise<{ readonly file: string; readonly sentence: string } | undefined> {
    const current = new Map(now.map(({ path, digest }) => [path, digest]));
    for (const { path, digest } of signed) {
      if (!current.has(path)) return { file: path, sentence: `${path} was signed and is missing.` };
      if (current.get(path) !== digest || (await this.options.digestOnDisk(digest)) !== digest)
        return { file: path, sentence: `${path} is not what was signed.` };
      current.delete(path);
    }
    const [added] = current.keys();
    return added === undefined
      ? undefined
      : { file: added, sentence: `${added} was added after the version was signed.` };
  }
}

/** The better first. */
const order = ['signed', 'untrusted', 'altered', 'unsigned'];

function readKey(pem: string, what: string): string {
  try {
    return publicKeyOf(pem);
  } catch (cause) {
    throw new ModelyardError('params.invalid', `${what} is no public key of Ed25519 or ECDSA as PEM.`, { cause });
  }
}
