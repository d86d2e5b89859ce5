import type { FeatureSummary, FeatureViewDetail } from '../../../engine/protocol/features';
import type { FeatureStatistics } from '../../../engine/protocol/featureMonitoring';
import { ChartView } from '../../shared/charts/chartView';
import { button, dropdown, emptyState } from '../../shared/components';
import { scrollingTable } from '../../shared/dataTable';
import type { Child } from '../../shared/dom';
import { fill, h } from '../../shared/dom';
import { count, metric, percent } from '../../shared/format';
import { t } from '../../shared/l10n';
import { linkButton } from '../../shared/linkButton';
import { moreButton } from '../../shared/moreButton';
import { statusMark } from '../../shared/status';
import { originText, rowsWord, span, when } from '../words';
import { distributionSpec } from './distributionSpec';
import { DriftSection } from './driftSection';
import { firstRows } from './firstRows';
import { revealed } from './revealed';
import type { ViewContext, ViewTab } from './viewContext';
import type { ViewData } from './viewStore';

/** Charts that are drawn before somebody asks for more. */
const chartsAtOnce = 8;

/** The features of a view with what their values are, and their distributions. */
export class FeaturesTab implements ViewTab {
  readonly element = h('div', { class: 'stack' });
  private readonly chooser = h('div', { class: 'row chooser' });
  private readonly table = h('div');
  private readonly drifts: DriftSection;
  private readonly charts = h('div', { class: 'charts' });
  private readonly more = h('div');
  private readonly rows = h('div');
  private readonly drawnCharts = new Map<string, ChartView>();
  private data: ViewData | undefined;
  private shown = chartsAtOnce;
  private drawn = '';

  constructor(private readonly context: ViewContext) {
    this.drifts = new DriftSection(context);
    fill(this.element, this.chooser, this.table, this.drifts.element, this.charts, this.more, this.rows);
  }

  update(data: ViewData): void {
    this.data = data;
    const key = JSON.stringify([data, this.window, this.context.trusted()]);
    if (key === this.drawn) return;
    this.drawn = key;
    this.draw(data);
  }

  /** Days before statistics were computed; undefined: all rows. */
  private get window(): number | undefined {
    return this.context.state.number('window');
  }

  private draw({ view, statistics, computed }: ViewData): void {
    const inWindow = this.inWindow(statistics);
    this.drawChooser(statistics);
    fill(this.table, this.tableOf(view, inWindow));
    fill(this.rows, computed && firstRows(computed, computed.columns.length - view.features.length));
    this.drifts.update(view, statistics, inWindow.find(({ of }) => of === 'source')?.window);
    this.drawCharts(view, inWindow);
    if (view.kind === 'batch' && statistics.length === 0 && !computed) fill(this.more, this.emptyText(view));
  }

  private emptyText({ place }: FeatureViewDetail): HTMLElement {
    const { compute, trusted } = this.context;
    return emptyState(
      t('Not computed yet'),
      t('Computing the view reads all rows of its source.'),
      button({
        ...{ label: t('Compute'), look: 'primary', disabled: !trusted() || place === undefined },
        onClick: () => compute(),
      }),
    );
  }

  /** What else there is than the source has no windows: it is always shown. */
  private inWindow(statistics: readonly FeatureStatistics[]): readonly FeatureStatistics[] {
    const { window } = this;
    const has = statistics.some(one => one.of === 'source' && one.window === window);
    return statistics.filter(one => one.of !== 'source' || one.window === (has ? window : undefined));
  }

  private drawChooser(statistics: readonly FeatureStatistics[]): void {
    const windows = [...new Set(statistics.flatMap(one => (one.of === 'source' ? [one.window] : [])))];
    const days = windows.filter(one => one !== undefined).toSorted((a, b) => a - b);
    const [computed] = statistics.filter(({ of }) => of === 'source');
    const told = computed && computedWhen(computed);
    if (days.length === 0) {
      fill(this.chooser, told);
      return;
    }
    const options = [
      { value: '', text: capital(rowsWord(undefined)) },
      ...days.map(one => ({ value: String(one), text: capital(rowsWord(one)) })),
    ];
    const onChange = (value: string): void => {
      this.context.state.set('window', value === '' ? undefined : Number(value));
      if (this.data) this.update(this.data);
    };
    const value = this.window === undefined ? '' : String(this.window);
    fill(this.chooser, h('span', null, t('Rows')), dropdown({ label: t('Rows'), options, value, onChange }), told);
  }

  private tableOf(view: FeatureViewDetail, statistics: readonly FeatureStatistics[]): HTMLElement {
    const ofSource = new Map(statistics.filter(({ of }) => of === 'source').map(one => [one.feature, one]));
    const columns = [
      ...[{ title: t('Feature') }, { title: t('Type') }, { title: t('From') }, { title: t('Missing'), numeric: true }],
      ...[{ title: t('Different'), numeric: true }, { title: t('Values') }, { title: t('Drift'), numeric: true }],
    ];
    const rows = view.features.map(feature => this.row(view, feature, ofSource.get(feature.name)));
    return scrollingTable(t('Features'), columns, rows);
  }

