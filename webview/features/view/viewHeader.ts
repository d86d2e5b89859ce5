import type { FeatureViewDetail } from '../../../engine/protocol/features';
import { button } from '../../shared/components';
import type { Child } from '../../shared/dom';
import { fill, h } from '../../shared/dom';
import { keepFocus } from '../../shared/keepFocus';
import { t } from '../../shared/l10n';
import { linkButton } from '../../shared/linkButton';
import { statusMark } from '../../shared/status';
import { span } from '../words';
import type { ViewContext } from './viewContext';

/** What the view is, from where, and what can be done with it. */
export class ViewHeader {
  readonly element = h('header', { class: 'features-header' });
  private readonly heading: HTMLElement;
  private readonly facts = h('p', { class: 'muted features-facts' });
  private readonly about = h('div');
  private readonly actions = h('div', { class: 'row' });
  private drawn = '';

  constructor(private readonly context: ViewContext) {
    this.heading = h('h1', null, context.name);
    const line = h('div', { class: 'row' }, this.heading, h('span', { class: 'spacer' }), this.actions);
    fill(this.element, line, this.facts, this.about);
  }

  update(view: FeatureViewDetail): void {
    const key = JSON.stringify([view, this.context.trusted()]);
    if (key === this.drawn) return;
    this.drawn = key;
    this.heading.textContent = view.version === undefined ? view.name : `${view.name}@v${view.version}`;
    fill(this.facts, separated(this.factsOf(view)));
    fill(this.about, aboutOf(view));
    keepFocus(this.actions, () => fill(this.actions, this.buttons(view)));
  }

  private factsOf({ entities, source, kind, ttl, push, owner, place, tags }: FeatureViewDetail): readonly Child[] {
    const { act } = this.context;
    return [
      kind === 'on-demand' ? t('computed when it is asked for') : t('of {0}', entities.join(', ')),
      source !== undefined &&
        h(
          'span',
          null,
          t('from '),
          linkButton(source, () => act('host/openDataset', { dataset: source })),
        ),
      ttl !== undefined && t('expires after {0}', span(ttl)),
      push && t('rows may be pushed'),
      owner !== undefined && t('owner {0}', owner),
      ...Object.entries(tags).map(([name, value]) => `${name}: ${value}`),
      place ? linkButton(t('definition'), () => act('host/openPlace', { place })) : t('not in modelyard.yaml any more'),
    ].filter(Boolean);
  }

  private buttons({ kind, name, place, version, problem }: FeatureViewDetail): readonly HTMLElement[] {
    const { change, act, compute, trusted } = this.context;
    const canAct = trusted() && place !== undefined;
    const own = { view: name };
    const made = (label: string, onClick: () => unknown, look?: 'primary'): HTMLElement =>
      button({ label, onClick, disabled: !canAct, ...(look && { look }) });
    return [
      ...(version === undefined && problem === undefined
        ? [made(t('Record'), () => change('record', own), 'primary')]
        : []),
      ...(kind === 'batch' ? [made(t('Compute'), () => compute())] : []),
      made(t('Preview join…'), () => change('preview', own)),
      ...(kind === 'batch' ? [made(t('Materialise'), () => change('materialise', { ...own, full: false }))] : []),
      ...(kind === 'batch' ? [made(t('Check'), () => change('check', own))] : []),
      button({
        label: t('Lineage'),
        title: t('What the features came from, and what was made of them'),
        onClick: () => act('host/openLineage', { node: version === undefined ? name : `view:${name}@v${version}` }),
      }),
    ];
  }
}

const separated = (parts: readonly Child[]): readonly Child[] =>
  parts.flatMap((part, at) => (at > 0 ? [' · ', part] : [part]));

const aboutOf = ({ description, problem }: FeatureViewDetail): readonly Child[] => [
  description !== undefined && h('p', { class: 'features-description' }, description),
  problem !== undefined && h('div', { class: 'failure', role: 'alert' }, statusMark('fail', 'bad', problem)),
];
