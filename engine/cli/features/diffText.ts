import type { Colors } from 'picocolors/types';
import type { FeatureViewDiff, ValueChange } from '../../protocol/features';
import { numberText } from '../text/numbers';
import { tableText } from '../text/table';

export function featureDiffText({ view, before, after, definition, values }: FeatureViewDiff, colors: Colors): string {
  const title = `${view}  v${before} → v${after}\n`;
  const changed = values === undefined ? '' : valuesText(values, colors);
  if (definition.length === 0) return `${title}The same definition.\n${changed}`;
  const head = ['', `v${before}`, `v${after}`].map(text => colors.bold(text));
  const rows = definition.map(({ what, before: was, after: is }) => [
    what,
    was === undefined ? '–' : colors.red(was),
    is === undefined ? '–' : colors.green(is),
  ]);
  return `${title}${tableText([head, ...rows])}${changed}`;
}

/** How the newest values of entities differ. */
function valuesText(values: readonly ValueChange[], colors: Colors): string {
  if (values.length === 0) return '\nThey have no feature in common whose values could be compared.\n';
  const titles = ['feature', 'entities', 'differ', 'only before', 'only after', 'mean difference', 'such as'];
  const rows = values.map(({ feature, entities, differing, onlyBefore, onlyAfter, meanDifference, examples }) => [
    ...[feature, ...[entities, differing, onlyBefore, onlyAfter].map(count => count.toLocaleString('en'))],
    meanDifference === undefined ? '' : numberText(meanDifference),
    examples.slice(0, 1).map(({ key, before, after }) => `${key.join(', ')}: ${before ?? 'null'} → ${after ?? 'null'}`)[0] ?? '', // prettier-ignore
  ]);
  const compared = Math.max(0, ...values.map(({ entities }) => entities));
  const head = titles.map(title => colors.bold(title));
  return `\n${tableText([head, ...rows])}Compared for ${compared.toLocaleString('en')} ${compared === 1 ? 'entity' : 'entities'}.\n`;
}
