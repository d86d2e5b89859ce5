import type { LineageGraph, LineageNode } from '../../engine/protocol/lineage';
import { fill, h } from '../shared/dom';
import { dateTime, short } from '../shared/format';
import { keepFocus } from '../shared/keepFocus';
import { t } from '../shared/l10n';
import { runStatus, statusMark } from '../shared/status';
import type { LineageContext } from './context';
import { lineageLink, nameLink, placeLinksOf } from './nodeLinks';
import { kindOf, lookOf, relationWord } from './words';

/** What there is to say of the chosen node, and where there is more. */
export class DetailsPane {
  readonly element = h('aside', { class: 'details card', attrs: { 'aria-label': t('Chosen') } });

  constructor(
    private readonly context: LineageContext,
    private readonly close: () => void,
  ) {}

  show(node: LineageNode, graph: LineageGraph): void {
    const { element, context } = this;
    element.hidden = false;
    const { name, detail } = lookOf(node);
    const places = placeLinksOf(node, context);
    keepFocus(element, () =>
      fill(
        element,
        h(
          'div',
          { class: 'row' },
          h('h2', null, name),
          h('span', { class: 'spacer' }),
          h(
            'button',
            {
              class: 'close',
              title: t('Close'),
              attrs: { type: 'button', 'aria-label': t('Close') },
              on: { click: this.close },
            },
            '×',
          ),
        ),
        h('p', { class: 'muted' }, [kindOf(node), detail].filter(part => part !== '').join(' · ')),
        node.kind === 'run' && h('p', null, runStatus(node.status), ' ', dateTime(node.startedAt)),
        node.kind === 'data' && h('p', { class: 'mono' }, node.digest),
        node.kind === 'view' && node.alerts.map(text => h('p', null, statusMark('warn', 'warn', text))),
        node.kind === 'endpoint' && h('p', { class: 'mono' }, node.url),
        node.kind !== 'group' && h('p', null, t('Opens: '), nameLink(node, context)),
        places.length > 0 &&
          h(
            'ul',
            { class: 'plain' },
            places.map(place => h('li', null, place)),
          ),
        h(
          'ul',
          { class: 'plain' },
          relations(node, graph).map(text => h('li', null, text)),
        ),
        node.kind !== 'group' && node.id !== graph.root && h('p', null, lineageLink(node, context)),
      ),
    );
  }

  hide(): void {
    this.element.hidden = true;
  }
}

/** `r-12 made it`, as sentences: why it stands where it does. */
function relations({ id }: LineageNode, { nodes, edges }: LineageGraph): readonly string[] {
  const nameOf = (other: string): string => {
    const node = nodes.find(one => one.id === other);
    if (!node) return '';
    const { name } = lookOf(node);
    return node.kind === 'data' ? `${name} ${short(node.digest)}` : name;
  };
  return edges.flatMap(({ from, to, relation }) => {
    if (from !== id && to !== id) return [];
    return [`${nameOf(from)} ${relationWord(relation)} ${nameOf(to)}`];
  });
}
