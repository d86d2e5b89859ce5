import type { LineageNode } from '../../engine/protocol/lineage';
import { busy, failure } from '../shared/components';
import { fill, h } from '../shared/dom';
import { t } from '../shared/l10n';
import { AffectedView } from './affectedView';
import type { LineageContext } from './context';
import { DetailsPane } from './details';
import { LineageGraphView } from './lineageGraph';
import { LineageStore } from './lineageStore';
import { openNode } from './open';
import { TableView } from './tableView';
import { Toolbar } from './toolbar';
import { kindOf, lookOf } from './words';

/** The page of a lineage: the graph or the same as a table, and what is affected. */
export class LineagePage {
  readonly element = h('main', { class: 'lineage-page' }, busy());
  private readonly store: LineageStore;
  private readonly heading = h('h1');
  private readonly note = h('p', { class: 'muted', role: 'status' });
  private readonly message = h('div');
  private readonly toolbar: Toolbar;
  private readonly graph: LineageGraphView;
  private readonly table: TableView;
  private readonly details: DetailsPane;
  private readonly affected: AffectedView;
  private isDrawn = false;
  private isAffectedWanted = false;
  private selected: string | undefined;

  constructor(private readonly context: LineageContext) {
    const { channel, state, node } = context;
    this.selected = state.text('selected');
    this.toolbar = new Toolbar(state, {
      changed: () => this.update(),
      asked: () => void this.store.load(),
      zoom: factor => this.graph.zoom(factor),
      fit: () => this.graph.fit(),
    });
    this.store = new LineageStore({
      ...{ channel, node },
      asked: () => ({ ...this.toolbar.asked, opened: state.texts('opened') ?? [] }),
      changed: () => this.update(),
      failed: error => this.tell(error),
    });
    this.graph = new LineageGraphView({
      state,
      onOpen: chosen => this.open(chosen),
      onReach: chosen => this.select(chosen.id),
    });
    this.table = new TableView(context, chosen => this.open(chosen));
    this.details = new DetailsPane(context, () => this.close());
    this.affected = new AffectedView(context);
  }

  start(): Promise<void> {
    return this.store.load();
  }

  tell(error: unknown): void {
    fill(this.isDrawn ? this.message : this.element, failure(error));
  }

  clearMessage(): void {
    this.message.replaceChildren();
  }

  /** Brings what is affected into sight, now or when it is read. */
  showAffected(): void {
    this.isAffectedWanted = true;
    this.update();
  }

  private update(): void {
    const { graph, affected } = this.store;
    if (!graph || !affected) return;
    if (!this.isDrawn) this.draw();
    this.clearMessage();
    const root = graph.nodes.find(({ id }) => id === graph.root);
    this.heading.textContent = root ? t('Lineage of {0}', lookOf(root).name) : t('Lineage');
    this.note.textContent = [
      root ? [kindOf(root), lookOf(root).detail].filter(part => part !== '').join(' · ') : '',
      graph.nodes.length === 1 ? t('Nothing is known that it came from or that came of it.') : '',
      graph.isCut ? t('There is more than is shown: open the lineage of a box at the edge.') : '',
    ]
      .filter(part => part !== '')
      .join('. ');
    const isGraph = this.toolbar.view === 'graph';
    this.toolbar.show();
    this.graph.element.hidden = !isGraph;
    this.table.element.hidden = isGraph;
    const chosen = graph.nodes.find(({ id }) => id === this.selected);
    if (isGraph) this.graph.show(graph, chosen?.id);
    else this.table.show(graph);
    if (chosen && isGraph) this.details.show(chosen, graph);
    else this.details.hide();
    this.affected.show(affected);
    if (!this.isAffectedWanted) return;
    this.isAffectedWanted = false;
    this.affected.element.scrollIntoView({ block: 'start' });
    this.affected.element.focus({ preventScroll: true });
  }

  private draw(): void {
    this.isDrawn = true;
    fill(
      this.element,
      h('header', null, this.heading, this.note),
      this.message,
      this.toolbar.element,
      h(
        'div',
        { class: 'work' },
        h('div', { class: 'shown' }, this.graph.element, this.table.element),
        this.details.element,
      ),
      this.affected.element,
    );
  }

  /** A group is opened here, anything else where it is at home. */
  private open(node: LineageNode): void {
    if (node.kind !== 'group') {
      this.select(node.id);
      openNode(node, this.context);
      return;
    }
    const { state } = this.context;
    state.set('opened', [...(state.texts('opened') ?? []), node.id]);
    void this.store.load();
  }

  private select(id: string | undefined): void {
    this.selected = id;
    this.context.state.set('selected', id);
    this.update();
  }

  /** The keyboard goes back to the box. */
  private close(): void {
    const { selected } = this;
    this.select(undefined);
    if (selected !== undefined) this.graph.reveal(selected);
  }
}
