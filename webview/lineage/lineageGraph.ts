import type { LineageGraph, LineageNode } from '../../engine/protocol/lineage';
import { applyProps, fill, h, setAttribute } from '../shared/dom';
import { count } from '../shared/format';
import { GraphCanvas } from '../shared/graph/graphCanvas';
import { icon } from '../shared/icons';
import { t } from '../shared/l10n';
import type { PageState } from '../shared/state';
import { lookOf, spoken } from './words';

const size = { width: 188, height: 54 } as const;

export interface LineageGraphOptions {
  readonly state: PageState;
  readonly onOpen: (node: LineageNode) => void;
  readonly onReach: (node: LineageNode) => void;
}

/** The lineage as boxes with lines between them. */
export class LineageGraphView {
  private readonly canvas: GraphCanvas;
  private readonly boxes = new Map<string, HTMLButtonElement>();
  private readonly drawn = new Map<string, string>();
  private graph: LineageGraph | undefined;
  private selected: string | undefined;

  constructor({ state, onOpen, onReach }: LineageGraphOptions) {
    const withNode = (act: (node: LineageNode) => void) => (id: string) => {
      const node = this.graph?.nodes.find(one => one.id === id);
      if (node) act(node);
    };
    this.canvas = new GraphCanvas({
      ...{ state, label: t('Lineage') },
      boxOf: id => this.box(id),
      forget: id => {
        this.boxes.get(id)?.remove();
        this.boxes.delete(id);
        this.drawn.delete(id);
      },
      onSelect: withNode(onOpen),
      onReach: withNode(onReach),
      placing: nodes => t('Placing {0} boxes…', count(nodes)),
    });
  }

  get element(): HTMLElement {
    return this.canvas.element;
  }

  show(graph: LineageGraph, selected: string | undefined): void {
    const isOther = selected !== this.selected;
    this.graph = graph;
    this.selected = selected;
    const after = new Map<string, string[]>(graph.nodes.map(({ id }) => [id, []]));
    for (const { from, to } of graph.edges) after.get(to)?.push(from);
    this.canvas.show({
      nodes: graph.nodes.map(({ id }) => ({ id, after: after.get(id) ?? [], ...size })),
      mark: () => this.mark(),
      inSight: () => this.selected ?? graph.root,
    });
    if (isOther && selected !== undefined) this.canvas.follow(selected);
  }

  zoom(factor: number): void {
    this.canvas.zoom(factor);
  }

  fit(): void {
    this.canvas.fit();
  }

  reveal(id: string): void {
    this.canvas.reveal(id, { isFocused: true });
  }

  private box(id: string): HTMLButtonElement {
    const known = this.boxes.get(id);
    if (known) return known;
    const box = h('button', { class: 'node', attrs: { type: 'button', tabindex: -1 } });
    box.dataset['id'] = id;
    applyProps(box, { style: { width: `${size.width}px`, height: `${size.height}px` } });
    this.boxes.set(id, box);
    return box;
  }

  private mark(): void {
    if (!this.graph) return;
    const { nodes, root } = this.graph;
    for (const node of nodes) this.draw(node, node.id === root);
    this.canvas.markEdges((from, to) => [(from === this.selected || to === this.selected) && 'near']);
  }

  /** Changed only where it shows something else: focus and a large graph stay as they are. */
  private draw(node: LineageNode, isRoot: boolean): void {
    const box = this.box(node.id);
    const look = lookOf(node);
    const isSelected = node.id === this.selected;
    const key = JSON.stringify([look, isRoot, isSelected]);
    if (this.drawn.get(node.id) === key) return;
    this.drawn.set(node.id, key);
    box.className = ['node', `node-${node.kind}`, `tone-${look.tone}`, isRoot && 'root'].filter(Boolean).join(' ');
    setAttribute(box, 'aria-label', spoken(node, isRoot));
    setAttribute(box, 'aria-current', isSelected ? 'true' : undefined);
    box.title = [look.name, look.detail].filter(part => part !== '').join('\n');
    fill(
      box,
      h('span', { class: 'node-icon' }, icon(look.icon)),
      ' ', // blanks, so that the words are words to be heard
      h('span', { class: 'node-name' }, look.name),
      ' ',
      look.detail !== '' && h('span', { class: 'node-state' }, look.detail),
    );
  }
}
