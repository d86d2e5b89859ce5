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
import type { Channel } from '../channel';
import { csv } from '../csv';
import { dataTable } from '../dataTable';
import { fill, h } from '../dom';
import { metric } from '../format';
import { t } from '../l10n';
import { onThemeChange, themeColor } from '../theme';
import type { XY } from './config';
import { chartConfig } from './config';
import { marksPlugin, whiskersPlugin } from './draw';
import { legend, namedSeries } from './legend';
import { seriesStyle } from './palette';
import { chartRows } from './rows';
import type { ChartSpec } from './spec';

Chart.register(BarController, BarElement, LineController, LineElement, PointElement);
Chart.register(CategoryScale, LinearScale, LogarithmicScale, Filler, Legend, Tooltip);

/** More rows than this are only in the file. */
const tableLimit = 600;

/** A chart with its title, a table of the same numbers, and both as files. */
export class ChartView {
  readonly element: HTMLElement;
  private readonly canvas = h('canvas', { role: 'img' });
  private readonly picture = h('div', { class: 'chart-picture' }, this.canvas);
  private readonly table = h('div', { class: 'chart-table scroll', attrs: { tabindex: 0 }, role: 'region' });
  private readonly heading = h('h2');
  private readonly legend = h('ul', { class: 'chart-legend' });
  private readonly toggle: HTMLButtonElement;
  private readonly stopListening: () => void;
  private chart: Chart<'line' | 'bar', (XY | number)[]> | undefined;
  private isTable = false;

  constructor(
    private spec: ChartSpec,
    private readonly channel: Pick<Channel, 'call'>,
  ) {
    this.toggle = tool(t('Table'), () => this.showTable(!this.isTable));
    this.toggle.setAttribute('aria-pressed', 'false');
    const tools = h(
      'div',
      { class: 'chart-tools' },
      this.toggle,
      tool('PNG', () => this.savePicture()),
      tool('CSV', () => this.saveTable()),
    );
    this.element = h('figure', { class: 'chart card' }, h('div', { class: 'chart-head' }, this.heading, tools));
    this.element.append(this.picture, this.legend, this.table);
    this.table.hidden = true;
    this.stopListening = onThemeChange(() => this.draw());
    this.draw();
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
    this.canvas.setAttribute('aria-label', `${title}. ${summary}`);
    this.table.setAttribute('aria-label', title);
    this.picture.style.height = `${height}px`;
    fill(this.legend, this.isTable ? [] : legend(this.spec));
    if (this.isTable) this.fillTable();
    else this.drawPicture();
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
    const plugins = [marksPlugin(() => this.spec), whiskersPlugin(() => this.spec)];
    this.chart = new Chart(this.canvas, { type, data, options, plugins });
  }

  private showTable(isTable: boolean): void {
    this.isTable = isTable;
    this.toggle.setAttribute('aria-pressed', String(isTable));
    this.picture.hidden = isTable;
    this.table.hidden = !isTable;
    this.draw();
  }

  private fillTable(): void {
    const { columns, rows } = chartRows(this.spec);
    const shown = rows
      .slice(0, tableLimit)
      .map(row => row.map(cell => (typeof cell === 'number' ? metric(cell) : cell)));
    const heads = columns.map((title, index) => ({ title, numeric: typeof rows[0]?.[index] === 'number' }));
    const more = rows.length - shown.length;
    fill(
      this.table,
      dataTable(this.spec.title, heads, shown),
      more > 0 && h('p', { class: 'muted' }, t('{0} more rows are in the CSV file.', more)),
    );
  }

  private async saveTable(): Promise<void> {
    const { columns, rows } = chartRows(this.spec);
    await this.channel.call('host/save', { name: this.fileName('csv'), text: csv([columns, ...rows]) });
  }

  private async savePicture(): Promise<void> {
    if (this.isTable) this.showTable(false);
    const base64 = picture(this.canvas, this.spec);
    if (base64 !== undefined) await this.channel.call('host/save', { name: this.fileName('png'), base64 });
  }

  private fileName(extension: string): string {
    const name = this.spec.title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');
    return `${name.replace(/^-|-$/g, '') || 'chart'}.${extension}`;
  }
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
  named.forEach(({ label, slot }, index) => {
    const y = height + em * (3 + index * 1.5);
    context.fillStyle = seriesStyle(slot).color;
    context.fillRect(em, y - em * 0.5, em * 2, em * 0.25);
    context.fillStyle = themeColor('--vscode-foreground');
    context.fillText(label, em * 3.5, y);
  });
  return copy.toDataURL('image/png').split(',')[1];
}

const tool = (label: string, onClick: () => unknown): HTMLButtonElement =>
  h('button', { class: 'chart-tool', attrs: { type: 'button' }, on: { click: () => void onClick() } }, label);
