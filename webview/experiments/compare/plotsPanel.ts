import { boxes } from '../../../engine/charts/plots/boxes';
import type { NumberColumn, PlotColumn, PlotRun } from '../../../engine/charts/plots/columns';
import { plotColumns } from '../../../engine/charts/plots/columns';
import { contour } from '../../../engine/charts/plots/contour';
import type { Brushes, ParallelDrawn, ParallelPlot } from '../../../engine/charts/plots/parallel';
import { parallel } from '../../../engine/charts/plots/parallel';
import { scatter } from '../../../engine/charts/plots/scatter';
import { ChartView } from '../../shared/charts/chartView';
import { PlotView } from '../../shared/charts/plotView';
import { button, dropdown, emptyState } from '../../shared/components';
import { fill, h } from '../../shared/dom';
import { isRunId } from '../../shared/ids';
import { isRecord } from '../../shared/json';
import { t } from '../../shared/l10n';
import type { Page } from '../../shared/page';
import { Brushing } from '../../shared/charts/brushing';
import { importanceSpec } from '../../shared/charts/importanceChart';
import { plotRuns } from './plotRuns';
import type { Comparison } from './section';

/** More axes than these stand too close. */
const mostAxes = 12;
/** More lines nobody can tell apart. */
const mostRuns = 5000;

interface Subject {
  readonly runs: readonly PlotRun[];
  readonly columns: readonly PlotColumn[];
  readonly slotOf: (run: PlotRun) => number;
}

/** A metric against parameters: of the ticked runs or of all that the filter finds. */
export class PlotsPanel {
  readonly element = h('div', { class: 'stack' });
  private readonly bar = h('div', { class: 'row chart-bar' });
  private readonly message = h('div');
  private readonly grid = h('div', { class: 'charts' });
  private readonly lines: PlotView<ParallelPlot>;
  private readonly points: PlotView;
  private readonly boxes: PlotView;
  private readonly area: PlotView;
  private readonly brushing: Brushing;
  private importance: ChartView | undefined;
  private computing = new AbortController();
  private computed = '';
  private comparison: Comparison | undefined;

  constructor(private readonly page: Page) {
    const { channel } = page;
    const onOpen = (run: string): void => {
      if (isRunId(run)) void channel.call('host/openRun', { runId: run });
    };
    this.lines = new PlotView({
      channel,
      onOpen,
      onDrawn: (svg, drawn) => isParallel(drawn) && this.brushing.over(svg, drawn),
    });
    this.brushing = new Brushing(
      this.lines.picture,
      () => this.brushes,
      brushes => {
        page.state.set('brushes', brushes);
        this.drawLines(this.subject());
      },
    );
    this.points = new PlotView({ channel, onOpen });
    this.boxes = new PlotView({ channel, onOpen });
    this.area = new PlotView({ channel, onOpen });
    fill(this.element, this.bar, this.message, this.lines.element, this.grid);
  }

  show(comparison: Comparison): void {
    this.comparison = comparison;
    this.draw();
  }

  private get brushes(): Brushes {
    const kept = this.page.state.value('brushes');
    if (!isRecord(kept)) return {};
    return Object.fromEntries(
      Object.entries(kept).flatMap(([id, ends]) => {
        const list: readonly unknown[] = Array.isArray(ends) ? ends : [];
        const [from, to] = list;
        return typeof from === 'number' && typeof to === 'number' ? [[id, [from, to] as const]] : [];
      }),
    );
  }

  /** Ticked or found runs, and what they differ in. */
  private subject(): Subject {
    const { compared = [], found = [], slotOf } = this.comparison ?? {};
    const isFound = this.page.state.text('plotRuns') !== 'ticked';
    const summaries = isFound ? found.slice(0, mostRuns) : compared.map(({ run }) => run);
    const slots = new Map<string, number>(summaries.map(run => [run.id, slotOf?.(run) ?? 0]));
    const runs = plotRuns(summaries);
    return { runs, columns: plotColumns(runs), slotOf: ({ id }) => slots.get(id) ?? 0 };
  }

  private draw(): void {
    const subject = this.subject();
    const { columns } = subject;
    const metrics = columns.filter((column): column is NumberColumn => column.isMetric && column.kind === 'number');
    const params = columns.filter(({ isMetric }) => !isMetric);
    const metric = this.chosen(
      metrics,
      'plotMetric',
      this.page.init.metrics.map(key => `metrics.${key}`),
    );
    const x = this.chosen(params, 'plotX', numeric(params));
    const others = params.filter(column => column !== x);
    const y = this.chosen(others, 'plotY', numeric(others));
    this.fillBar({ metrics, params, metric, x, y });
    const isEnough = metric !== undefined && x !== undefined && subject.runs.length > 1;
    this.lines.element.hidden = this.grid.hidden = !isEnough;
    fill(
      this.message,
      !isEnough &&
        emptyState(t('Nothing to plot'), t('Two runs are needed that differ in a parameter and have a metric.')),
    );
    if (!isEnough) return;
    this.drawLines(subject);
    const { runs, slotOf } = subject;
    this.points.update(scatter({ x, y: metric, color: y, runs, slotOf, t }));
    this.boxes.update(boxes({ by: x, metric, runs, t }));
    const canInterpolate = x.kind === 'number' && y?.kind === 'number';
    this.area.element.hidden = !canInterpolate;
    if (canInterpolate) this.area.update(contour({ x, y, metric, runs, t }));
    const shown = [this.points, this.boxes, this.area].map(({ element }) => element);
    if (!this.points.element.isConnected) fill(this.grid, shown);
    void this.drawImportance(params, metric, runs);
  }