  private row(
    view: FeatureViewDetail,
    feature: FeatureSummary,
    known: FeatureStatistics | undefined,
  ): readonly Child[] {
    return [
      h(
        'span',
        { class: 'feature-name' },
        known && known.rows > known.nulls
          ? linkButton(feature.name, () => this.reveal(feature.name), {
              label: t('{0}: show the distribution', feature.name),
            })
          : feature.name,
        feature.privacy !== undefined && [' ', h('span', { class: 'privacy' }, feature.privacy)],
        feature.description !== undefined && h('div', { class: 'muted' }, feature.description),
      ),
      feature.type ?? '–',
      h('span', { class: 'mono' }, originText(feature.from)),
      known === undefined || known.rows === 0 ? '–' : percent(known.nulls / known.rows),
      known === undefined ? '–' : count(known.distinct),
      known === undefined ? '–' : valuesOf(feature, known),
      this.driftOf(view, feature.name, known),
    ];
  }

  /** That of the rows that are chosen; an alert may be of others. */
  private driftOf({ alerts }: FeatureViewDetail, name: string, known: FeatureStatistics | undefined): Child {
    const alert = alerts.find(one => one.kind === 'drift' && one.feature === name);
    const drift = known?.drift ?? alert?.value;
    if (drift === undefined) return '–';
    const text = metric(drift);
    const label = t('{0}, the drift of {1}: show it', text, name);
    const shown = known?.compared ? linkButton(text, () => this.drifts.open(name), { label }) : text;
    return alert ? statusMark('warn', 'warn', shown) : shown;
  }

  private drawCharts(view: FeatureViewDetail, statistics: readonly FeatureStatistics[]): void {
    const specs = view.features.flatMap(({ name }) => {
      const spec = distributionSpec(
        name,
        statistics.filter(({ feature }) => feature === name),
      );
      return spec ? [{ name, spec }] : [];
    });
    for (const [name, chart] of this.drawnCharts) {
      if (specs.some(one => one.name === name)) continue;
      chart.dispose();
      this.drawnCharts.delete(name);
    }
    const elements = specs.slice(0, this.shown).map(({ name, spec }) => {
      const known = this.drawnCharts.get(name);
      known?.update(spec);
      const chart = known ?? new ChartView(spec, this.context.channel);
      this.drawnCharts.set(name, chart);
      chart.element.dataset['feature'] = name;
      return chart.element;
    });
    fill(this.charts, elements);
    fill(
      this.more,
      moreButton(specs.length - elements.length, chartsAtOnce, () => this.showMore(chartsAtOnce)),
    );
  }

  private showMore(amount: number): void {
    this.shown += amount;
    if (this.data) this.drawCharts(this.data.view, this.inWindow(this.data.statistics));
  }

  /** The drift of a feature where there is one, else its distribution. */
  open(name: string): void {
    const alert = this.data?.view.alerts.find(one => one.kind === 'drift' && one.feature === name);
    if (alert) this.drifts.open(name);
    else this.reveal(name);
  }

  private reveal(name: string): void {
    const at = this.data?.view.features.findIndex(feature => feature.name === name) ?? -1;
    if (at >= this.shown) this.showMore(at + 1 - this.shown);
    revealed(this.drawnCharts.get(name)?.element);
  }
}

/** How old the statistics are, and what they are of. */
const computedWhen = ({ computedAt, newestEvent }: FeatureStatistics): HTMLElement =>
  h(
    'span',
    { class: 'muted' },
    ...[t('Computed '), when(computedAt)],
    ...(newestEvent === undefined ? [] : [' · ', t('newest event '), when(newestEvent)]),
  );

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Its parts are not broken; of a window in which nothing lies any more that is said. */
function valuesOf({ from }: FeatureSummary, known: FeatureStatistics): Child {
  const { newestEvent, computedAt, rows } = known;
  const isPast =
    from.kind === 'window' && rows > 0 && newestEvent !== undefined && computedAt - newestEvent > from.over;
  if (isPast) return t('nothing lies within {0} before now', span(from.over));
  const parts = valuesText(known).split(/(?<=,) /);
  return known.mean === undefined
    ? parts.join(' ')
    : h(
        'span',
        null,
        parts.flatMap((part, at) => [at > 0 && ' ', h('span', { class: 'nowrap' }, part)]),
      );
}

/** Mean, deviation and quantiles; of texts the most frequent. */
export function valuesText({ mean, std, quantiles, top = [], rows, nulls }: FeatureStatistics): string {
  if (rows === nulls) return t('no value');
  if (mean !== undefined) {
    const spread = t('mean {0} ± {1}', metric(mean), metric(std ?? 0));
    const [half, high] = [quantiles?.['p50'], quantiles?.['p95']];
    return half === undefined || high === undefined
      ? spread
      : t('{0}, median {1}, 95 % below {2}', spread, metric(half), metric(high));
  }
  return top
    .slice(0, 3)
    .map(entry => `${entry.value} ${percent(entry.count / (rows - nulls))}`)
    .join(', ');
}
