import { fill, h, setAttribute } from '../../shared/dom';
import { count } from '../../shared/format';
import { t } from '../../shared/l10n';
import type { PageState } from '../../shared/state';
import type { StepState } from '../graphSteps';
import { stateOf } from '../groups';
import type { GraphNode } from './graphModel';
import type { Layout } from './layout';
import { layout, pathOf } from './layout';
import { directionOf, neighbour } from './navigate';
import { NodeView, nodeSizes } from './nodeView';
import { Stage } from './stage';

export interface GraphShown {
  readonly nodes: readonly GraphNode[];
  /** Names of steps, in order. */
  readonly critical: readonly string[];
  readonly selected: string | undefined;
  /** Ids that a search has found; undefined: nothing is searched. */
  readonly found: ReadonlySet<string> | undefined;
}

export interface GraphViewOptions {
  readonly state: PageState;
  readonly onSelect: (node: GraphNode) => void;
  readonly label: string;
}

/** From so many nodes on their layout takes long enough that the page says so before. */
const manyNodes = 200;
const svgNames = 'http://www.w3.org/2000/svg';

/** The steps as boxes with lines between them; by mouse and keyboard. */
export class GraphView {
  readonly element: HTMLElement;
  private readonly canvas = h('div', { class: 'graph-canvas' });
  private readonly note = h('p', { class: 'graph-note muted', role: 'status' });
  private readonly views = new Map<string, NodeView>();
  private edges = new Map<string, SVGPathElement>();
  private stage: Stage;
  private layout: Layout | undefined;
  private structure = '';
  private shown: GraphShown = { nodes: [], critical: [], selected: undefined, found: undefined };
  /** What has been brought into sight already. */
  private seen: Attention = { chosen: undefined, telling: undefined };
  /** The node that Tab leads to. */
  private current: string | undefined;

  constructor(private readonly options: GraphViewOptions) {
    this.stage = new Stage(this.canvas, options.state);
    this.element = h(
      'div',
      { class: 'graph', role: 'group', attrs: { 'aria-label': options.label } },
      this.stage.element,
      this.note,
    );
    this.canvas.addEventListener('click', event => this.click(event));
    this.element.addEventListener('keydown', event => this.key(event));
  }

  show(shown: GraphShown): void {
    this.shown = shown;
    const structure = JSON.stringify(shown.nodes.map(({ id, kind, after }) => [id, kind, after]));
    if (structure === this.structure) {
      this.mark();
      return;
    }
    const isNew = this.structure === '';
    this.structure = structure;
    if (shown.nodes.length < manyNodes) {
      this.arrange(isNew);
      return;
    }
    this.note.textContent = t('Placing {0} steps…', count(shown.nodes.length));
    // behind the next paint, so that the note is seen
    requestAnimationFrame(() =>
      setTimeout(() => {
        if (this.structure !== structure) return;
        this.arrange(isNew);
        this.note.textContent = '';
      }),
    );
  }

  /** Every second: what runs grows older. */
  tick(): void {
    if (this.layout) this.mark();
  }

  zoom(factor: number): void {
    this.stage.zoom(factor);
  }

  fit(): void {
    this.stage.fit();
  }

  /** Brings a node into sight, and to the keyboard; `isRead`: so large that it can be read. */
  reveal(id: string, { isFocused = false, isRead = false }): void {
    const place = this.layout?.nodes.get(id);
    if (!place) return;
    this.stage.reveal(place, isRead);
    this.reach(id);
    if (isFocused) this.views.get(id)?.element.focus({ preventScroll: true });
  }

  private arrange(isFirst: boolean): void {
    const { nodes } = this.shown;
    this.layout = layout(nodes.map(({ id, kind, after }) => ({ id, after, ...nodeSizes[kind] })));
    const wanted = new Set(nodes.map(({ id }) => id));
    for (const [id, view] of this.views) {
      if (wanted.has(id)) continue;
      view.element.remove();
      this.views.delete(id);
    }
    const hadFocus = this.element.contains(document.activeElement);
    fill(this.canvas, this.drawEdges(this.layout), ...nodes.map(({ id }) => this.place(id)));
    if (this.current === undefined || !wanted.has(this.current)) this.reach(nodes[0]?.id);
    this.seen = attention(this.shown);
    this.mark();
    const inSight = this.layout.nodes.get(this.seen.chosen ?? this.seen.telling ?? nodes[0]?.id ?? '');
    this.stage.show(this.layout, { isFirst, ...(inSight && { inSight }) });
    if (hadFocus && this.current !== undefined) this.views.get(this.current)?.element.focus({ preventScroll: true });
  }

