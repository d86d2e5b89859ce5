import { fill, h } from '../shared/dom';
import { t } from '../shared/l10n';
import type { PageState } from '../shared/state';
import type { Asked } from './lineageStore';

export interface ToolbarActions {
  /** The same is shown otherwise. */
  readonly changed: () => void;
  /** Something else is asked for. */
  readonly asked: () => void;
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
}

const zoomStep = 1.25;
type Flag = 'up' | 'down' | 'steps';

/** Which way the lineage goes, and how it is shown. */
export class Toolbar {
  readonly element = h('div', { class: 'row toolbar' });
  private readonly zooms = group('zooms', t('Size'));
  private readonly redraw: (() => void)[] = [];

  constructor(
    private readonly state: PageState,
    private readonly actions: ToolbarActions,
  ) {
    const views = group('views', t('View'));
    const ways = group('views', t('What is shown'));
    fill(views, this.viewButton('graph', t('Graph')), this.viewButton('table', t('Table')));
    fill(
      ways,
      this.flag('up', t('Upstream'), t('What it came from')),
      this.flag('down', t('Downstream'), t('What came of it')),
      this.flag('steps', t('Steps'), t('The steps of a run, with the files that they read and made')),
    );
    fill(
      this.zooms,
      tool('−', t('Smaller (−)'), () => actions.zoom(1 / zoomStep)),
      tool('+', t('Larger (+)'), () => actions.zoom(zoomStep)),
      tool(t('Fit'), t('Fit into the window (0)'), () => actions.fit()),
    );
    fill(this.element, views, ways, this.zooms);
  }

  get view(): 'graph' | 'table' {
    return this.state.text('view') === 'table' ? 'table' : 'graph';
  }

  get asked(): Asked {
    return { up: this.isOn('up'), down: this.isOn('down'), steps: this.isOn('steps') };
  }

  show(): void {
    this.zooms.hidden = this.view !== 'graph';
    for (const draw of this.redraw) draw();
  }

  private isOn(flag: Flag): boolean {
    return this.state.flag(flag) ?? flag !== 'steps';
  }

  private viewButton(name: 'graph' | 'table', text: string): HTMLElement {
    return this.toggle(text, {
      isOn: () => this.view === name,
      click: () => {
        this.state.set('view', name);
        this.actions.changed();
      },
    });
  }

  private flag(flag: Flag, text: string, title: string): HTMLElement {
    const element = this.toggle(text, {
      isOn: () => this.isOn(flag),
      click: () => {
        this.state.set(flag, !this.isOn(flag));
        this.show();
        this.actions.asked();
      },
    });
    element.title = title;
    return element;
  }

  private toggle(
    text: string,
    { isOn, click }: { readonly isOn: () => boolean; readonly click: () => void },
  ): HTMLElement {
    const element = h('button', { class: 'tool', attrs: { type: 'button' }, on: { click } }, text);
    const draw = (): void => element.setAttribute('aria-pressed', String(isOn()));
    this.redraw.push(draw);
    draw();
    return element;
  }
}

const group = (className: string, label: string): HTMLElement =>
  h('div', { class: className, role: 'group', attrs: { 'aria-label': label } });

const tool = (text: string, label: string, click: () => void): HTMLElement =>
  h('button', { class: 'tool', title: label, attrs: { type: 'button', 'aria-label': label }, on: { click } }, text);
