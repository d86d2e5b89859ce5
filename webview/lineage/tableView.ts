import type { LineageGraph, LineageNode } from '../../engine/protocol/lineage';
import { fill, h } from '../shared/dom';
import { count } from '../shared/format';
import { keepFocus } from '../shared/keepFocus';
import { t } from '../shared/l10n';
import { scrollingTable } from '../shared/dataTable';
import type { LineageContext } from './context';
import { link, nameLink, placeLinksOf } from './nodeLinks';
import { kindOf, lookOf } from './words';

/** The same as the graph says, from where data comes from to what was made of it. */
export class TableView {
  readonly element = h('div', { class: 'lineage-table' });
  private drawn = '';

  constructor(
    private readonly context: LineageContext,
    private readonly onOpen: (node: LineageNode) => void,
  ) {}

  show(graph: LineageGraph): void {
    const key = JSON.stringify([graph.nodes, graph.edges]);
    if (key === this.drawn) return;
    this.drawn = key;
    const { context } = this;
    const names = new Map(graph.nodes.map(node => [node.id, lookOf(node).name]));
    const before = (node: LineageNode): string =>
      graph.edges.flatMap(({ from, to }) => (to === node.id ? (names.get(from) ?? []) : [])).join(', ');
    const rows = graph.nodes
      .toSorted((a, b) => a.distance - b.distance)
      .map(node => [
        node.kind === 'group' ? link(lookOf(node).name, () => this.onOpen(node)) : nameLink(node, context),
        kindOf(node),
        node.kind === 'group' ? '' : lookOf(node).detail,
        where(node),
        before(node),
        h('span', { class: 'places' }, placeLinksOf(node, context)),
      ]);
    const columns = [t('Name'), t('Kind'), t('Detail'), t('Steps away'), t('Comes from'), t('In the workspace')];
    keepFocus(this.element, () =>
      fill(
        this.element,
        scrollingTable(
          t('Lineage'),
          columns.map(title => ({ title })),
          rows,
        ),
      ),
    );
  }
}

function where({ distance }: LineageNode): string {
  if (distance === 0) return t('asked about');
  return distance < 0 ? t('{0} before', count(-distance)) : t('{0} after', count(distance));
}
