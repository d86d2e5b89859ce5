import { contour } from '../../engine/charts/plots/contour';
import type { PlotColumn } from '../../engine/charts/plots/columns';
import { courses } from '../../engine/charts/plots/courses';
import type { Brushes, ParallelDrawn, ParallelPlot } from '../../engine/charts/plots/parallel';
import { parallel } from '../../engine/charts/plots/parallel';
import { scatter } from '../../engine/charts/plots/scatter';
import { timeline } from '../../engine/charts/plots/timeline';
import type { ChartSpec } from '../../engine/charts/spec';
import type { Study } from '../../engine/protocol/tuning';
import { Brushing } from '../shared/charts/brushing';
import { ChartView } from '../shared/charts/chartView';
import { importanceSpec } from '../shared/charts/importanceChart';
import { PlotView } from '../shared/charts/plotView';
import { dropdown, emptyState } from '../shared/components';
import { fill, h } from '../shared/dom';
import { isRunId } from '../shared/ids';
import { t } from '../shared/l10n';
import type { Page } from '../shared/page';
import type { TrialPlots } from './plotTrials';
import { plotTrials, trialCourses, trialSpans, usualAxis, usualPartner } from './plotTrials';
import { edfSpec, historySpec, paretoSpec } from './specs';

/** More axes than these stand too close. */
const mostAxes = 12;

interface Axes {
  readonly x: PlotColumn | undefined;
  readonly y: PlotColumn | undefined;
}

/** The pictures of a study; they grow while it runs. */
export class StudyCharts {
  readonly element = h('div', { class: 'stack' });
  private readonly bar = h('div', { class: 'row chart-bar' });
  private readonly message = h('div');
  private readonly first = h('div', { class: 'charts' });
  private readonly second = h('div', { class: 'charts' });
  private readonly charts = new Map<string, ChartView>();
  private readonly plots: Readonly<Record<'slice' | 'contour' | 'rank' | 'courses' | 'timeline', PlotView>>;
  private readonly lines: PlotView<ParallelPlot>;
  private readonly brushing: Brushing;
  private brushes: Brushes = {};
  private computing = new AbortController();
  private computed = '';
  private study: Study | undefined;

  constructor(private readonly page: Page) {
    const { channel } = page;
    const onOpen = (run: string): void => {
      if (isRunId(run)) void channel.call('host/openRun', { runId: run });
    };
    const plot = (): PlotView => new PlotView({ channel, onOpen });
    this.plots = { slice: plot(), contour: plot(), rank: plot(), courses: plot(), timeline: plot() };
    this.lines = new PlotView<ParallelPlot>({
      channel,
      onOpen,
      onDrawn: (svg, drawn) => isParallel(drawn) && this.brushing.over(svg, drawn),
    });
    this.brushing = new Brushing(
      this.lines.picture,
      () => this.brushes,
      brushes => {
        this.brushes = brushes;
        if (this.study) this.drawLines(plotTrials(this.study));
      },
    );
    fill(this.element, this.message, this.first, this.bar, this.lines.element, this.second);
  }

  update(study: Study): void {
    this.study = study;
    const trials = plotTrials(study);
    const isEnough = trials.runs.length > 1;
    fill(
      this.message,
      !isEnough &&
        emptyState(t('Nothing to draw yet'), t('The pictures begin with the second trial that is complete.')),
    );
    for (const part of [this.first, this.bar, this.lines.element, this.second]) part.hidden = !isEnough;
    if (!isEnough) return;
    const at = this.objective();
    this.chart('history', historySpec(study, at), this.first);
    const front = paretoSpec(study);
    if (front) this.chart('pareto', front, this.first);
    this.chart('edf', edfSpec(study, at), this.first);
    const { per, metric } = study.reported;
    if (per === 'iteration' || study.steps > 1) {
      const x = per === 'fold' ? t('Fold') : t('Round or epoch');
      this.plots.courses.update(courses({ courses: trialCourses(study), x, y: metric, t }));
      this.place(this.plots.courses, this.first);
    }
    this.plots.timeline.update(timeline(trialSpans(study, Date.now()), t));
    this.place(this.plots.timeline, this.first);
    this.fillBar(trials);
    this.drawLines(trials);
    this.drawParams(trials);
    void this.drawImportance(trials);
  }

  private objective(): number {
    const wanted = this.page.state.text('studyObjective');
    const found = this.study?.objectives.findIndex(({ metric }) => metric === wanted) ?? 0;
    return Math.max(0, found);
  }

