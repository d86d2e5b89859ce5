import { fill, h, setAttribute } from '../dom';
import type { PageState } from '../state';
import type { Layout, LayoutNode, Placed } from './layout';
import { layout, pathOf } from './layout';
import { directionOf, neighbour } from './navigate';
import { Stage } from './stage';

export interface GraphCanvasOptions {
  readonly state: PageState;
  readonly label: string;
  /** The box of a node: the same each time it is asked for. */
  readonly boxOf: (id: string) => HTMLElement;
  /** A node is there no more. */
  readonly forget: (id: string) => void;
  readonly onSelect: (id: string) => void;
  /** The keyboard has come to it. */
  readonly onReach?: (id: string) => void;
  /** What is said while many are placed. */
  readonly placing: (nodes: number) => string;
}

export interface CanvasShown {
  readonly nodes: readonly LayoutNode[];
  /** Puts into the boxes what they show now; the graph stands. */
  readonly mark: () => void;
  /** What is to be seen at first where not all fits in; asked once the graph stands. */
  readonly inSight: () => string | undefined;
}

/** From so many nodes on their layout takes long enough that the page says so before. */
const manyNodes = 200;
const svgNames = 'http://www.w3.org/2000/svg';

/** Boxes with lines between them, placed from left to right; by mouse and keyboard. docs/decisions/0035 */
export class GraphCanvas {
  readonly element: HTMLElement;
  private readonly canvas = h('div', { class: 'graph-canvas' });
  private readonly note = h('p', { class: 'graph-note muted', role: 'status' });
  private placed = new Set<string>();
  private edges = new Map<string, SVGPathElement>();
  private readonly stage: Stage;
  private layout: Layout | undefined;
  private structure = '';
  private shown: CanvasShown = { nodes: [], mark: () => undefined, inSight: () => undefined };
  /** The node that Tab leads to. */
  private current: string | undefined;

  constructor(private readonly options: GraphCanvasOptions) {
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

  show(shown: CanvasShown): void {
    this.shown = shown;
    const structure = JSON.stringify(shown.nodes);
    if (structure === this.structure) {
      shown.mark();
      return;
    }
    const isFirst = this.structure === '';
    this.structure = structure;
    if (shown.nodes.length < manyNodes) {
      this.arrange(isFirst);
      return;
    }
    this.note.textContent = this.options.placing(shown.nodes.length);
    // behind the next paint, so that the note is seen
    requestAnimationFrame(() =>
      setTimeout(() => {
        if (this.structure !== structure) return;
        this.arrange(isFirst);
        this.note.textContent = '';
      }),
    );
  }

  zoom(factor: number): void {
    this.stage.zoom(factor);
  }

  fit(): void {
    this.stage.fit();
  }

  /** Brings a node into sight, and to the keyboard; `isRead`: so large that it can be read. */
  reveal(id: string, { isFocused = false, isRead = false }): void {
    const place = this.placeOf(id);
    if (!place) return;
    this.stage.reveal(place, isRead);
    this.reach(id);
    if (isFocused) this.options.boxOf(id).focus({ preventScroll: true });
  }

  /** Brings a node into sight, unless somebody has moved the graph. */
  follow(id: string): void {
    const place = this.placeOf(id);
    if (place) this.stage.follow(place);
  }

  /** Gives each line its classes, besides `edge`. */
  markEdges(classesOf: (from: string, to: string) => readonly (string | false)[]): void {
    for (const [key, line] of this.edges) {
      const [from = '', to = ''] = key.split('\n');
      line.setAttribute('class', ['edge', ...classesOf(from, to)].filter(Boolean).join(' '));
    }
  }

  private placeOf(id: string): Placed | undefined {
    return this.layout?.nodes.get(id);
  }

  private arrange(isFirst: boolean): void {
    const { nodes } = this.shown;
    this.layout = layout(nodes);
    const wanted = new Set(nodes.map(({ id }) => id));
    for (const id of this.placed) if (!wanted.has(id)) this.options.forget(id);
    this.placed = wanted;
    const hadFocus = this.element.contains(document.activeElement);
    fill(this.canvas, this.drawEdges(this.layout), ...nodes.map(({ id }) => this.place(id)));
    if (this.current === undefined || !wanted.has(this.current)) this.reach(nodes[0]?.id);
    this.shown.mark();
    const inSight = this.placeOf(this.shown.inSight() ?? nodes[0]?.id ?? '');
    this.stage.show(this.layout, { isFirst, ...(inSight && { inSight }) });
    if (hadFocus && this.current !== undefined) this.options.boxOf(this.current).focus({ preventScroll: true });
  }

  private place(id: string): HTMLElement {
    const box = this.options.boxOf(id);
    const at = this.placeOf(id);
    box.style.left = `${(at?.x ?? 0) - (at?.width ?? 0) / 2}px`;
    box.style.top = `${(at?.y ?? 0) - (at?.height ?? 0) / 2}px`;
    return box;
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

  private reach(id: string | undefined): void {
    if (this.current !== undefined && this.placed.has(this.current))
      this.options.boxOf(this.current).setAttribute('tabindex', '-1');
    this.current = id;
    if (id !== undefined) this.options.boxOf(id).setAttribute('tabindex', '0');
  }

  private click({ target, detail }: MouseEvent): void {
    const id = target instanceof Element ? target.closest<HTMLElement>('.node')?.dataset['id'] : undefined;
    if (id === undefined || !this.placed.has(id) || (detail > 0 && this.stage.wasDragged)) return; // 0: by the keyboard
    this.reach(id);
    this.options.onSelect(id);
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
    if (to === undefined) return;
    this.reveal(to, { isFocused: true });
    this.options.onReach?.(to);
  }
}
