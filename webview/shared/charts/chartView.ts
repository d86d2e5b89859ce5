import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
} from 'chart.js';
import { svgText } from '../../../engine/charts/svg/node';
import { specSvg } from '../../../engine/charts/svg/specSvg';
import type { Channel } from '../channel';
import { csv } from '../csv';
import { applyProps, fill, h, setAttribute } from '../dom';
import { metric } from '../format';
import { t } from '../l10n';
import { onThemeChange, themeColor } from '../theme';
import type { XY } from './config';
import { chartConfig } from './config';
import { chartTool, fileName, fillNumbers } from './chartCard';
import { atCursor, cursorPlugin, cursorStops } from './cursor';
import { bandsPlugin, marksPlugin, whiskersPlugin } from './draw';
import type { ChartInteraction, InteractionView } from './interact';
import { interact } from './interact';
import { legend, namedSeries, swatch } from './legend';
import { pageLook } from './pageLook';
import { seriesStyle } from './palette';
import { chartRows } from './rows';
import type { ChartSpec } from '../../../engine/charts/spec';

Chart.register(BarController, BarElement, LineController, LineElement, PointElement);
Chart.register(CategoryScale, LinearScale, LogarithmicScale, Filler, Legend, Tooltip);

const keys = 'ArrowLeft ArrowRight Shift+ArrowLeft Shift+ArrowRight + - 0';

/** A chart with its title, a table of the same numbers, and both as files. */
export class ChartView {
  readonly element: HTMLElement;
  private readonly canvas = h('canvas', { role: 'img' });
  private readonly picture = h('div', { class: 'chart-picture' }, this.canvas);
  private readonly table = h('div', { class: 'chart-table scroll', attrs: { tabindex: 0 }, role: 'region' });
  private readonly heading = h('h2');
  private readonly legend = h('ul', { class: 'chart-legend' });
  private readonly note = h('p', { class: 'muted chart-note' });
  private readonly toggle: HTMLButtonElement;
  private readonly stopListening: () => void;
  private chart: Chart<'line' | 'bar', (XY | number)[]> | undefined;
  private isTable = false;
  private cursor: number | undefined;

  constructor(
    private spec: ChartSpec,
    private readonly channel: Pick<Channel, 'call'>,
    interaction?: ChartInteraction,
  ) {
    this.toggle = chartTool(t('Table'), () => this.showTable(!this.isTable));
    this.toggle.setAttribute('aria-pressed', 'false');
    const tools = h(
      'div',
      { class: 'chart-tools' },
      this.toggle,
      chartTool('SVG', () => this.saveVector()),
      chartTool('PNG', () => this.savePicture()),
      chartTool('CSV', () => this.saveTable()),
    );
    this.element = h('figure', { class: 'chart card' }, h('div', { class: 'chart-head' }, this.heading, tools));
    this.element.append(this.picture, this.legend, this.note, this.table);
    this.table.hidden = true;
    if (interaction) {
      applyProps(this.picture, { role: 'application', attrs: { tabindex: 0, 'aria-keyshortcuts': keys } });
      interact(this.picture, interaction, () => this.interactionView());
    }
    this.stopListening = onThemeChange(() => this.draw());
    this.draw();
  }

  /** The line through all charts; undefined takes it away. */
  showCursor(x: number | undefined): void {
    if (this.cursor === x) return;
    this.cursor = x;
    this.drawLegend();
    this.chart?.draw();
  }

  update(spec: ChartSpec): void {
    this.spec = spec;
    this.draw();
  }

  dispose(): void {
    this.stopListening();
    this.chart?.destroy();
  }

  private draw(): void {
    const { title, summary, height = 240 } = this.spec;
    this.heading.textContent = title;
    this.note.textContent = this.spec.note ?? '';
    this.canvas.setAttribute('aria-label', `${title}. ${summary}`);
    this.table.setAttribute('aria-label', title);
    this.picture.style.height = `${height}px`;
    setAttribute(this.picture, 'aria-label', this.picture.tabIndex === 0 ? title : undefined);
    this.drawLegend();
    if (this.isTable) fillNumbers(this.table, title, chartRows(this.spec));
    else this.drawPicture();
  }

