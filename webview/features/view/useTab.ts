import type { FeatureViewDetail } from '../../../engine/protocol/features';
import type { FeatureAlert } from '../../../engine/protocol/featureMonitoring';
import { emptyState } from '../../shared/components';
import { scrollingTable } from '../../shared/dataTable';
import type { Child } from '../../shared/dom';
import { fill, h } from '../../shared/dom';
import { metric, percent } from '../../shared/format';
import { keepFocus } from '../../shared/keepFocus';
import { t } from '../../shared/l10n';
import { linkButton } from '../../shared/linkButton';
import { statusMark } from '../../shared/status';
import { span, when } from '../words';
import type { ViewContext, ViewTab } from './viewContext';
import type { ViewData } from './viewStore';

/** What is wrong with the values, and who depends on them. */
export class UseTab implements ViewTab {
  readonly element = h('div', { class: 'stack' });

  constructor(private readonly context: ViewContext) {}

  update({ view }: ViewData): void {
    keepFocus(this.element, () =>
      fill(this.element, h('h2', null, t('Alerts')), this.alerts(view), h('h2', null, t('Used by')), this.users(view)),
    );
  }

  private alerts(view: FeatureViewDetail): HTMLElement {
    const bounds = h('p', { class: 'muted' }, boundsText(view));
    const { alerts } = view;
    if (alerts.length === 0) return h('div', { class: 'stack' }, h('p', null, t('No alerts.')), bounds);
    const columns = [t('Alert'), t('Feature'), t('Value'), t('Bound'), t('Since'), t('What')].map((title, at) => ({
      ...{ title, numeric: at === 2 || at === 3 },
    }));
    const rows = alerts.map(({ kind, feature, value, bound, since, message }) => [
      statusMark('warn', 'warn', alertWord(kind)),
      feature === undefined
        ? t('the whole view')
        : linkButton(feature, () => this.context.reveal(feature), { title: t('Show the values of {0}', feature) }),
      measure(kind, value),
      kind === 'drift' ? String(bound) : measure(kind, bound),
      when(since),
      message,
    ]);
    return h('div', { class: 'stack' }, scrollingTable(t('Alerts'), columns, rows), bounds);
  }

  private users({ consumers: { services, models, endpoints } }: FeatureViewDetail): HTMLElement {
    const { act, change } = this.context;
    const rows: readonly (readonly Child[])[] = [
      ...services.map(service => [
        linkButton(service, () => change('definition', { service })),
        t('service'),
        linkButton(t('Preview join…'), () => change('preview', { service }), {
          title: t('Preview a join of {0}', service),
        }),
      ]),
      ...models.map(({ model, version, stage }) => [
        linkButton(`${model} v${version}`, () => act('host/openModel', { model })),
        t('model version'),
        stage ?? '',
      ]),
      ...endpoints.map(endpoint => [endpoint, t('endpoint'), t('serves it now')]),
    ];
    if (rows.length === 0)
      return emptyState(
        t('Nobody uses it yet'),
        t('A feature service names the features of a model; a training set made from it says which.'),
      );
    return scrollingTable(
      t('Used by'),
      [t('Name'), t('Kind'), t('More')].map(title => ({ title })),
      rows,
    );
  }
}

/** What the view is held to, or how it would be. */
function boundsText({ kind, monitor = {}, ttl }: FeatureViewDetail): string {
  if (kind === 'on-demand') return t('A view that is computed when it is asked for is watched by what it uses.');
  const age = monitor.max_age ?? ttl;
  const bounds = [
    ...(age === undefined ? [] : [t('age {0}', span(age))]),
    ...(monitor.null_rate === undefined ? [] : [t('missing values {0}', percent(monitor.null_rate))]),
    ...(monitor.drift === undefined ? [] : [t('drift {0}', monitor.drift)]),
    ...(monitor.skew === undefined ? [] : [t('skew {0}', percent(monitor.skew))]),
  ];
  return bounds.length === 0
    ? t('Nothing bounds its values. `monitor: {drift: 0.2, null_rate: 0.05}` in the view does; Check judges by it.')
    : t('Bounds: {0}. Check judges by them.', bounds.join(', '));
}

/** What an alert of the kind is measured in. */
function measure(kind: FeatureAlert['kind'], value: number): string {
  switch (kind) {
    case 'age':
      return span(value);
    case 'nulls':
    case 'skew':
      return percent(value);
    case 'drift':
      return metric(value);
  }
}

function alertWord(kind: FeatureAlert['kind']): string {
  switch (kind) {
    case 'age':
      return t('too old');
    case 'nulls':
      return t('missing values');
    case 'drift':
      return t('drift');
    case 'skew':
      return t('skew');
  }
}
