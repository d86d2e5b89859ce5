import { createHash } from 'node:crypto';
import * as v from 'valibot';

/** A file of a model: its path in the model's folder with `/`, and the sha-256 of its content as hex. */
export interface SignedFile {
  readonly path: string;
  readonly digest: string;
}

const statementType = 'https://in-toto.io/Statement/v1';
const predicateType = 'https://model_signing/signature/v1.0';
export const payloadType = 'application/vnd.in-toto+json';

/** By the parts of the path, as OpenSSF model-signing sorts them. */
function byPath(one: SignedFile, other: SignedFile): number {
  const [left, right] = [one.path.split('/'), other.path.split('/')];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = Buffer.compare(Buffer.from(left[i] ?? ''), Buffer.from(right[i] ?? ''));
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function rootOf(files: readonly SignedFile[]): string {
  const hash = createHash('sha256');
  for (const { digest } of files) hash.update(Buffer.from(digest, 'hex'));
  return hash.digest('hex');
}

/** What OpenSSF model-signing 1.0 signs of a model: an in-toto statement with the digest of every file. */
export function statementOf(name: string, files: readonly SignedFile[]): Buffer {
  const sorted = [...files].sort(byPath);
  return Buffer.from(
    JSON.stringify({
      _type: statementType,
      subject: [{ name, digest: { sha256: rootOf(sorted) } }],
      predicateType,
      predicate: {
        serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false },
        resources: sorted.map(({ path: at, digest }) => ({ name: at, algorithm: 'sha256', digest })),
      },
    }),
  );
}

const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const statement = v.object({
  _type: v.literal(statementType),
  subject: v.tuple([v.object({ name: v.string(), digest: v.object({ sha256: hex }) })]),
  predicateType: v.literal(predicateType),
  predicate: v.object({
    serialization: v.object({ method: v.literal('files'), hash_type: v.literal('sha256') }),
    resources: v.array(v.object({ name: v.string(), algorithm: v.literal('sha256'), digest: hex })),
  }),
});

/** The files that a statement is about. @throws Error when it is no such statement, or does not fit itself */
export function filesOfStatement(payload: Uint8Array): readonly SignedFile[] {
  const { subject, predicate } = v.parse(v.pipe(v.string(), v.parseJson(), statement), Buffer.from(payload).toString());
  const files = predicate.resources.map(({ name, digest }) => ({ path: name, digest }));
  if (rootOf(files) !== subject[0].digest.sha256) throw new Error('its files do not have the digest that it states');
  return files;
}

/** How DSSE 1.0 encodes what is signed, so that nothing signed for one purpose is taken for another. */
export const preAuthEncoding = (payload: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `),
    Buffer.from(payload),
  ]);
