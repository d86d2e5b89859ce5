import { isSignature, keyIdOf, publicKeyOf } from '../../client/signing';
import { ModelyardError, throwIfAborted, toWireError } from '../../errors';
import type { SignatureReport, SignatureSummary, ToSign } from '../../protocol/signatures';
import type { Database } from '../../store/database';
import { bundleText, readBundle } from './bundle';
import type { Difference } from './differingFile';
import { differingFile } from './differingFile';
import type { SignedFile } from './statement';
import { filesOfStatement, preAuthEncoding, statementOf } from './statement';
import type { StoredSignature } from './store';
import { SignatureStore } from './store';
import { summaryOf } from './summary';
import type { Found, Trust } from './trust';
import { bySigner } from './trust';

/** The files of a version in its model's folder, or where else they are, as the end of a sentence. */
export type FilesToSign = { readonly files: readonly SignedFile[] } | { readonly elsewhere: string };

export interface SigningOptions {
  readonly db: Database;
  /** @throws ModelyardError `not-found` */
  readonly files: (name: string, version: number) => FilesToSign;
  /** The sha-256 that the content of a file has on the disk now; undefined: it is not there. */
  readonly digestOnDisk: (digest: string, signal?: AbortSignal) => Promise<string | undefined>;
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
      signedAt: this.now(),
      signedBy: this.options.user(),
      publicKey: key,
      bundle: bundleText({ payload: bytes, signature: signed, keyId: keyIdOf(key) }),
    });
    this.options.changed(name);
    return this.check(subject);
  }

  /** The newest signature, as a bundle. */
  bundle({ name, version }: Subject): string | undefined {
    return this.store.all(name, version)[0]?.bundle;
  }

  /** The best signature, as a bundle, for whoever gets the files. @throws as `verify` */
  async bestBundle(subject: Subject): Promise<string | undefined> {
    return (await this.best(subject, await this.trusted()))?.bundle;
  }

  /**
   * Reads all files of a version and holds them to its signatures: the best counts.
   * @param keys PEM of keys that are trusted instead of those of modelyard.yaml
   * @throws ModelyardError `not-found`, `config.invalid`, `params.invalid`
   */
  async verify(subject: Subject, keys?: readonly string[], signal?: AbortSignal): Promise<SignatureReport> {
    const { name, version } = subject;
    const isRequired = await this.options.isRequired();
    const best = await this.best(subject, await this.trusted(keys), signal);
    return { model: name, version, isRequired, ...(best?.found ?? unsigned(subject)) };
  }

  /** Verifies a version, and keeps what it finds for all who show it. @throws ModelyardError as `verify` does */
  async check(subject: Subject, signal?: AbortSignal): Promise<SignatureReport> {
    const { name, version } = subject;
    const isRequired = await this.options.isRequired();
    const best = await this.best(subject, await this.trusted(), signal);
    if (best === undefined) return { model: name, version, isRequired, ...unsigned(subject) };
    const { found } = best;
    const before = this.store.check(name, version)?.found;
    this.store.keep(name, version, { checkedAt: this.now(), found });
    // whoever looks again because of an event would have the files read for ever
    if (before?.sentence !== found.sentence || before.signedAt !== found.signedAt) this.options.changed(name);
    return { model: name, version, isRequired, ...found };
  }

  /** How the signatures of versions stand, by the names of their models; reads no model file. */
  async summaries(names: readonly string[]): Promise<ReadonlyMap<string, readonly SignatureSummary[]>> {
    const known = this.store.known(names);
    if (known.length === 0) return new Map();
    const trust = await this.trust();
    const found = new Map<string, SignatureSummary[]>();
    for (const one of known) found.set(one.name, [...(found.get(one.name) ?? []), summaryOf(one, trust)]);
    return found;
  }

  /**
   * Why a version may not be loaded or leave the workspace: its signature is wrong, or it has no right one of a trusted key
   * where modelyard.yaml requires that. Undefined: it may.
   * @param done what is then not done with it
   * @throws as `verify`
   */
  async refusal(
    { name, version }: Subject,
    done: 'loaded' | 'exported',
    signal?: AbortSignal,
  ): Promise<ModelyardError | undefined> {
    const { state, sentence, file, isRequired } = await this.check({ name, version }, signal);
    if (state === 'signed' || (!isRequired && state !== 'altered')) return undefined;
    const why = isRequired
      ? `It is not ${done}: modelyard.yaml requires signatures.`
      : `Version ${version} of ${name} is not ${done}.`;
    return new ModelyardError('conflict', `${sentence} ${why}`, {
      fix:
        state === 'altered'
          ? 'Find out who changed it; register the model again when that was right.'
          : `modelyard models sign ${name} ${version}`,
      ...(file !== undefined && { data: { file } }),
    });
  }

  /** @throws ModelyardError `conflict`, which names the file that differs, where there is a `refusal` */
  async require(subject: Subject, done: 'loaded' | 'exported' = 'loaded'): Promise<void> {
    const refusal = await this.refusal(subject, done);
    if (refusal) throw refusal;
  }

  private async trusted(keys?: readonly string[]): Promise<readonly string[]> {
    return (keys ?? (await this.options.keys())).map(pem => keyIdOf(readKey(pem, 'A trusted key')));
  }

  /** A key that cannot be read keeps nobody from seeing the models: that it cannot is said of their signatures. */
  private async trust(): Promise<Trust> {
    try {
      return { ids: await this.trusted() };
    } catch (error) {
      return { ids: [], problem: toWireError(error).message };
    }
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }

  private async best(
    { name, version }: Subject,
    trusted: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ readonly found: Found; readonly bundle: string } | undefined> {
    const signatures = this.store.all(name, version);
    if (signatures.length === 0) return undefined;
    const now = this.options.files(name, version);
    let best: { readonly found: Found; readonly bundle: string } | undefined;
    for (const signature of signatures) {
      const found = await this.judge(signature, { name, version, now, trusted, ...(signal && { signal }) });
      if (best === undefined || order.indexOf(found.state) < order.indexOf(best.found.state))
        best = { found, bundle: signature.bundle };
      if (found.state === 'signed') break;
    }
    return best;
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
    subject: Subject & {
      readonly now: FilesToSign;
      readonly trusted: readonly string[];
      readonly signal?: AbortSignal;
    },
  ): Promise<Found> {
    const { name, version, now, trusted, signal } = subject;
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
    const differing = await this.differing(files, now.files, signal);
    if (differing) return { ...count, state: 'altered', ...differing };
    return { ...count, ...bySigner({ name, version, keyId }, { ids: trusted }) };
  }

  /** The first file that is not what was signed. */
  private async differing(
    signed: readonly SignedFile[],
    now: readonly SignedFile[],
    signal?: AbortSignal,
  ): Promise<Difference | undefined> {
    const claimed = new Map(now.map(({ path, digest }) => [path, digest]));
    const paths = [...claimed.keys()];
    const onDisk = async (path: string): Promise<string | undefined> => {
      const digest = claimed.get(path) ?? '';
      const found = await this.options.digestOnDisk(digest, signal);
      if (signal) throwIfAborted(signal);
      return found;
    };
    return differingFile(signed, { paths, digestOf: onDisk });
  }
}

const unsigned = ({ name, version }: Subject): Found => ({
  ...{ state: 'unsigned', files: 0, sentence: `Version ${version} of ${name} is not signed.` },
});

/** The better first. */
const order = ['signed', 'untrusted', 'altered', 'unsigned'];

function readKey(pem: string, what: string): string {
  try {
    return publicKeyOf(pem);
  } catch (cause) {
    throw new ModelyardError('params.invalid', `${what} is no public key of Ed25519 or ECDSA as PEM.`, { cause });
  }
}
