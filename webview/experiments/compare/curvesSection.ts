import type { Range } from '../../../engine/charts/range';
import type { CurveKey, CurveX } from '../../../engine/protocol/curves';
import { button, checkbox, dropdown, emptyState, failure, textField } from '../../shared/components';
import { moreButton } from '../../shared/moreButton';
import { fill, h } from '../../shared/dom';
import { percent } from '../../shared/format';
import { t } from '../../shared/l10n';
import type { Page } from '../../shared/page';
import { slider } from '../../shared/slider';
import { throttled } from '../../shared/throttled';
import { ChartGrid } from './chartGrid';
import { CurveLoader } from './curveLoader';
import type { CurveLook } from './curveModel';
import { curveSpec } from './curveModel';
import type { Comparison, Section } from './section';

/** Charts that are shown at once. */
const pageSize = 12;
const liveEvery = 1000;

/** The metrics of the runs over steps or time; the charts share what is looked at and where the cursor is. */
export class CurvesSection implements Section {
  readonly element = h('div');
  private readonly bar = h('div', { class: 'row chart-bar' });
  private readonly reset: HTMLElement;
  private readonly message = h('div');
  private readonly more = h('div', { class: 'row' });
  private readonly grid: ChartGrid;
  private readonly loader: CurveLoader;
  private readonly live = throttled(liveEvery, () => void this.refresh());
  private comparison: Comparison | undefined;
  private keys: readonly CurveKey[] = [];
  private asked = '';
  private answered = '';
  private shown = pageSize;

  constructor(private readonly page: Page) {
    const { channel } = page;
    this.grid = new ChartGrid(channel, {
      onRange: range => this.zoom(range),
      onCursor: x => this.grid.showCursor(x),
    });
    this.loader = new CurveLoader(
      channel,
      () => this.draw(),
      error => fill(this.message, failure(error)),
    );
    this.reset = button({ label: t('Show all'), title: t('Ends the zoom'), onClick: () => this.zoom(undefined) });
    this.fillBar();
    fill(this.element, this.bar, this.message, this.grid.element, this.more);
    channel.on('run/points', ({ runId, points }) => {
      if (!this.comparison?.compared.some(({ run }) => run.id === runId)) return;
      this.loader.touch(points.map(({ key }) => key));
      this.live();
    });
  }

  show(comparison: Comparison): void {
    this.comparison = comparison;
    void this.refresh();
  }

  private get look(): CurveLook {
    const { state } = this.page;
    const kept = state.text('curveX');
    const x: CurveX = kept === 'time' || kept === 'relative' ? kept : 'step';
    const { from, to } = state.numbers('curveRange');
    const range = from !== undefined && to !== undefined && to > from ? ([from, to] as const) : undefined;
    return {
      x,
      range,
      log: state.flag('curveLog') ?? false,
      smoothing: state.number('curveSmooth') ?? 0,
      band: state.flag('curveBand') ?? true,
    };
  }

  private fillBar(): void {
    const { state } = this.page;
    const { x, log, smoothing, band } = this.look;
    const set = (key: string) => (value: unknown) => {
      state.set(key, value);
      this.draw();
    };
    fill(
      this.bar,
      dropdown({
        label: t('Horizontal axis'),
        options: [
          { value: 'step', text: t('by step') },
          { value: 'time', text: t('by time of day') },
          { value: 'relative', text: t('by time since start') },
        ],
        value: x,
        onChange: value => {
          state.set('curveX', value);
          this.zoom(undefined); // a range of steps is none of times
        },
      }),
      checkbox({ label: t('Logarithmic'), checked: log, onChange: set('curveLog') }),
      checkbox({
        label: t('Band'),
        title: t('The least and greatest value around the mean, where a point stands for many'),
        checked: band,
        onChange: set('curveBand'),
      }),
      slider({
        label: t('Smoothing'),
        max: 0.99,
        step: 0.01,
        value: smoothing,
        format: percent,
        onInput: set('curveSmooth'),
      }),
      textField({
        label: t('Metrics whose name contains'),
        placeholder: t('Find metrics'),
        value: state.text('curveFind') ?? '',
        onInput: value => {
          this.shown = pageSize;
          state.set('curveFind', value);
          this.draw();
        },
      }),
      this.reset,
      h(
        'span',
        { class: 'muted hint' },
        t('Drag to zoom, double-click for all; by keyboard: + − 0, arrows, Shift+arrows.'),
      ),
    );
  }

  private zoom(range: Range | undefined): void {
    const isSteps = this.look.x === 'step' && range && range[1] - range[0] > 2;
    const part = isSteps ? [Math.floor(range[0]), Math.ceil(range[1])] : range;
    this.page.state.set('curveRange', part ? { from: part[0], to: part[1] } : {});
    this.draw();
  }

  /** Which metrics there are, and their curves. */
  private async refresh(): Promise<void> {
    const { comparison } = this;
    if (!comparison || !this.element.isConnected) return;
    const runIds = comparison.compared.map(({ run }) => run.id);
    const question = runIds.join();
    const isLive = comparison.compared.some(({ run }) => run.status === 'RUNNING');
    if (isLive || this.asked !== question) {
      this.asked = question;
      try {
        const keys = await this.page.channel.call('runs/curveKeys', { runIds });
        if (this.asked !== question) return;
        this.answered = question;
        this.keys = keys.filter(({ points }) => points > 1);
        fill(this.message);
      } catch (error) {
        if (this.asked !== question) return;
        this.asked = '';
        fill(this.message, failure(error));
        return;
      }
    }
    this.draw();
  }

  private draw(): void {
    const { comparison, look } = this;
    if (!comparison) return;
    const find = (this.page.state.text('curveFind') ?? '').toLowerCase();
    const found = this.keys.filter(({ key }) => key.toLowerCase().includes(find));
    const shown = found.slice(0, this.shown).map(({ key }) => key);
    this.loader.ask(shown, {
      runIds: comparison.compared.map(({ run }) => run.id),
      x: look.x,
      range: look.range,
    });
    this.reset.hidden = look.range === undefined;
    this.grid.show(
      shown.flatMap(key => {
        const answer = this.loader.get(key);
        const spec = answer?.x === look.x ? curveSpec(answer, comparison.compared, look) : undefined;
        return spec ?? [];
      }),
    );
    const rest = found.length - shown.length;
    fill(
      this.more,
      moreButton(rest, pageSize, () => {
        this.shown += pageSize;
        this.draw();
      }),
      this.answered === this.asked && this.asked !== '' && found.length === 0 && this.nothing(),
    );
  }

  private nothing(): HTMLElement {
    if (this.keys.length > 0) return emptyState(t('No metric of this name'), t('Change what is searched for.'));
    return emptyState(t('No curves'), t('A metric that is logged more than once is drawn here as it grows.'));
  }
}
