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
      fill(this.element, h('h2', null, t('Alerts')), alerts(view), h('h2', null, t('Used by')), this.users(view)),
    );
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

function alerts({ alerts: all }: FeatureViewDetail): HTMLElement {
  if (all.length === 0) return h('p', { class: 'muted' }, t('No alerts.'));
  const columns = [t('Alert'), t('Feature'), t('Value'), t('Bound'), t('Since'), t('What')].map((title, at) => ({
    ...{ title, numeric: at === 2 || at === 3 },
  }));
  return scrollingTable(
    t('Alerts'),
    columns,
    all.map(({ kind, feature, value, bound, since, message }) => [
      statusMark('warn', 'warn', alertWord(kind)),
      feature ?? t('the whole view'),
      measure(kind, value),
      measure(kind, bound),
      when(since),
      message,
    ]),
  );
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
