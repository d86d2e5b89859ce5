import type {
  ColumnComparison,
  ColumnVerdict,
  ComparedVersion,
  DatasetComparison,
} from '../../engine/protocol/datasets';
import { button } from '../shared/components';
import { ChartView } from '../shared/charts/chartView';
import { scrollingTable } from '../shared/dataTable';
import type { Child } from '../shared/dom';
import { fill, h } from '../shared/dom';
import { count, metric, percent } from '../shared/format';
import { t } from '../shared/l10n';
import { linkButton } from '../shared/linkButton';
import { statusMark } from '../shared/status';
import { columnSpec } from './columnSpec';
import type { DatasetContext } from './context';
import { versionName } from './parts';

/** Charts that are drawn at first, and at each click for more. */
const chartsAtOnce = 8;

/** What has changed between two versions: a table of all columns, the largest change first, and their distributions. */
export class ComparisonView {
  readonly element = h('div');
  private readonly charts = new Map<string, ChartView>();
  private readonly grid = h('div', { class: 'charts' });
  private readonly more = h('div', { class: 'row' });

  constructor(
    private readonly found: DatasetComparison,
    private readonly context: DatasetContext,
  ) {
    const { before, after, columns } = found;
    if (before.digest === after.digest) {
      fill(this.element, summary(found), h('p', null, t('Both are the same version: nothing has changed.')));
      return;
    }
    fill(
      this.element,
      summary(found),
      structure(columns),
      scrollingTable(t('Columns, the largest change first'), heads(), this.rows()),
      h('h2', { class: 'charts-title' }, t('Distributions')),
      this.grid,
      this.more,
    );
    this.addCharts(chartsAtOnce);
  }

  dispose(): void {
    for (const chart of this.charts.values()) chart.dispose();
  }

  private get charted(): readonly ColumnComparison[] {
    return this.found.columns.filter(({ bins }) => bins !== undefined);
  }

  private rows(): Child[][] {
    return this.found.columns
      .filter(({ kind }) => kind === 'kept' || kind === 'renamed')
      .map(column => this.row(column));
  }

  private row(column: ColumnComparison): Child[] {
    const { name, formerly, verdict, retyped, after, missing, change, reason, bins } = column;
    const title = bins
      ? linkButton(name, () => this.open(column), { label: t('{0}: show the distribution', name) })
      : name;
    const called =
      formerly === undefined
        ? title
        : h('div', null, title, h('div', { class: 'muted' }, t('probably was {0}', formerly)));
    const type = retyped ? `${retyped.from} → ${retyped.to}` : (after?.type ?? '');
    const gaps =
      missing && missing.before !== missing.after
        ? `${percent(missing.before)} → ${percent(missing.after)}`
        : percent(missing?.after ?? 0);
    if (!change)
      return [called, verdictMark(verdict), type, gaps, h('span', { class: 'muted' }, reason), '', '', '', ''];
    const { test, statistic, degrees, method, q, wasserstein, jensenShannon, psi } = change;
    const tested =
      test === 'chi-squared' ? `χ²(${degrees ?? 0}) = ${metric(statistic)}` : `KS D = ${metric(statistic)}`;
    return [
      called,
      verdictMark(verdict),
      type,
      gaps,
      h(
        'div',
        { class: 'pair tested' },
        h('div', { title: method === 'exact' ? t('exact p') : t('p of large samples') }, tested),
        basis(column),
      ),
      q === 0 ? '< 1e-300' : metric(q),
      wasserstein === undefined ? '–' : metric(wasserstein),
      metric(jensenShannon),
      metric(psi),
    ];
  }

  private addCharts(amount: number): void {
    const waiting = this.charted.filter(({ name }) => !this.charts.has(name));
    for (const column of waiting.slice(0, amount)) this.chartOf(column);
    const rest = waiting.length - amount;
    const label = t('{0} more charts', rest);
    fill(this.more, rest > 0 && button({ label, onClick: () => this.addCharts(chartsAtOnce) }));
  }

  private chartOf(column: ColumnComparison): ChartView {
    const known = this.charts.get(column.name);
    if (known) return known;
    const chart = new ChartView(columnSpec(column, this.found), this.context.channel);
    this.charts.set(column.name, chart);
    this.grid.append(chart.element);
    return chart;
  }

  private open(column: ColumnComparison): void {
    const { element } = this.chartOf(column);
    element.tabIndex = -1;
    element.scrollIntoView({ block: 'center' });
    element.focus();
  }
}

const heads = () => [
  ...[t('Column'), t('Verdict'), t('Type')].map(title => ({ title })),
  { title: t('Missing'), numeric: true },
  { title: t('Test') },
  ...[t('p, adjusted'), t('Wasserstein'), t('Jensen–Shannon'), 'PSI'].map(title => ({ title, numeric: true })),
];

const sideText = ({ digest, rows, columns, current }: ComparedVersion): string =>
  t(
    '{0}: {1} rows, {2} columns',
    current ? t('{0}, now', versionName(digest)) : versionName(digest),
    count(rows),
    columns,
  );

function summary({ before, after, columns }: DatasetComparison): HTMLElement {
  const of = (verdict: ColumnVerdict): number => columns.filter(column => column.verdict === verdict).length;
  return h(
    'div',
    { class: 'summary' },
    h('p', null, sideText(before), h('span', { class: 'muted' }, ' → '), sideText(after)),
    h(
      'p',
      { class: 'muted' },
      t(
        '{0} different, {1} slight, {2} with too few rows, {3} alike, {4} not tested',
        of('different'),
        of('slight'),
        of('unsure'),
        of('alike'),
        of('untested'),
      ),
    ),
  );
}

function structure(columns: readonly ColumnComparison[]): Child {
  const named = (kind: 'added' | 'removed'): readonly ColumnComparison[] =>
    columns.filter(column => column.kind === kind);
  const [removed, added] = [named('removed'), named('added')];
  if (removed.length + added.length === 0) return false;
  return h(
    'ul',
    { class: 'structure' },
    removed.map(({ name, before }) =>
      h(
        'li',
        null,
        statusMark('fail', 'bad', t('removed')),
        ' ',
        h('span', { class: 'mono' }, name),
        ` ${before?.type ?? ''}`,
      ),
    ),
    added.map(({ name, after }) =>
      h(
        'li',
        null,
        statusMark('pass', 'good', t('added')),
        ' ',
        h('span', { class: 'mono' }, name),
        ` ${after?.type ?? ''}`,
      ),
    ),
  );
}

function verdictMark(verdict: ColumnVerdict): HTMLElement {
  switch (verdict) {
    case 'different':
      return statusMark('warn', 'warn', t('different'));
    case 'slight':
      return statusMark('dot', 'idle', t('slight'));
    case 'unsure':
      return statusMark('question', 'idle', t('too few rows'));
    case 'alike':
      return statusMark('pass', 'good', t('alike'));
    case 'untested':
      return statusMark('ring', 'idle', t('not tested'));
  }
}

/** What the numbers come from, when that is not all values. */
function basis({ change }: ColumnComparison): Child {
  const sides = change ? [change.before, change.after] : [];
  const sample = sides.find(({ kind }) => kind === 'sample');
  const binned = sides.some(({ kind }) => kind === 'profile');
  if (binned) return h('div', { class: 'muted' }, t('approximate: from a histogram'));
  return (
    sample && h('div', { class: 'muted' }, t('from a sample of {0} of {1}', count(sample.values), count(sample.of)))
  );
}