  private place(id: string): HTMLElement {
    const view = this.views.get(id) ?? new NodeView(id);
    this.views.set(id, view);
    const at = this.layout?.nodes.get(id);
    view.element.style.left = `${(at?.x ?? 0) - (at?.width ?? 0) / 2}px`;
    view.element.style.top = `${(at?.y ?? 0) - (at?.height ?? 0) / 2}px`;
    return view.element;
  }

  private drawEdges({ edges, width, height }: Layout): SVGSVGElement {
    const svg = document.createElementNS(svgNames, 'svg');
    for (const [name, value] of Object.entries({ class: 'edges', width, height, 'aria-hidden': true }))
      setAttribute(svg, name, value);
    this.edges = new Map();
    for (const { from, to, points } of edges) {
      const path = document.createElementNS(svgNames, 'path');
      path.setAttribute('d', pathOf(points));
      this.edges.set(`${from}\n${to}`, path);
      svg.append(path);
    }
    return svg;
  }

  private mark(): void {
    const { nodes, critical, selected, found } = this.shown;
    const path = pathIds(nodes, critical);
    const onPath = new Set(path);
    const now = Date.now();
    for (const node of nodes)
      this.views.get(node.id)?.show(node, {
        isSelected: node.id === selected,
        isCritical: onPath.has(node.id),
        isFaded: found !== undefined && !found.has(node.id),
        now,
      });
    const running = new Set(
      nodes.flatMap(node => (node.kind === 'step' && node.step.state === 'running' ? [node.id] : [])),
    );
    for (const [key, line] of this.edges) {
      const [from = '', to = ''] = key.split('\n');
      const classes = [
        'edge',
        onPath.has(from) && onPath.has(to) && path.indexOf(to) === path.indexOf(from) + 1 && 'critical',
        running.has(to) && 'is-running',
        (from === selected || to === selected) && 'near',
      ];
      line.setAttribute('class', classes.filter(Boolean).join(' '));
    }
    this.follow();
  }

  /** What is chosen now, or now fails or runs, is brought into sight. */
  private follow(): void {
    const { chosen, telling } = this.seen;
    const now = attention(this.shown);
    this.seen = now;
    const id = now.chosen !== chosen ? now.chosen : now.telling !== telling ? now.telling : undefined;
    const place = this.layout?.nodes.get(id ?? '');
    if (place) this.stage.follow(place);
  }

  private reach(id: string | undefined): void {
    if (this.current !== undefined) this.views.get(this.current)?.element.setAttribute('tabindex', '-1');
    this.current = id;
    if (id !== undefined) this.views.get(id)?.element.setAttribute('tabindex', '0');
  }

  private click({ target, detail }: MouseEvent): void {
    const id = target instanceof Element ? target.closest<HTMLElement>('.node')?.dataset['id'] : undefined;
    const node = this.shown.nodes.find(one => one.id === id);
    if (node === undefined || (detail > 0 && this.stage.wasDragged)) return; // 0: by the keyboard
    this.reach(node.id);
    this.options.onSelect(node);
  }

  private key(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    if (this.stage.key(key, shiftKey)) {
      event.preventDefault();
      return;
    }
    const direction = directionOf(key);
    if (direction === undefined || this.layout === undefined) return;
    event.preventDefault();
    const to = this.current === undefined ? undefined : neighbour(this.layout, this.current, direction);
    if (to !== undefined) this.reveal(to, { isFocused: true });
  }
}

/** Ids of what is to be seen where not all fits in. */
interface Attention {
  readonly chosen: string | undefined;
  /** What has failed, else what runs. */
  readonly telling: string | undefined;
}

function attention({ nodes, selected }: GraphShown): Attention {
  const first = (state: StepState): GraphNode | undefined =>
    nodes.find(
      node =>
        (node.kind === 'step' && node.step.state === state) || (node.kind === 'group' && stateOf(node.group) === state),
    );
  return {
    chosen: nodes.find(({ id }) => id === selected)?.id,
    telling: (first('failed') ?? first('running'))?.id,
  };
}

/** The nodes on the critical path; a group stands for its steps. */
function pathIds(nodes: readonly GraphNode[], critical: readonly string[]): readonly string[] {
  const places = new Map<string, string>();
  for (const node of nodes) {
    if (node.kind === 'step') places.set(node.step.name, node.id);
    if (node.kind === 'group') for (const { name } of node.group.steps) places.set(name, node.id);
  }
  return [...new Set(critical.flatMap(step => places.get(step) ?? []))];
}
