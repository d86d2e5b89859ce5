import { h } from '../dom';
import type { PageState } from '../state';
import type { Layout, Placed } from './layout';
import type { Size, Viewport } from './viewport';
import { fit, heightFor, open, readable, reveal, zoomAt } from './viewport';

const wheelStep = 0.0016;
const keyStep = 1.25;
const panStep = 60;
/** Less than this is a click, not a drag; pixels. */
const dragFrom = 4;

/** The window onto the graph: moves and enlarges it by pointer, wheel and keys, and remembers where it stood. */
export class Stage {
  readonly element: HTMLElement;
  private viewport: Viewport = { scale: 1, x: 0, y: 0 };
  private content: Size = { width: 1, height: 1 };
  /** `read`, `all`: nobody has moved it since it was opened or fitted, and it follows the size of the page. */
  private mode: 'read' | 'all' | 'own' = 'read';
  /** What is to be in sight while nobody has moved it. */
  private inSight: Placed | undefined;
  private dragged = 0;
  private window: Size = { width: 0, height: 0 };

  constructor(
    private readonly canvas: HTMLElement,
    private readonly state: PageState,
  ) {
    this.element = h('div', { class: 'graph-stage' }, canvas);
    this.element.addEventListener('wheel', event => this.wheel(event), { passive: false });
    this.element.addEventListener('pointerdown', event => this.press(event));
    // what gets the focus is scrolled to by the browser: here the graph is moved instead
    this.element.addEventListener('scroll', () => this.element.scrollTo(0, 0));
    new ResizeObserver(() => this.resized()).observe(this.element);
  }

  /** Whether the last press moved the graph. */
  get wasDragged(): boolean {
    return this.dragged >= dragFrom;
  }

  /** Shows another graph; at first where it stood before a reload. */
  show(
    { width, height }: Layout,
    { isFirst, inSight }: { readonly isFirst: boolean; readonly inSight?: Placed },
  ): void {
    this.inSight = inSight;
    this.content = { width, height };
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.measure();
    const { scale, x, y } = this.state.numbers('viewport');
    if (isFirst && scale !== undefined && x !== undefined && y !== undefined) {
      this.mode = 'own';
      this.move({ scale, x, y });
    } else this.settle();
  }

  fit(): void {
    this.mode = 'all';
    this.state.set('viewport', undefined);
    this.settle();
  }

  /** Brings something else into sight, unless somebody has moved the graph or all of it is. */
  follow(inSight: Placed): void {
    this.inSight = inSight;
    if (this.mode === 'read') this.move(reveal(this.viewport, inSight, this.window));
  }

  zoom(factor: number): void {
    const { width, height } = this.window;
    this.touch(zoomAt(this.viewport, factor, { x: width / 2, y: height / 2 }));
  }

  reveal(place: Placed, isRead: boolean): void {
    const before = isRead ? readable(this.viewport, place, this.window) : this.viewport;
    const next = reveal(before, place, this.window);
    const { x, y, scale } = this.viewport;
    if (next.x !== x || next.y !== y || next.scale !== scale) this.touch(next);
  }

  /** Plus, minus, 0 and Shift with an arrow; whether the key was one of these. */
  key(key: string, shift: boolean): boolean {
    if (key === '+' || key === '=') this.zoom(keyStep);
    else if (key === '-' || key === '_') this.zoom(1 / keyStep);
    else if (key === '0') this.fit();
    else if (shift && key.startsWith('Arrow')) this.pan(key);
    else return false;
    return true;
  }

  private pan(key: string): void {
    const { scale, x, y } = this.viewport;
    const along = (less: string, more: string): number => (key === less ? panStep : key === more ? -panStep : 0);
    this.touch({ scale, x: x + along('ArrowLeft', 'ArrowRight'), y: y + along('ArrowUp', 'ArrowDown') });
  }

  /** With Ctrl (or two fingers) it enlarges; alone it scrolls the page, as everywhere. */
  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = this.element.getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    this.touch(zoomAt(this.viewport, Math.exp(-event.deltaY * wheelStep), at));
  }

  private press(event: PointerEvent): void {
    this.dragged = 0;
    if (event.button !== 0) return;
    const from = { ...this.viewport, clientX: event.clientX, clientY: event.clientY };
    const drag = (move: PointerEvent): void => {
      const [dx, dy] = [move.clientX - from.clientX, move.clientY - from.clientY];
      this.dragged = Math.max(this.dragged, Math.hypot(dx, dy));
      if (this.wasDragged) this.touch({ scale: from.scale, x: from.x + dx, y: from.y + dy });
    };
    const end = (): void => {
      document.removeEventListener('pointermove', drag);
      document.removeEventListener('pointerup', end);
      document.removeEventListener('pointercancel', end);
    };
    document.addEventListener('pointermove', drag);
    document.addEventListener('pointerup', end);
    document.addEventListener('pointercancel', end);
  }

  private touch(viewport: Viewport): void {
    this.mode = 'own';
    this.move(viewport);
    this.state.set('viewport', viewport);
  }

  private move(viewport: Viewport): void {
    this.viewport = viewport;
    this.canvas.style.transform = `translate(${viewport.x}px, ${viewport.y}px) scale(${viewport.scale})`;
  }

  private resized(): void {
    if (this.element.clientWidth === 0) return; // the table is shown
    this.measure();
    this.settle();
  }

  private settle(): void {
    if (this.mode === 'all') this.move(fit(this.content, this.window));
    if (this.mode !== 'read') return;
    const next = open(this.content, this.window);
    this.move(this.inSight ? reveal(next, this.inSight, this.window) : next);
  }

  /** As high as the graph needs, but not more than leaves room for what is below. */
  private measure(): void {
    const { clientWidth: width } = this.element;
    const most = Math.max(300, document.documentElement.clientHeight * 0.6);
    const height = heightFor(this.content, width, { least: 170, most });
    this.element.style.height = `${height}px`;
    this.window = { width, height };
  }
}
