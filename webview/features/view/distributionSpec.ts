import type { ChartSpec, Series } from '../../../engine/charts/spec';
import type { CentralHistogram, FeatureStatistics } from '../../../engine/protocol/featureMonitoring';
import { metric, percent } from '../../shared/format';
import { language, t } from '../../shared/l10n';

type Of = FeatureStatistics['of'];

/** In the order in which they are drawn; each has its own colour and dashes, whichever others there are. */
const order: readonly Of[] = ['source', 'baseline', 'training', 'served'];

function ofWord(of: Of): string {
  switch (of) {
    case 'source':
      return t('source');
    case 'baseline':
      return t('baseline');
    case 'training':
      return t('training set');
    case 'served':
      return t('served');
  }
}

/** The distributions of a feature over each other; undefined where nothing of it has been counted. */
export function distributionSpec(feature: string, all: readonly FeatureStatistics[]): ChartSpec | undefined {
  const sides = order.flatMap(of => all.filter(one => one.of === of));
  const numbers = sides.filter(side => (shownOf(side)?.counts?.length ?? 0) > 0);
  const [first] = numbers;
  if (first)
    return numberSpec(
      feature,
      numbers.filter(one => hasSameBins(one, first)),
    );
  const texts = sides.filter(({ top }) => top !== undefined && top.length > 0);
  return texts.length > 0 ? textSpec(feature, texts) : undefined;
}

const shownOf = ({ central, histogram }: FeatureStatistics): Partial<CentralHistogram> | undefined =>
  central ?? histogram;

/** Only then their shares can be drawn over each other; of others the drift tells more. */
function hasSameBins(one: FeatureStatistics, other: FeatureStatistics): boolean {
  const [own = [], edges = []] = [shownOf(one)?.edges, shownOf(other)?.edges];
  return own.length === edges.length && own.every((edge, at) => edge === edges[at]);
}

function numberSpec(feature: string, sides: readonly FeatureStatistics[]): ChartSpec {
  const [first] = sides;
  const edges = (first && shownOf(first)?.edges) ?? [];
  const series = sides.map((side): Series => {
    const shares = sharesOf(side);
    return {
      ...{ label: ofWord(side.of), slot: order.indexOf(side.of), filled: side.of === 'source', stepped: true },
      points: edges.map((x, at) => ({ x, y: shares[Math.min(at, shares.length - 1)] ?? 0 })),
    };
  });
  const note = leftOut(first);
  return {
    ...{ title: feature, summary: summaryOf(sides), series },
    ...(note !== undefined && { note }),
    x: { label: feature, min: least(edges), max: greatest(edges), format: axisNumber },
    y: { label: t('Share of values'), min: 0, format: percent },
  };
}

/** Of all values, also of those that are not drawn. */
const sharesOf = (side: FeatureStatistics): readonly number[] => {
  const { counts = [], below = 0, above = 0 } = shownOf(side) ?? {};
  const total = counts.reduce((a, b) => a + b, below + above);
  return counts.map(count => (total === 0 ? 0 : count / total));
};

/** What of the first side lies beyond what is drawn. */
function leftOut(side: FeatureStatistics | undefined): string | undefined {
  const { central, min, max } = side ?? {};
  if (central === undefined || min === undefined || max === undefined) return undefined;
  const { below, above, counts } = central;
  const total = counts.reduce((a, b) => a + b, below + above);
  const parts = [
    ...(below > 0 ? [t('{0} below, the least {1}', percent(below / total), metric(min))] : []),
    ...(above > 0 ? [t('{0} above, the greatest {1}', percent(above / total), metric(max))] : []),
  ];
  if (parts.length === 0) return undefined;
  return t('Not drawn of {0}: {1}.', side === undefined ? '' : ofWord(side.of), parts.join('; '));
}

/** Of at most four digits. */
const axisNumber = (value: number): string =>
  Number(value.toPrecision(4)).toLocaleString(language(), { maximumFractionDigits: 6 });

const most = 12;

function textSpec(feature: string, sides: readonly FeatureStatistics[]): ChartSpec {
  const categories = [...new Set(sides.flatMap(({ top = [] }) => top.map(({ value }) => value)))].slice(0, most);
  const series = sides.map((side): Series => {
    const values = Math.max(1, side.rows - side.nulls);
    const counts = new Map((side.top ?? []).map(({ value, count }) => [value, count]));
    const points = categories.map((value, x) => ({ x, y: (counts.get(value) ?? 0) / values }));
    return { label: ofWord(side.of), slot: order.indexOf(side.of), filled: true, points };
  });
  return {
    ...{ title: feature, summary: summaryOf(sides), categories, series },
    ...{ x: { label: t('Value') }, y: { label: t('Share of values'), min: 0, format: percent } },
    height: Math.max(120, (18 + 14 * sides.length) * categories.length + 60),
  };
}

const summaryOf = (sides: readonly FeatureStatistics[]): string =>
  sides
    .map(({ of, rows, nulls, mean, std }) => {
      const missing = t('{0}: {1} missing', ofWord(of), percent(rows === 0 ? 0 : nulls / rows));
      return mean === undefined
        ? `${missing}.`
        : t('{0}, mean {1}, deviation {2}.', missing, metric(mean), metric(std ?? 0));
    })
    .join(' ');

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
const greatest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