  private drawLines({ runs, columns, slotOf }: Subject): void {
    const params = columns.filter(({ isMetric }) => !isMetric);
    const metrics = columns.filter(({ isMetric }) => isMetric);
    const metric = this.chosen(
      metrics,
      'plotMetric',
      this.page.init.metrics.map(key => `metrics.${key}`),
    );
    const axes = [...params.slice(0, mostAxes - 1), ...(metric ? [metric] : [])];
    const isByRun = this.page.state.text('plotRuns') === 'ticked';
    this.lines.update(
      parallel({ columns: axes, runs, brushes: this.brushes, slotOf, t, ...(!isByRun && { color: metric }) }),
    );
  }

  private async drawImportance(
    params: readonly PlotColumn[],
    metric: NumberColumn,
    runs: readonly PlotRun[],
  ): Promise<void> {
    const question = JSON.stringify([metric.id, metric.values, params.map(({ id }) => id), runs.map(({ id }) => id)]);
    if (question === this.computed) return;
    this.computed = question;
    this.computing.abort();
    const mine = (this.computing = new AbortController());
    try {
      const spec = await importanceSpec({ params, metric }, mine.signal);
      if (mine.signal.aborted) return;
      if (this.importance) this.importance.update(spec);
      else {
        this.importance = new ChartView(spec, this.page.channel);
        this.grid.prepend(this.importance.element);
      }
    } catch (error) {
      if (!mine.signal.aborted) throw error;
    }
  }

  private chosen<C extends PlotColumn>(columns: readonly C[], key: string, first: readonly string[]): C | undefined {
    const wanted = [this.page.state.text(key), ...first];
    for (const id of wanted) {
      const found = columns.find(column => column.id === id);
      if (found) return found;
    }
    return columns[0];
  }

  private fillBar(choice: {
    readonly metrics: readonly PlotColumn[];
    readonly params: readonly PlotColumn[];
    readonly metric: PlotColumn | undefined;
    readonly x: PlotColumn | undefined;
    readonly y: PlotColumn | undefined;
  }): void {
    const { state } = this.page;
    const { found = [], hasMore = false, loadAll } = this.comparison ?? {};
    const isTicked = state.text('plotRuns') === 'ticked';
    const text = JSON.stringify([
      choice.metrics.map(({ id }) => id),
      choice.params.map(({ id }) => id),
      found.length,
      hasMore,
    ]);
    if (this.bar.dataset['choice'] === text) return;
    this.bar.dataset['choice'] = text;
    const pick = (key: string, label: string, [columns, value]: Pick): HTMLElement =>
      labelled(
        label,
        dropdown({
          label,
          options: columns.map(({ id, title }) => ({ value: id, text: title })),
          value: value?.id ?? '',
          onChange: id => {
            state.set(key, id);
            this.draw();
          },
        }),
      );
    fill(
      this.bar,
      labelled(
        t('Runs'),
        dropdown({
          label: t('Runs'),
          options: [
            { value: 'found', text: t('all that are found ({0})', found.length) },
            { value: 'ticked', text: t('those that are ticked') },
          ],
          value: isTicked ? 'ticked' : 'found',
          onChange: value => {
            state.set('plotRuns', value);
            this.draw();
          },
        }),
      ),
      hasMore && button({ label: t('Read the others too'), onClick: () => loadAll?.() }),
      pick('plotMetric', t('Metric'), [choice.metrics, choice.metric]),
      pick('plotX', t('Parameter'), [choice.params, choice.x]),
      choice.params.length > 1 && pick('plotY', t('Second parameter'), [choice.params, choice.y]),
    );
  }
}

/** What can be interpolated over is looked at first. */
const numeric = (columns: readonly PlotColumn[]): readonly string[] =>
  columns.filter(({ kind }) => kind === 'number').map(({ id }) => id);

type Pick = readonly [columns: readonly PlotColumn[], value: PlotColumn | undefined];

const labelled = (label: string, control: HTMLElement): HTMLElement =>
  h('span', { class: 'labelled' }, h('span', { class: 'muted' }, label), control);

const isParallel = (drawn: object): drawn is ParallelDrawn => 'axes' in drawn;