  private drawLines({ runs, params, objectives }: TrialPlots): void {
    const color = objectives[this.objective()];
    const axes = [...params.slice(0, mostAxes - objectives.length), ...objectives];
    this.lines.update(parallel({ columns: axes, runs, brushes: this.brushes, slotOf: () => 0, t, color }));
  }

  private drawParams({ runs, params, objectives, rank }: TrialPlots): void {
    const metric = objectives[this.objective()];
    const { x, y } = this.axes(params);
    this.second.hidden = metric === undefined || x === undefined;
    if (metric === undefined || x === undefined) return;
    const slotOf = (): number => 0;
    const title = t('Slice: {0} by {1}', metric.title, x.title);
    this.plots.slice.update({
      ...scatter({ x, y: metric, color: y, runs, slotOf, t }),
      title,
    });
    this.place(this.plots.slice, this.second);
    const canInterpolate = x.kind === 'number' && y?.kind === 'number';
    this.plots.contour.element.hidden = !canInterpolate;
    this.plots.rank.element.hidden = y === undefined;
    if (canInterpolate) this.plots.contour.update(contour({ x, y, metric, runs, t }));
    if (y) {
      const ranked = scatter({ x, y, color: rank(this.objective()), runs, slotOf, t });
      this.plots.rank.update({ ...ranked, title: t('Rank over {0} and {1}', x.title, y.title) });
    }
    this.place(this.plots.contour, this.second);
    this.place(this.plots.rank, this.second);
  }

  private async drawImportance({ params, objectives, runs }: TrialPlots): Promise<void> {
    const metric = objectives[this.objective()];
    if (metric === undefined) return;
    const question = JSON.stringify([metric.id, metric.values, params.map(({ id }) => id), runs.length]);
    if (question === this.computed) return;
    this.computed = question;
    this.computing.abort();
    const mine = (this.computing = new AbortController());
    try {
      const spec = await importanceSpec({ params, metric }, mine.signal);
      if (!mine.signal.aborted) this.chart('importance', spec, this.second);
    } catch (error) {
      if (!mine.signal.aborted) throw error;
    }
  }

  private chart(key: string, spec: ChartSpec, where: HTMLElement): void {
    const known = this.charts.get(key);
    if (known) {
      known.update(spec);
      return;
    }
    const made = new ChartView(spec, this.page.channel);
    this.charts.set(key, made);
    where.append(made.element);
  }

  private place({ element }: PlotView, where: HTMLElement): void {
    if (!element.isConnected) where.append(element);
  }

  /** The parameters that were chosen, else two of which many trials have both. */
  private axes(params: readonly PlotColumn[]): Axes {
    const wanted = (key: string, columns: readonly PlotColumn[]): PlotColumn | undefined =>
      columns.find(({ id }) => id === this.page.state.text(key));
    const x = wanted('studyX', params) ?? usualAxis(params);
    const others = params.filter(one => one !== x);
    return { x, y: wanted('studyY', others) ?? (x && usualPartner(x, others)) };
  }

  private fillBar({ params }: TrialPlots): void {
    const objectives = this.study?.objectives ?? [];
    const { x, y } = this.axes(params);
    const text = JSON.stringify([params.map(({ id }) => id), objectives, x?.id, y?.id]);
    if (this.bar.dataset['choice'] === text) return;
    this.bar.dataset['choice'] = text;
    const pick = (
      key: string,
      label: string,
      { options, value }: { options: readonly { value: string; text: string }[]; value: string | undefined },
    ): HTMLElement =>
      h(
        'span',
        { class: 'labelled' },
        h('span', { class: 'muted' }, label),
        dropdown({
          label,
          options,
          value: value ?? options[0]?.value ?? '',
          onChange: chosen => {
            this.page.state.set(key, chosen);
            if (this.study) this.update(this.study);
          },
        }),
      );
    const names = params.map(({ id }) => ({ value: id, text: id.replace(/^params\./, '') }));
    fill(
      this.bar,
      objectives.length > 1 &&
        pick('studyObjective', t('Metric'), {
          options: objectives.map(({ metric }) => ({ value: metric, text: metric })),
          value: objectives[this.objective()]?.metric,
        }),
      pick('studyX', t('Parameter'), { options: names, value: x?.id }),
      names.length > 1 && pick('studyY', t('Second parameter'), { options: names, value: y?.id }),
    );
  }
}

const isParallel = (drawn: object): drawn is ParallelDrawn => 'axes' in drawn;
