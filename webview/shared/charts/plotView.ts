import type { Drawn, Plot } from '../../../engine/charts/plots/plot';
import { plotSvg } from '../../../engine/charts/plots/plotSvg';
import { el, svgText } from '../../../engine/charts/svg/node';
import type { Channel } from '../channel';
import { csv } from '../csv';
import { applyProps, h } from '../dom';
import { t } from '../l10n';
import { onThemeChange } from '../theme';
import { chartTool, fileName, fillNumbers } from './chartCard';
import { pageLook } from './pageLook';
import { pngOf, svgElement } from './svgElement';

export interface PlotViewOptions {
  readonly channel: Pick<Channel, 'call'>;
  /** A run was chosen: by a click, or by Enter. */
  readonly onOpen: (run: string) => void;
  /** The picture has been drawn: something may be put over it. */
  readonly onDrawn?: (svg: SVGElement, drawn: Drawn) => void;
}

/** So far from a point it is still meant, in pixels. */
const reach = 24;

/** A plot with a table of its numbers, and both as files; its points can be pointed at, by the keyboard too. */
export class PlotView<P extends Plot = Plot> {
  readonly element: HTMLElement;
  readonly picture = h('div', { class: 'chart-picture plot-picture' });
  private readonly tip = h('div', { class: 'plot-tip', role: 'status' });
  private readonly table = h('div', { class: 'chart-table scroll', attrs: { tabindex: 0 }, role: 'region' });
  private readonly heading = h('h2');
  private readonly note = h('p', { class: 'muted chart-note' });
  private readonly toggle: HTMLButtonElement;
  private readonly svgPlace = h('div');
  private plot: P | undefined;
  private drawn: Drawn | undefined;
  private pointed = -1;
  private width = 0;
  private isTable = false;

  constructor(private readonly options: PlotViewOptions) {
    this.toggle = chartTool(t('Table'), () => this.showTable(!this.isTable));
    this.toggle.setAttribute('aria-pressed', 'false');
    const tools = h(
      'div',
      { class: 'chart-tools' },
      this.toggle,
      chartTool('SVG', () => this.save('svg')),
      chartTool('PNG', () => this.save('png')),
      chartTool('CSV', () => this.save('csv')),
    );
    applyProps(this.picture, {
      role: 'application',
      attrs: { tabindex: 0, 'aria-keyshortcuts': 'ArrowLeft ArrowRight Enter' },
    });
    this.picture.append(this.svgPlace, this.tip);
    this.tip.hidden = this.table.hidden = true;
    this.element = h(
      'figure',
      { class: 'chart card plot' },
      h('div', { class: 'chart-head' }, this.heading, tools),
      this.picture,
      this.note,
      this.table,
    );
    this.listen();
    onThemeChange(() => this.draw());
    new ResizeObserver(() => {
      if (Math.abs(this.picture.clientWidth - this.width) > 1) this.draw();
    }).observe(this.picture);
  }

  update(plot: P): void {
    this.plot = plot;
    this.heading.textContent = plot.title;
    this.note.textContent = plot.note ?? '';
    this.picture.setAttribute('aria-label', `${plot.title}. ${plot.summary}`);
    this.table.setAttribute('aria-label', plot.title);
    this.draw();
    if (this.isTable) fillNumbers(this.table, plot.title, plot);
  }

  private draw(): void {
    this.width = this.picture.clientWidth;
    if (!this.plot || this.width < 50) return;
    const drawn = this.plot.draw(this.width, pageLook());
    this.drawn = drawn;
    const size = {
      width: this.width,
      height: drawn.height,
      viewBox: `0 0 ${this.width} ${drawn.height}`,
      'aria-hidden': 'true',
    };
    const svg = svgElement(el('svg', size, drawn.node));
    this.svgPlace.replaceChildren(svg);
    this.point(-1);
    this.options.onDrawn?.(svg, drawn);
  }

  private listen(): void {
    const { picture } = this;
    picture.addEventListener('pointermove', event => {
      const { left, top } = picture.getBoundingClientRect();
      this.point(this.nearest(event.clientX - left, event.clientY - top));
    });
    picture.addEventListener('pointerleave', () => this.point(-1));
    picture.addEventListener('dblclick', () => this.open());
    picture.addEventListener('keydown', event => {
      if (event.target !== picture) return;
      const most = (this.drawn?.hits.length ?? 0) - 1;
      if (event.key === 'ArrowRight') this.point(Math.min(most, this.pointed + 1));
      else if (event.key === 'ArrowLeft') this.point(Math.max(0, this.pointed - 1));
      else if (event.key === 'Enter') this.open();
      else if (event.key === 'Escape') this.point(-1);
      else return;
      event.preventDefault();
    });
  }

  private nearest(x: number, y: number): number {
    let best = -1;
    let distance = reach ** 2;
    this.drawn?.hits.forEach((hit, at) => {
      const own = (hit.x - x) ** 2 + (hit.y - y) ** 2;
      if (own < distance) [best, distance] = [at, own];
    });
    return best;
  }

  private point(at: number): void {
    this.pointed = at;
    const hit = this.drawn?.hits[at];
    this.tip.hidden = hit === undefined;
    if (!hit) return;
    this.tip.textContent = hit.text;
    const isRight = hit.x > this.width / 2;
    this.tip.style.left = isRight ? '' : `${hit.x + 10}px`;
    this.tip.style.right = isRight ? `${this.width - hit.x + 10}px` : '';
    this.tip.style.top = `${Math.max(0, hit.y - 14)}px`;
  }

  private open(): void {
    const run = this.drawn?.hits[this.pointed]?.run;
    if (run !== undefined) this.options.onOpen(run);
  }

  private showTable(isTable: boolean): void {
    this.isTable = isTable;
    this.table.hidden = !isTable;
    this.picture.hidden = isTable;
    this.toggle.setAttribute('aria-pressed', String(isTable));
    if (isTable && this.plot) fillNumbers(this.table, this.plot.title, this.plot);
    else this.draw();
  }

  private async save(kind: 'svg' | 'png' | 'csv'): Promise<void> {
    const { plot } = this;
    if (!plot) return;
    const name = fileName(plot.title, kind);
    if (kind === 'csv') {
      await this.options.channel.call('host/save', { name, text: csv([plot.columns, ...plot.rows]) });
      return;
    }
    const width = Math.max(480, this.width);
    const node = plotSvg(plot, pageLook(), width);
    const text = svgText(node);
    if (kind === 'svg') {
      await this.options.channel.call('host/save', { name, text });
      return;
    }
    const base64 = await pngOf(text, { width, height: Number(node.attrs['height']) });
    if (base64 !== undefined) await this.options.channel.call('host/save', { name, base64 });
  }
}
