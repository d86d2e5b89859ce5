import * as v from 'valibot';
import { payloadType } from './statement';

const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

export interface Signed {
  readonly payload: Buffer;
  readonly signature: Buffer;
  /** sha-256 of the public key as PEM. */
  readonly keyId: string;
}

/** A Sigstore bundle 0.3 with a DSSE envelope, as OpenSSF model-signing writes `model.sig`. */
export const bundleText = ({ payload, signature, keyId }: Signed): string =>
  `${JSON.stringify(
    {
      mediaType,
      verificationMaterial: { publicKey: { hint: keyId }, tlogEntries: [] },
      dsseEnvelope: {
        payload: payload.toString('base64'),
        payloadType,
        signatures: [{ sig: signature.toString('base64'), keyid: '' }],
      },
    },
    undefined,
    2,
  )}\n`;

const base64 = v.pipe(
  v.string(),
  v.base64(),
  v.transform(text => Buffer.from(text, 'base64')),
);
const bundle = v.object({
  mediaType: v.literal(mediaType),
  verificationMaterial: v.object({ publicKey: v.object({ hint: v.string() }) }),
  dsseEnvelope: v.object({
    payload: base64,
    payloadType: v.literal(payloadType),
    signatures: v.tuple([v.object({ sig: base64 })]),
  }),
});

/** @throws Error when it is no bundle of one signature by a key */
export function readBundle(text: string): Signed {
  const { verificationMaterial, dsseEnvelope } = v.parse(v.pipe(v.string(), v.parseJson(), bundle), text);
  return {
    payload: dsseEnvelope.payload,
    signature: dsseEnvelope.signatures[0].sig,
    keyId: verificationMaterial.publicKey.hint,
  };
}
