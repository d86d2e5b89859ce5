import * as v from 'valibot';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { name, optional, positive } from '../schemas';
import type { Services } from '../services';

const pem = v.pipe(v.string(), v.minLength(1), v.maxLength(10_000));
const base64 = v.pipe(v.string(), v.base64(), v.maxLength(64 * 2 ** 20));

export const signaturesMethods = ({ signing, bom }: Services): MethodsOf<'signatures'> => ({
  'signatures/toSign': method('signatures/toSign', {
    params: v.strictObject({ name, version: positive }),
    run: subject => signing.toSign(subject),
  }),
  'signatures/add': method('signatures/add', {
    params: v.strictObject({ name, version: positive, payload: base64, signature: base64, publicKey: pem }),
    run: ({ name: model, version, ...signed }) => signing.add({ name: model, version }, signed),
  }),
  'signatures/verify': method('signatures/verify', {
    params: v.strictObject({ name, version: positive, keys: optional(v.pipe(v.array(pem), v.maxLength(1000))) }),
    run: ({ keys, ...subject }, { signal }) =>
      keys ? signing.verify(subject, keys, signal) : signing.check(subject, signal),
  }),
  'signatures/bom': method('signatures/bom', {
    params: v.strictObject({ name, version: positive }),
    run: async subject => ({ bom: await bom.of(subject.name, subject.version) }),
  }),
  'signatures/bundle': method('signatures/bundle', {
    params: v.strictObject({ name, version: positive }),
    run: subject => {
      const bundle = signing.bundle(subject);
      return bundle === undefined ? null : { bundle };
    },
  }),
});
