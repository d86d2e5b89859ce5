import type { SignedRule } from '../../protocol/gateRules';
import type { Judgement, Kind } from './kind';

/** The version is signed by a key that modelyard.yaml lists, and its files are what was signed. */
export const signed: Kind<SignedRule> = {
  text: () => 'the version is signed by a trusted key',
  judge: (_, { version, signature }): Judgement => {
    if (version === undefined) return { held: undefined, sentence: 'Only registered versions are signed.' };
    if (signature === undefined) return { held: undefined, sentence: 'The signature could not be verified.' };
    return { held: signature.state === 'signed', sentence: signature.sentence };
  },
};
