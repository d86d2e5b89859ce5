import { checkbox, textField } from '../shared/components';
import { fill, h, setAttribute } from '../shared/dom';
import { t } from '../shared/l10n';
import type { PageState } from '../shared/state';
import { throttled } from '../shared/throttled';

export type ViewName = 'graph' | 'table';

export interface ToolbarActions {
  readonly changed: () => void;
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
  /** Leads to the next step that the search has found. */
  readonly next: () => void;
}

export interface ToolbarShown {
  /** Whether there is a run whose data can be shown. */
  readonly hasData: boolean;
  /** Of a plan: the run before, whose data it is. */
  readonly earlier: string | undefined;
  /** How many steps the search has found. */
  readonly found: number | undefined;
}

const zoomStep = 1.25;

/** How the steps are shown: graph or table, with lineage, found by name, larger or smaller. */
export class Toolbar {
  readonly element = h('div', { class: 'row toolbar' });
  private readonly zooms = h('div', { class: 'row zooms', role: 'group', attrs: { 'aria-label': t('Size') } });
  private readonly lineagePlace = h('span');
  private readonly said = h('span', { class: 'muted', role: 'status' });
  private readonly field: HTMLElement;
  private drawnData = '';
  search = '';

  constructor(
    private readonly state: PageState,
    private readonly actions: ToolbarActions,
  ) {
    // of 1,000 steps each look takes its time
    const found = throttled(150, () => actions.changed());
    this.field = textField({
      label: t('Find a step'),
      placeholder: t('Find a step'),
      value: '',
      onInput: value => {
        this.search = value;
        found();
      },
    });
    this.field.addEventListener('keydown', event => {
      if (event.key === 'Enter') actions.next();
    });
    const zoom = (text: string, label: string, run: () => void): HTMLElement =>
      h(
        'button',
        { class: 'tool', title: label, attrs: { type: 'button', 'aria-label': label }, on: { click: run } },
        text,
      );
    fill(
      this.zooms,
      zoom('−', t('Smaller (−)'), () => actions.zoom(1 / zoomStep)),
      zoom('+', t('Larger (+)'), () => actions.zoom(zoomStep)),
      zoom(t('Fit'), t('Fit into the window (0)'), () => actions.fit()),
    );
    fill(
      this.element,
      this.views(),
      this.lineagePlace,
      this.zooms,
      h('span', { class: 'spacer' }),
      this.said,
      this.field,
    );
  }

  get view(): ViewName {
    return this.state.text('view') === 'table' ? 'table' : 'graph';
  }

  get isLineageShown(): boolean {
    return this.state.flag('lineage') === true;
  }

  show({ hasData, earlier, found }: ToolbarShown): void {
    this.zooms.hidden = this.view !== 'graph';
    this.lineagePlace.hidden = this.view !== 'graph';
    this.said.textContent = found === undefined ? '' : found === 1 ? t('1 step') : t('{0} steps', found);
    const key = JSON.stringify([hasData, earlier]);
    if (key === this.drawnData) return;
    this.drawnData = key;
    const box = checkbox({
      label: earlier === undefined ? t('Data') : t('Data of {0}', earlier),
      checked: hasData && this.isLineageShown,
      title: dataTitle(hasData, earlier),
      onChange: checked => {
        this.state.set('lineage', checked);
        this.actions.changed();
      },
    });
    setAttribute(box, 'disabled', !hasData);
    fill(this.lineagePlace, box);
  }

  focusSearch(): void {
    this.field.focus();
  }

  private views(): HTMLElement {
    const group = h('div', { class: 'views', role: 'group', attrs: { 'aria-label': t('View') } });
    const draw = (): void => {
      const tool = (name: ViewName, text: string): HTMLElement =>
        h(
          'button',
          {
            class: 'tool',
            attrs: { type: 'button', 'aria-pressed': String(this.view === name) },
            on: {
              click: () => {
                this.state.set('view', name);
                draw();
                this.actions.changed();
                group.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
              },
            },
          },
          text,
        );
      fill(group, tool('graph', t('Graph')), tool('table', t('Table')));
    };
    draw();
    return group;
  }
}

function dataTitle(hasData: boolean, earlier: string | undefined): string {
  if (!hasData) return t('There is no data yet: no run of the pipeline has succeeded');
  return earlier === undefined
    ? t('Datasets, outputs and model versions between the steps')
    : t('What went through {0}, the last run that succeeded; the next run makes its own', earlier);
}
