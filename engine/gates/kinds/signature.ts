import type { SignatureRule } from '../../protocol/gateRules';
import type { ModelTests } from '../../protocol/modelTests';
import type { Kind } from './kind';
import { untested } from './modelTest';

/** Whether whoever calls the version that holds a stage can call this one without a change. */
export const signature: Kind<SignatureRule> = {
  text: ({ compatible_with: stage }) => `signature fits ${stage}`,
  judge: ({ compatible_with: stage }, { tests, holder, version }) => {
    if (tests === undefined) return { held: undefined, sentence: untested };
    const other = holder(stage);
    if (other === undefined) return { held: true, sentence: `No version holds ${stage} yet.` };
    if ('lost' in other) return { held: undefined, sentence: `Nothing can be compared: ${other.lost}` };
    if (other.version === version) return { held: true, sentence: `The version holds ${stage} itself.` };
    const name = `version ${other.version} in ${stage}`;
    if (other.tests === undefined)
      return {
        held: undefined,
        sentence: `The signature of ${name} is not known: it was registered without a step \`test\`.`,
      };
    const breaking = breaks(other.tests.signature, tests.signature);
    if (breaking.length === 0) return { held: true, sentence: `Who calls ${name} can call it without a change.` };
    return {
      held: false,
      value: breaking.length,
      bound: 0,
      sentence: `Who calls ${name} cannot call it so: ${breaking.join('; ')}.`,
    };
  },
};

/** Numbers that every integer is one of. */
const widens = (from: string, to: string): boolean => from === to || (from === 'long' && to === 'double');

/** What a caller of the old one would stumble over. */
export function breaks(before: ModelTests['signature'], after: ModelTests['signature']): readonly string[] {
  const sent = new Map(before.inputs.map(({ name, type }) => [name, type]));
  const read = new Map(after.outputs.map(({ name, type }) => [name, type]));
  return [
    ...after.inputs.flatMap(({ name, type }) => {
      const known = sent.get(name);
      if (known === undefined) return [`it takes ${name}, which they do not send`];
      return widens(known, type) ? [] : [`${name} is ${type} instead of ${known}`];
    }),
    ...before.outputs.flatMap(({ name, type }) => {
      const known = read.get(name);
      if (known === undefined) return [`its answer lacks ${name}`];
      return type === known ? [] : [`${name} in its answer is ${known} instead of ${type}`];
    }),
  ];
}
