import { ModelyardError } from '../../errors';

export type Direction = 'increasing' | 'decreasing';

/** Of each feature: 1, −1 or 0. @throws ModelyardError `params.invalid` for a name that no feature has */
export function monotoneOf(features: readonly string[], wanted: Readonly<Record<string, Direction>>): Int8Array {
  for (const name of Object.keys(wanted))
    if (!features.includes(name))
      throw new ModelyardError('params.invalid', `\`monotone\` names ${name}, but there is no such feature.`, {
        fix: `The features are ${features.slice(0, 10).join(', ')}${features.length > 10 ? ', …' : ''}.`,
        data: { feature: name },
      });
  return Int8Array.from(features, name => (wanted[name] === undefined ? 0 : wanted[name] === 'increasing' ? 1 : -1));
}
