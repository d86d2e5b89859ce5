import type { FeatureViewDiff, ValueChange } from '../../../engine/protocol/features';
import { scrollingTable } from '../../shared/dataTable';
import type { Child } from '../../shared/dom';
import { h } from '../../shared/dom';
import { count, percent, signed } from '../../shared/format';
import { t } from '../../shared/l10n';
import { valueText } from '../words';

/** What two versions of a view differ in. */
export function versionDiffView({ definition, values, before, after }: FeatureViewDiff): readonly Child[] {
  const sides = [`v${before}`, `v${after}`];
  return [
    h('h2', null, t('Definition')),
    definition.length === 0
      ? h('p', { class: 'muted' }, t('Both are defined alike.'))
      : scrollingTable(
          t('Definition'),
          [t('What'), ...sides].map(title => ({ title })),
          definition.map(change => [change.what, written(change.before), written(change.after)]),
        ),
    ...(values === undefined ? [] : [h('h2', null, t('Values')), valuesTable(values, sides)]),
  ];
}

const written = (text: string | undefined): Child =>
  text === undefined ? h('span', { class: 'muted' }, '–') : h('span', { class: 'mono' }, text);

function valuesTable(values: readonly ValueChange[], sides: readonly string[]): HTMLElement {
  if (values.length === 0) return h('p', { class: 'muted' }, t('They have no feature in common.'));
  const columns = [
    ...[t('Feature'), t('Entities'), t('Differ'), t('Only in {0}', sides[0] ?? ''), t('Only in {0}', sides[1] ?? '')],
    ...[t('Mean difference'), t('For example')],
  ].map((title, at) => ({ title, numeric: at > 0 && at < 6 }));
  return scrollingTable(
    t('Values'),
    columns,
    values.map(({ feature, entities, differing, onlyBefore, onlyAfter, meanDifference, examples }) => [
      feature,
      count(entities),
      differing === 0 ? t('none') : `${count(differing)} (${percent(differing / Math.max(1, entities))})`,
      count(onlyBefore),
      count(onlyAfter),
      meanDifference === undefined ? '–' : signed(meanDifference),
      h(
        'div',
        null,
        examples.slice(0, 3).map(one => h('div', null, exampleText(one))),
      ),
    ]),
  );
}

const exampleText = ({ key, before, after }: ValueChange['examples'][number]): string =>
  `${key.map(String).join(', ')}: ${valueText(before)} → ${valueText(after)}`;
