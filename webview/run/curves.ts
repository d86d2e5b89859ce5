import type { MetricSeries } from '../../engine/protocol/tracking';
import { checkbox, dropdown, emptyState, failure } from '../shared/components';
import { ChartView } from '../shared/charts/chartView';
import { curveSpec } from '../shared/charts/curveSpec';
import { slider } from '../shared/slider';
import { fill, h } from '../shared/dom';
import { percent } from '../shared/format';
import { t } from '../shared/l10n';
import { throttled } from '../shared/throttled';
import type { RunContext } from './context';
import type { RunData } from './runStore';
import type { RunTab } from './tab';

const maxPoints = 1000;

/** Metrics over steps or time; grows while the run logs. */
export class CurvesTab implements RunTab {
  readonly element = h('div', { class: 'curves' });
  private readonly bar = h('div', { class: 'row chart-bar' });
  private readonly grid = h('div', { class: 'charts' });
  private readonly views = new Map<string, ChartView>();
  private readonly reload = throttled(500, () => void this.load());
  private series: readonly MetricSeries[] | undefined;
  private data: RunData | undefined;

  constructor(private readonly context: RunContext) {
    const { state } = context;
    const change = (key: string) => (value: unknown) => {
      state.set(key, value);
      this.draw();
    };
    fill(
      this.bar,
      dropdown({
        label: t('Horizontal axis'),
        options: [
          { value: 'step', text: t('by step') },
          { value: 'time', text: t('by time') },
        ],
        value: state.text('curveX') ?? 'step',
        onChange: change('curveX'),
      }),
      checkbox({ label: t('Logarithmic'), checked: state.flag('curveLog') ?? false, onChange: change('curveLog') }),
      slider({
        label: t('Smoothing'),
        max: 0.99,
        step: 0.01,
        value: state.number('curveSmooth') ?? 0,
        format: percent,
        onInput: change('curveSmooth'),
      }),
    );
    context.channel.on('run/points', ({ runId }) => {
      if (runId === this.data?.run.id && this.element.isConnected) this.reload();
    });
  }

  update(data: RunData): void {
    const isNew = this.data?.run.metrics !== data.run.metrics;
    this.data = data;
    if (isNew) this.reload();
  }

  private async load(): Promise<void> {
    if (!this.data) return;
    try {
      this.series = await this.context.channel.call('runs/series', { runId: this.data.run.id, maxPoints });
      this.draw();
    } catch (error) {
      fill(this.element, failure(error));
    }
  }

  private draw(): void {
    const curves = (this.series ?? []).filter(({ total }) => total > 1);
    if (curves.length === 0) {
      const isRunning = this.data?.run.status === 'RUNNING';
      const hint = isRunning
        ? t('A metric that is logged more than once is drawn here as it grows.')
        : t(
            'Every metric of this run has one value only; Overview lists them. A neural network logs its loss at each epoch.',
          );
      fill(this.element, emptyState(t('No curves'), hint));
      return;
    }
    const { state } = this.context;
    const look = {
      byTime: state.text('curveX') === 'time',
      log: state.flag('curveLog') ?? false,
      smoothing: state.number('curveSmooth') ?? 0,
    };
    for (const curve of curves) {
      const spec = curveSpec(
        curve.key,
        [{ label: curve.key, slot: 0, series: curve, start: this.data?.run.startedAt ?? 0 }],
        look,
      );
      const view = this.views.get(curve.key);
      if (view) view.update(spec);
      else this.views.set(curve.key, new ChartView(spec, this.context.channel));
    }
    const shown = curves.flatMap(({ key }) => this.views.get(key)?.element ?? []);
    if (shown.length !== this.grid.childElementCount) fill(this.grid, shown);
    if (this.grid.parentElement !== this.element) fill(this.element, this.bar, this.grid);
  }
}
