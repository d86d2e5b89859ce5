import type { MetricSeries, RunSummary } from '../../engine/protocol/tracking';
import type { Evaluation } from '../../engine/protocol/evaluation';
import { ChartView } from '../shared/charts/chartView';
import { curveSpec } from '../shared/charts/curveSpec';
import { swatch } from '../shared/charts/legend';
import type { ChartSpec } from '../shared/charts/spec';
import { checkbox } from '../shared/components';
import { scrollingTable } from '../shared/dataTable';
import { fill, h } from '../shared/dom';
import { metric, short } from '../shared/format';
import { isRecord, parseJson } from '../shared/json';
import { t } from '../shared/l10n';
import type { Page } from '../shared/page';
import { onThemeChange } from '../shared/theme';
import { throttled } from '../shared/throttled';

/** More curves than this in one chart nobody can follow. */
export const mostCompared = 7;

interface Compared {
  readonly run: RunSummary;
  readonly slot: number;
  series: readonly MetricSeries[];
  roc?: Evaluation['binary'];
}

/** The ticked runs side by side: curves, latest values, ROC, and the parameters in which they differ. */
export class Compare {
  readonly element = h('section', { class: 'compare', attrs: { 'aria-label': t('Comparison') } });
  private readonly head = h('div', { class: 'row compare-head' });
  private readonly charts = h('div', { class: 'charts' });
  private readonly params = h('div');
  private readonly views = new Map<string, ChartView>();
  private readonly reload = throttled(700, () => void this.load());
  private compared: readonly Compared[] = [];
  private more = 0;

  constructor(
    private readonly page: Page,
    private readonly metrics: readonly string[],
  ) {
    fill(this.element, this.head, this.charts, this.params);
    onThemeChange(() => this.drawHead());
    page.channel.on('run/points', ({ runId }) => {
      if (this.compared.some(({ run }) => run.id === runId)) this.reload();
    });
  }

  show(runs: readonly RunSummary[], slotOf: (run: RunSummary) => number): void {
    const before = new Map(this.compared.map(one => [one.run.id, one]));
    const shown = runs.slice(0, mostCompared);
    this.compared = shown.map(run => ({ ...(before.get(run.id) ?? { series: [] }), run, slot: slotOf(run) }));
    this.element.hidden = runs.length === 0;
    this.more = runs.length - shown.length;
    this.drawHead();
    this.draw();
    if (runs.length > 0) this.reload();
  }

  private drawHead(): void {
    fill(
      this.head,
      h('h2', null, t('Compared')),
      this.compared.map(({ run, slot }) =>
        h('span', { class: 'chip' }, swatch({ slot }), `r-${run.number} ${run.name}`),
      ),
      this.more > 0 &&
        h('span', { class: 'muted' }, t('{0} more are ticked; charts show the first {1}.', this.more, mostCompared)),
    );
  }

  private async load(): Promise<void> {
    const { compared, page } = this;
    await Promise.all(
      compared.map(async one => {
        const { id, status } = one.run;
        if (one.series.length === 0 || status === 'RUNNING')
          one.series = await page.channel.call('runs/series', { runId: id, maxPoints: 500 }).catch(() => one.series);
        if (one.roc === undefined && 'auc' in one.run.metrics) {
          const roc = await this.binary(one.run);
          if (roc) one.roc = roc;
        }
      }),
    );
    if (compared === this.compared) this.draw();
  }

  private async binary({ id }: RunSummary): Promise<Evaluation['binary']> {
    const asked = { runId: id, path: 'evaluation.json', maxBytes: 16 << 20 };
    const file = await this.page.channel.call('runs/artifact', asked).catch(() => undefined);
    const value = file?.text === undefined ? undefined : parseJson(file.text);
    return isRecord(value) && isBinary(value['binary']) ? value['binary'] : undefined;
  }

  private draw(): void {
    const specs = [...this.latest(), ...this.curves(), ...this.roc()];
    for (const spec of specs) {
      const view = this.views.get(spec.title);
      if (view) view.update(spec);
      else this.views.set(spec.title, new ChartView(spec, this.page.channel));
    }
    const elements = specs.flatMap(({ title }) => this.views.get(title)?.element ?? []);
    const isSame =
      elements.length === this.charts.childElementCount &&
      elements.every((element, at) => this.charts.children[at] === element);
    if (!isSame) fill(this.charts, elements);
    fill(this.params, this.compared.length > 1 && this.paramsCard());
  }

