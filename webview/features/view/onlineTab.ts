import type { FeatureViewDetail } from '../../../engine/protocol/features';
import type { Materialisation } from '../../../engine/protocol/featureOnline';
import { button, emptyState } from '../../shared/components';
import { scrollingTable } from '../../shared/dataTable';
import type { Child } from '../../shared/dom';
import { fill, h } from '../../shared/dom';
import { count, dateTime, duration } from '../../shared/format';
import { keepFocus } from '../../shared/keepFocus';
import { t } from '../../shared/l10n';
import { statusMark } from '../../shared/status';
import { when } from '../words';
import type { ViewContext, ViewTab } from './viewContext';
import type { ViewData } from './viewStore';

/** How fresh the values are that are served, and how they came to be there. */
export class OnlineTab implements ViewTab {
  readonly element = h('div', { class: 'stack' });
  private drawn = '';

  constructor(private readonly context: ViewContext) {}

  update({ view }: ViewData): void {
    const key = JSON.stringify([view.freshness, view.materialisations, this.context.trusted(), minute()]);
    if (key === this.drawn) return;
    this.drawn = key;
    keepFocus(this.element, () => fill(this.element, this.parts(view)));
  }

  private parts(view: FeatureViewDetail): readonly Child[] {
    if (view.kind === 'on-demand')
      return [
        emptyState(t('Nothing is kept of it'), t('Its values are computed from the request and from other views.')),
      ];
    const { materialisations } = view;
    return [
      factsOf(view),
      this.buttons(view),
      materialisations.length === 0
        ? emptyState(
            t('Not online yet'),
            t('Materialising brings the newest value of each entity into the online store.'),
          )
        : materialisationsTable(materialisations),
    ];
  }

  private buttons({ name, place }: FeatureViewDetail): HTMLElement {
    const { change, trusted } = this.context;
    const disabled = !trusted() || place === undefined;
    return h(
      'div',
      { class: 'row' },
      button({
        ...{ label: t('Materialise what is new'), disabled },
        title: t('From where the last materialisation ended, the first time from now − ttl'),
        onClick: () => change('materialise', { view: name, full: false }),
      }),
      button({
        ...{ label: t('Materialise everything'), disabled },
        onClick: () => change('materialise', { view: name, full: true }),
      }),
      button({ label: t('Get values…'), disabled, onClick: () => change('online', { view: name }) }),
    );
  }
}

const minute = (): number => Math.floor(Date.now() / 60_000);

function factsOf({ freshness }: FeatureViewDetail): HTMLElement {
  const { newestEvent, readAt, materialisedTo, isEmpty, online, entities, pushedTo } = freshness;
  const facts: readonly (readonly [string, Child])[] = [
    [t('Newest event in the source'), when(newestEvent)],
    [t('Source read'), when(readAt)],
    [t('Materialised up to'), when(materialisedTo)],
    ...(online === undefined ? [] : [[t('Entities online'), count(online)] as const]),
    ...(isEmpty ? [[t('State'), t('no rows were found: nothing is online')] as const] : []),
    [t('Entities in the source'), entities === undefined ? '–' : count(entities)],
    ...(pushedTo === undefined ? [] : [[t('Pushed up to'), when(pushedTo)] as const]),
  ];
  return h(
    'dl',
    { class: 'facts' },
    facts.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))),
  );
}

function materialisationsTable(all: readonly Materialisation[]): HTMLElement {
  const columns = [
    ...[t('State'), t('Version'), t('Events from'), t('to'), t('Rows'), t('Entities'), t('Started'), t('Took')],
    t('Why not'),
  ].map((title, at) => ({ title, numeric: at === 4 || at === 5 }));
  return scrollingTable(
    t('Materialisations'),
    columns,
    all.map(one => [
      materialisationStatus(one),
      `v${one.version}`,
      one.from === undefined ? t('the beginning') : dateTime(one.from),
      dateTime(one.to),
      count(one.rows),
      count(one.written),
      when(one.startedAt),
      one.endedAt === undefined ? '–' : duration(one.endedAt - one.startedAt),
      one.problem ?? '',
    ]),
  );
}

function materialisationStatus({ status }: Pick<Materialisation, 'status'>): HTMLElement {
  switch (status) {
    case 'running':
      return statusMark('dot', 'live', t('running'));
    case 'complete':
      return statusMark('pass', 'good', t('done'));
    case 'failed':
      return statusMark('fail', 'bad', t('failed'));
    case 'cancelled':
      return statusMark('stop', 'warn', t('cancelled'));
    case 'interrupted':
      return statusMark('stop', 'bad', t('interrupted'));
  }
}
