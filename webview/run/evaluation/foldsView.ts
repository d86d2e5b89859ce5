import type { CrossValidation, HeldOutThreshold, MetricOverFolds } from '../../../engine/protocol/crossValidation';
import type { LearningCurve } from '../../../engine/protocol/learningCurve';
import { dropdown } from '../../shared/components';
import { scrollingTable } from '../../shared/dataTable';
import type { Child } from '../../shared/dom';
import { fill, h } from '../../shared/dom';
import { count, duration, metric, signed } from '../../shared/format';
import { t } from '../../shared/l10n';
import type { RunContext } from '../context';
import { ChartList } from './chartList';
import { differencesSpec, foldsSpec, learningCurveSpec, pairName } from './foldSpecs';

/** What cross-validation and learning curves say of learners; empty while a run has neither. */
export class FoldsView {
  readonly element = h('div', { class: 'evaluation' });
  private readonly tables = h('div', { class: 'stack', attrs: { 'aria-live': 'polite' } });
  private readonly charts: ChartList;
  private shown: readonly unknown[] = [];
  private key = '';

  constructor(context: Pick<RunContext, 'channel'>) {
    this.charts = new ChartList(context.channel);
  }

  update(folds: CrossValidation | undefined, curve: LearningCurve | undefined): void {
    if (this.shown[0] === folds && this.shown[1] === curve) return;
    this.shown = [folds, curve];
    const keys = metricsOf(folds, curve);
    this.key = keys.includes(this.key) ? this.key : (folds?.metric ?? curve?.metric ?? '');
    if (!folds && !curve) {
      fill(this.element);
      return;
    }
    const choice = dropdown({
      label: t('Metric'),
      options: keys.map(key => ({ value: key, text: key })),
      value: this.key,
      onChange: key => {
        this.key = key;
        this.draw(folds, curve);
      },
    });
    const title = folds ? t('Cross-validation') : t('Learning curve');
    const head = h('div', { class: 'card-head' }, h('h2', null, title), choice);
    const about = folds && h('p', { class: 'muted' }, aboutFolds(folds));
    fill(this.element, h('section', { class: 'card' }, head, about, this.tables), this.charts.element);
    this.draw(folds, curve);
  }

  private draw(folds: CrossValidation | undefined, curve: LearningCurve | undefined): void {
    const { key } = this;
    fill(this.tables, folds && [learnersTable(folds, key), pairsTable(folds, key)]);
    const hasCurve = curve?.learners.some(({ validation }) => key in validation) === true;
    this.charts.show(
      [
        folds && foldsSpec(folds, key),
        // the chosen one may be of the folds alone
        curve && learningCurveSpec(curve, hasCurve ? key : curve.metric),
        folds && differencesSpec(folds, key),
      ].filter(spec => spec !== undefined),
    );
  }
}

function metricsOf(folds: CrossValidation | undefined, curve: LearningCurve | undefined): readonly string[] {
  const all = [
    ...(folds?.learners ?? []).flatMap(({ metrics }) => Object.keys(metrics)),
    ...(curve?.learners ?? []).flatMap(({ validation }) => Object.keys(validation)),
  ];
  return [...new Set(all)].sort();
}

function aboutFolds({ folds, repeats, method, by, rows }: CrossValidation): string {
  const names = by.join(', ');
  const how = {
    random: () => t('at random'),
    stratified: () => t('stratified by {0}', names),
    group: () => t('whole groups of {0}', names),
    'stratified-group': () => t('whole groups, shares kept even, by {0}', names),
    time: () => t('forward in time by {0}', names),
  }[method];
  const size = t('{0} rows in {1} folds', count(rows), count(folds.length / Math.max(1, repeats)));
  return [size, ...(repeats > 1 ? [t('{0} times anew', count(repeats))] : []), how()].join(', ');
}

/** The threshold on rows that were not seen, and what comes of it. */
function heldOut({ value, cost, f1 }: HeldOutThreshold): Child {
  const gives = cost === undefined ? t('F1 {0}', metric(f1)) : t('cost {0}', metric(cost));
  return h('span', null, metric(value), ' ', h('span', { class: 'muted' }, gives));
}

function learnersTable({ learners }: CrossValidation, key: string): Child {
  const hasThreshold = learners.some(({ threshold }) => threshold !== undefined);
  const columns = [
    { title: t('Learner') },
    { title: key, numeric: true },
    { title: t('Deviation'), numeric: true },
    { title: t('95 % interval'), numeric: true },
    { title: t('Folds'), numeric: true },
    ...(hasThreshold ? [{ title: t('Best threshold'), numeric: true }] : []),
    { title: t('Fitting'), numeric: true },
  ];
  const rows = learners.map(({ name, metrics, seconds, threshold }) => [
    name,
    ...overFolds(metrics[key]),
    ...(hasThreshold ? [threshold ? heldOut(threshold) : '–'] : []),
    duration(seconds * 1000),
  ]);
  return scrollingTable(t('Learners'), columns, rows);
}

function overFolds(found: MetricOverFolds | undefined): readonly string[] {
  if (!found) return ['–', '–', '–', '0'];
  const { mean, sd, interval, folds } = found;
  const range = interval ? `${metric(interval[0])} – ${metric(interval[1])}` : '–';
  return [metric(mean), sd === undefined ? '–' : metric(sd), range, count(folds)];
}

function pairsTable({ comparisons }: CrossValidation, key: string): Child {
  const pairs = comparisons.filter(({ metric: one }) => one === key);
  if (pairs.length === 0) return false;
  const several = pairs.length > 1;
  const columns = [
    { title: t('Learners') },
    { title: t('Difference'), numeric: true },
    { title: t('95 % interval'), numeric: true },
    { title: 'p', numeric: true },
    ...(several ? [{ title: t('p of {0} pairs', pairs.length), numeric: true }] : []),
    { title: t('p by ranks'), numeric: true },
    { title: t('Rank effect'), numeric: true },
    { title: t('Higher : lower'), numeric: true },
  ];
  const rows = pairs.map(pair => [
    pairName(pair),
    signed(pair.difference),
    `${signed(pair.interval[0])} – ${signed(pair.interval[1])}`,
    probability(pair.p),
    ...(several ? [probability(pair.adjustedP)] : []),
    probability(pair.wilcoxon.p),
    signed(Number(pair.wilcoxon.effect.toFixed(3))),
    `${count(pair.higher)} : ${count(pair.lower)}`,
  ]);
  return h('div', null, [
    scrollingTable(t('Pairs of learners'), columns, rows),
    h(
      'p',
      { class: 'muted' },
      t(
        'p and intervals: t-test corrected for training rows that folds share (Nadeau & Bengio), adjusted for several pairs (Holm); by ranks: Wilcoxon’s test, which takes folds for independent.',
      ),
    ),
  ]);
}

const probability = (p: number): string => (p < 0.0001 ? '< 0.0001' : p.toPrecision(2));