  private latest(): ChartSpec[] {
    return this.metrics.flatMap(key => {
      const runs = this.compared.filter(({ run }) => Number.isFinite(run.metrics[key]?.value));
      if (runs.length === 0) return [];
      return {
        title: t('{0}, latest', key),
        summary: runs.map(({ run }) => `r-${run.number} ${metric(run.metrics[key]?.value ?? NaN)}`).join(', '),
        x: { label: t('Run') },
        y: { label: '', min: Math.min(0, ...runs.map(({ run }) => run.metrics[key]?.value ?? 0)) },
        categories: runs.map(({ run }) => `r-${run.number}`),
        height: 60 + runs.length * 24,
        series: [
          {
            label: key,
            slot: 0,
            slots: runs.map(({ slot }) => slot),
            points: runs.map(({ run }, x) => ({ x, y: run.metrics[key]?.value ?? NaN })),
          },
        ],
      };
    });
  }

  private curves(): ChartSpec[] {
    const keys = new Set(
      this.compared.flatMap(({ series }) => series.filter(({ total }) => total > 1).map(({ key }) => key)),
    );
    return [...keys].sort().map(key => {
      const curves = this.compared.flatMap(({ run, slot, series }) => {
        const found = series.find(one => one.key === key);
        return found ? [{ label: `r-${run.number}`, slot, series: found, start: run.startedAt }] : [];
      });
      return curveSpec(key, curves, { byTime: false, log: false, smoothing: 0 });
    });
  }

  private roc(): ChartSpec[] {
    const found = this.compared.flatMap(({ run, slot, roc }) => (roc ? [{ run, slot, roc }] : []));
    if (found.length === 0) return [];
    const auc = (run: RunSummary): string => metric(run.metrics['auc']?.value ?? NaN);
    return [
      {
        title: t('ROC curves'),
        summary: found.map(({ run }) => t('r-{0}: AUC {1}', run.number, auc(run))).join(', '),
        x: { label: t('False positive rate'), min: 0, max: 1 },
        y: { label: t('True positive rate'), min: 0, max: 1 },
        series: [
          ...found.map(({ run, slot, roc }) => ({
            label: t('r-{0}: AUC {1}', run.number, auc(run)),
            slot,
            points: roc.roc.x.map((x, index) => ({ x, y: roc.roc.y[index] ?? NaN })),
          })),
          {
            label: t('Chance'),
            slot: 'reference',
            points: [
              { x: 0, y: 0 },
              { x: 1, y: 1 },
            ],
          },
        ],
      },
    ];
  }

  private paramsCard(): HTMLElement {
    const { state } = this.page;
    const differencesOnly = state.flag('differencesOnly') ?? true;
    const rows = comparedValues(
      this.compared.map(({ run }) => run),
      differencesOnly,
    );
    const columns = [{ title: t('Parameter') }, ...this.compared.map(({ run }) => ({ title: `r-${run.number}` }))];
    const toggle = checkbox({
      label: t('Differences only'),
      checked: differencesOnly,
      onChange: checked => {
        state.set('differencesOnly', checked);
        fill(this.params, this.paramsCard());
      },
    });
    const table =
      rows.length > 0
        ? scrollingTable(
            t('Parameters'),
            columns,
            rows.map(([key = '', ...values]) => [key, ...values.map(value => h('span', { class: 'mono' }, value))]),
          )
        : h('p', { class: 'muted' }, t('All parameters are the same.'));
    return h(
      'section',
      { class: 'card params' },
      h('div', { class: 'card-head' }, h('h2', null, t('Parameters')), toggle),
      table,
    );
  }
}

/** Key and the value of each run: parameters, then what they were made from. */
export function comparedValues(runs: readonly RunSummary[], differencesOnly: boolean): readonly (readonly string[])[] {
  const keys = [...new Set(runs.flatMap(({ params }) => Object.keys(params)))].sort();
  const rows = [
    ...keys.map(key => [key, ...runs.map(({ params }) => params[key] ?? '–')]),
    [
      t('data version'),
      ...runs.map(
        ({ inputs }) =>
          [...new Set(inputs.map(({ dataset, digest }) => `${dataset} ${short(digest)}`))].join(', ') || '–',
      ),
    ],
    [t('commit'), ...runs.map(({ tags }) => short(tags['mlflow.source.git.commit'] ?? '–'))],
  ];
  return differencesOnly ? rows.filter(([, ...values]) => new Set(values).size > 1) : rows;
}

const isBinary = (value: unknown): value is NonNullable<Evaluation['binary']> =>
  isRecord(value) && isRecord(value['roc']) && Array.isArray(value['roc']['x']) && Array.isArray(value['roc']['y']);
