import type { FeatureViewDetail } from '../../../engine/protocol/features';
import type { FeatureStatistics } from '../../../engine/protocol/featureMonitoring';
import { ChartView } from '../../shared/charts/chartView';
import { fill, h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { driftSpec } from './driftSpec';
import { revealed } from './revealed';
import type { ViewContext } from './viewContext';

/** How features lie beside what they are compared with: those that have drifted too far, and those that somebody asks for. */
export class DriftSection {
  readonly element = h('section', { class: 'stack', attrs: { 'aria-label': t('Drift') } });
  private readonly heading = h('h2', null, t('Drift'));
  private readonly charts = h('div', { class: 'charts' });
  private readonly drawn = new Map<string, ChartView>();
  private readonly asked = new Set<string>();
  private last: readonly [FeatureViewDetail, readonly FeatureStatistics[], number | undefined] | undefined;

  constructor(private readonly context: Pick<ViewContext, 'channel'>) {}

  /** `window`: days of which the features are looked at that are no alert; an alert says itself what it is of. */
  update(view: FeatureViewDetail, statistics: readonly FeatureStatistics[], window: number | undefined): void {
    this.last = [view, statistics, window];
    const users = usersOf(view);
    const bound = view.monitor?.drift;
    const found = view.features.flatMap(({ name }) => {
      const own = statistics.filter(one => one.feature === name && one.of === 'source');
      const alert = view.alerts.find(one => one.kind === 'drift' && one.feature === name);
      if (alert === undefined && !this.asked.has(name)) return [];
      const judged = alert && own.find(({ drift }) => drift === alert.value);
      const one = judged ?? own.find(each => each.window === window);
      const limit = alert?.bound ?? bound;
      const spec = one && driftSpec(one, { users, ...(limit !== undefined && { bound: limit }) });
      return spec ? [{ name, spec }] : [];
    });
    for (const [name, chart] of this.drawn) {
      if (found.some(one => one.name === name)) continue;
      chart.dispose();
      this.drawn.delete(name);
    }
    const elements = found.map(({ name, spec }) => {
      const known = this.drawn.get(name);
      known?.update(spec);
      const chart = known ?? new ChartView(spec, this.context.channel);
      this.drawn.set(name, chart);
      return chart.element;
    });
    this.element.hidden = elements.length === 0;
    fill(this.charts, elements);
    fill(this.element, this.heading, this.charts);
  }

  /** Shows that of a feature as well, and brings it into sight. */
  open(name: string): void {
    this.asked.add(name);
    if (this.last) this.update(...this.last);
    revealed(this.drawn.get(name)?.element);
  }
}

const usersOf = ({ consumers: { models, endpoints } }: FeatureViewDetail): readonly string[] => [
  ...models.map(({ model, version, stage }) => `${model} v${version}${stage === undefined ? '' : ` (${stage})`}`),
  ...endpoints.map(endpoint => t('the server of {0}', endpoint)),
];
