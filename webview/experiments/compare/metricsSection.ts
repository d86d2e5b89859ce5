import type { ChartSpec } from '../../../engine/charts/spec';
import { checkbox, emptyState } from '../../shared/components';
import { fill, h } from '../../shared/dom';
import { metric } from '../../shared/format';
import { t } from '../../shared/l10n';
import type { Page } from '../../shared/page';
import { ChartGrid } from './chartGrid';
import type { Compared, Comparison, Section } from './section';
import { runLabel } from './section';

/** More at once say nothing more. */
const most = 24;

/** The latest value of each metric, run by run. */
export class MetricsSection implements Section {
  readonly element = h('div');
  private readonly grid: ChartGrid;
  private readonly bar = h('div', { class: 'row chart-bar' });
  private last: Comparison | undefined;

  constructor(private readonly page: Page) {
    this.grid = new ChartGrid(page.channel);
    fill(this.element, this.bar, this.grid.element);
  }

  show(comparison: Comparison): void {
    this.last = comparison;
    const { compared } = comparison;
    const { state, init } = this.page;
    const all = [...new Set(compared.flatMap(({ run }) => Object.keys(run.metrics)))].sort();
    const chosen = init.metrics.filter(key => all.includes(key));
    const others = all.filter(key => !chosen.includes(key));
    const isAll = chosen.length === 0 || (state.flag('allMetrics') ?? false);
    const keys = isAll ? [...chosen, ...others].slice(0, most) : chosen;
    const toggle = checkbox({
      label: t('All metrics ({0})', all.length),
      checked: isAll,
      onChange: checked => {
        state.set('allMetrics', checked);
        if (this.last) this.show(this.last);
      },
    });
    fill(
      this.bar,
      chosen.length > 0 && others.length > 0 && toggle,
      isAll && all.length > most && h('span', { class: 'muted' }, t('The first {0} of {1}.', most, all.length)),
      all.length === 0 && emptyState(t('No metrics'), t('None of these runs has logged a metric.')),
    );
    this.grid.show(keys.flatMap(key => latest(key, compared)));
  }
}

function latest(key: string, compared: readonly Compared[]): ChartSpec[] {
  const shown = compared.filter(({ run }) => Number.isFinite(run.metrics[key]?.value));
  if (shown.length === 0) return [];
  const valueOf = ({ run }: Compared): number => run.metrics[key]?.value ?? NaN;
  return [
    {
      title: t('{0}, latest', key),
      summary: shown.map(one => `${runLabel(one.run)} ${metric(valueOf(one))}`).join(', '),
      x: { label: t('Run') },
      y: { label: '', min: Math.min(0, ...shown.map(valueOf)) },
      categories: shown.map(({ run }) => runLabel(run)),
      height: 60 + shown.length * 24,
      series: [
        {
          label: key,
          slot: 0,
          slots: shown.map(({ slot }) => slot),
          points: shown.map((one, x) => ({ x, y: valueOf(one) })),
        },
      ],
    },
  ];
}