  private drawLegend(): void {
    const { spec, cursor } = this;
    if (this.isTable) fill(this.legend);
    else if (cursor === undefined) fill(this.legend, legend(spec));
    else fill(this.legend, cursorLegend(spec, cursor));
  }

  private interactionView(): InteractionView | undefined {
    const x = this.chart?.scales['x'];
    if (!x || this.isTable) return undefined;
    const { spec, cursor } = this;
    const range = [x.min, x.max] as const;
    const xAt = (pixel: number): number => x.getValueForPixel(pixel) ?? NaN;
    return { range, whole: spec.x.whole ?? range, cursor, stops: cursorStops(spec), xAt };
  }

  private drawPicture(): void {
    Chart.defaults.font.family = themeColor('--vscode-font-family', 'sans-serif');
    Chart.defaults.font.size = 11;
    const { type, labels, datasets, options } = chartConfig(this.spec);
    const data = { labels, datasets };
    if (this.chart) {
      this.chart.data = data;
      this.chart.options = options;
      this.chart.update('none');
      return;
    }
    const spec = (): ChartSpec => this.spec;
    const cursor = cursorPlugin(spec, () => this.cursor);
    const plugins = [bandsPlugin(spec), marksPlugin(spec), whiskersPlugin(spec), cursor];
    this.chart = new Chart(this.canvas, { type, data, options, plugins });
  }

  private showTable(isTable: boolean): void {
    this.isTable = isTable;
    this.toggle.setAttribute('aria-pressed', String(isTable));
    this.picture.hidden = isTable;
    this.table.hidden = !isTable;
    this.draw();
  }

  private async saveTable(): Promise<void> {
    const { columns, rows } = chartRows(this.spec);
    await this.channel.call('host/save', { name: fileName(this.spec.title, 'csv'), text: csv([columns, ...rows]) });
  }

  private async saveVector(): Promise<void> {
    const text = svgText(specSvg(this.spec, pageLook()));
    await this.channel.call('host/save', { name: fileName(this.spec.title, 'svg'), text });
  }

  private async savePicture(): Promise<void> {
    if (this.isTable) this.showTable(false);
    const base64 = picture(this.canvas, this.spec);
    if (base64 !== undefined) await this.channel.call('host/save', { name: fileName(this.spec.title, 'png'), base64 });
  }
}

/** Where the cursor is, and what each curve is there. */
function cursorLegend(spec: ChartSpec, x: number): HTMLElement[] {
  const [formatX, formatY] = [spec.x.format ?? metric, spec.y.format ?? metric];
  return [
    h('li', { class: 'muted' }, `${spec.x.label} ${formatX(x)}`),
    ...atCursor(spec, x).map(({ series, point }) => {
      const extent =
        point.low !== undefined && point.high !== undefined && point.low !== point.high
          ? ` (${formatY(point.low)} – ${formatY(point.high)})`
          : '';
      return h('li', null, swatch(series), `${series.label} `, h('b', null, formatY(point.y)), extent);
    }),
  ];
}

/** The canvas with its title above and its legend below, as a PNG. */
function picture(canvas: HTMLCanvasElement, spec: ChartSpec): string | undefined {
  const { width, height } = canvas;
  const em = (width / canvas.clientWidth) * 12;
  const named = namedSeries(spec);
  const copy = h('canvas', { attrs: { width, height: height + em * (2.5 + named.length * 1.5) } });
  const context = copy.getContext('2d');
  if (!context) return undefined;
  context.fillStyle = themeColor('--vscode-editor-background');
  context.fillRect(0, 0, copy.width, copy.height);
  context.fillStyle = themeColor('--vscode-foreground');
  context.font = `600 ${em}px sans-serif`;
  context.fillText(spec.title, em, em * 1.4);
  context.drawImage(canvas, 0, em * 2);
  context.font = `${em}px sans-serif`;
  named.forEach((series, index) => {
    const y = height + em * (3 + index * 1.5);
    context.fillStyle = seriesStyle(series.slot).color;
    context.fillRect(em, y - em * 0.5, em * 2, em * 0.25);
    context.fillStyle = themeColor('--vscode-foreground');
    context.fillText(series.label, em * 3.5, y);
  });
  return copy.toDataURL('image/png').split(',')[1];
}
