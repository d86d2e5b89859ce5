import { ModelyardError } from '../../errors';
import { nearest } from '../../nearest';
import { optionPlace } from '../columns';
import type { TrainingData } from '../learner';

export type Direction = 'increasing' | 'decreasing';

const mostListed = 10;

/**
 * Of each feature: 1, −1 or 0.
 * @throws ModelyardError `params.invalid`, placed at the name, for one that no feature has or whose feature has categories
 */
export function monotoneOf(
  { features, categorical = [] }: Pick<TrainingData, 'features' | 'categorical'>,
  wanted: Readonly<Record<string, Direction>>,
): Int8Array {
  for (const name of Object.keys(wanted)) {
    const at = features.indexOf(name);
    // one-hot features are named `column=category`
    if (categorical[at] === true || (at < 0 && features.some(feature => feature.startsWith(`${name}=`))))
      throw refused(name, `\`monotone\` names ${name}, which has categories: they have no order to rise or fall by.`, {
        fix: 'Remove it from `monotone`, or make a number of the column in the prepare step (`columns: {…: {encode: woe}}`).',
      });
    if (at < 0) {
      const near = nearest(name, features);
      throw refused(name, `\`monotone\` names ${name}, but there is no such feature.`, {
        fix: near === undefined ? listing(features) : `Did you mean ${near}?`,
        ...(near !== undefined && { suggestion: near }),
      });
    }
  }
  return Int8Array.from(features, name => (wanted[name] === undefined ? 0 : wanted[name] === 'increasing' ? 1 : -1));
}

const refused = (
  name: string,
  message: string,
  { fix, suggestion }: { readonly fix: string; readonly suggestion?: string },
): ModelyardError =>
  new ModelyardError('params.invalid', message, {
    place: optionPlace(`monotone.${name}`),
    fix,
    data: { feature: name, ...(suggestion !== undefined && { suggestion }) },
  });

const listing = (features: readonly string[]): string =>
  `The features are ${features.slice(0, mostListed).join(', ')}${features.length > mostListed ? ', …' : ''}.`;
