import { fill, h, setAttribute } from '../shared/dom';
import { ago, dateTime, duration } from '../shared/format';
import { t } from '../shared/l10n';
import { scrollBox } from '../shared/scrollBox';
import type { PageState } from '../shared/state';
import { statusMark } from '../shared/status';
import { withCode } from './codeText';
import type { GraphStep } from './graphSteps';
import { timeOf } from './graphSteps';
import type { SortKey, Sorting } from './rows';
import { sorted } from './rows';
import { looks, stateWords } from './words';

export interface TableShown {
  readonly steps: readonly GraphStep[];
  readonly critical: readonly string[];
  readonly selected: string | undefined;
  readonly found: ReadonlySet<string> | undefined;
}

const keys: readonly SortKey[] = ['order', 'name', 'state', 'time', 'started'];
const isKey = (text: string): text is SortKey => keys.some(key => key === text);

/** The steps as a table: the same as the graph says, for whoever does not want one. */
export class TableView {
  readonly element = h('div', { class: 'steps-table' });
  private readonly body = h('tbody');
  private readonly heads = new Map<SortKey, HTMLElement>();
  private sorting: Sorting;
  private shown: TableShown = { steps: [], critical: [], selected: undefined, found: undefined };
  private drawn = '';

  constructor(
    private readonly state: PageState,
    private readonly onSelect: (step: GraphStep) => void,
  ) {
    const [key = '', way] = (state.text('sort') ?? 'order').split(' ');
    this.sorting = { key: isKey(key) ? key : 'order', isDescending: way === 'desc' };
    const table = h(
      'table',
      { class: 'data' },
      h('caption', { class: 'visually-hidden' }, t('Steps')),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          this.head('order', t('#')),
          this.head('name', t('Step')),
          this.head('state', t('State')),
          this.head('time', t('Time')),
          this.head('started', t('Started')),
          h('th', { attrs: { scope: 'col' } }, t('Needs')),
          h('th', { attrs: { scope: 'col' } }, t('Why, or what it found')),
        ),
      ),
      this.body,
    );
    fill(this.element, scrollBox(t('Steps'), table));
    this.sayOrder();
  }

  show(shown: TableShown): void {
    this.shown = shown;
    this.draw();
  }

  tick(): void {
    this.draw();
  }

  private head(key: SortKey, title: string): HTMLElement {
    const click = (): void => this.sortBy(key);
    const head = h(
      'th',
      { class: key === 'time' ? 'num' : '', attrs: { scope: 'col' } },
      h('button', { class: 'sort', attrs: { type: 'button' }, on: { click } }, title),
    );
    this.heads.set(key, head);
    return head;
  }

  private sortBy(key: SortKey): void {
    const isDescending = this.sorting.key === key && !this.sorting.isDescending;
    this.sorting = { key, isDescending };
    this.state.set('sort', `${key} ${isDescending ? 'desc' : 'asc'}`);
    this.sayOrder();
    this.draw();
  }

  private sayOrder(): void {
    for (const [key, head] of this.heads)
      setAttribute(
        head,
        'aria-sort',
        key === this.sorting.key ? (this.sorting.isDescending ? 'descending' : 'ascending') : undefined,
      );
  }

  private draw(): void {
    const { steps, found } = this.shown;
    const now = Date.now();
    const rows = sorted(steps, this.sorting, now).filter(({ name }) => found?.has(name) ?? true);
    const place = new Map(steps.map(({ name }, at) => [name, at + 1]));
    const texts = rows.map(step => this.texts(step, now));
    const drawn = JSON.stringify([texts, this.shown.selected, this.shown.critical]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const focused = this.body.contains(document.activeElement)
      ? document.activeElement?.closest('tr')?.dataset['step']
      : undefined;
    fill(this.body, ...rows.map((step, i) => this.row(step, texts[i] ?? [], place.get(step.name) ?? 0)));
    if (focused !== undefined)
      this.body.querySelector<HTMLElement>(`tr[data-step="${CSS.escape(focused)}"] button`)?.focus();
  }

  private texts(step: GraphStep, now: number): readonly string[] {
    const time = timeOf(step, now);
    return [
      stateWords(step),
      time === undefined ? '' : duration(time),
      step.startedAt === undefined ? '' : ago(step.startedAt),
      step.needs.join(', '),
      step.text ?? '',
    ];
  }

  private row(step: GraphStep, texts: readonly string[], place: number): HTMLElement {
    const { selected, critical } = this.shown;
    const [state = '', time = '', started = '', needs = '', text = ''] = texts;
    const [name, tone] = looks[step.state];
    const isCritical = critical.includes(step.name);
    const row = h(
      'tr',
      { class: isCritical ? 'critical' : '', attrs: { 'aria-current': step.name === selected ? 'true' : undefined } },
      h('td', { class: 'num' }, place),
      h(
        'th',
        { attrs: { scope: 'row' } },
        h('button', { class: 'link', attrs: { type: 'button' }, on: { click: () => this.onSelect(step) } }, step.name),
        isCritical && h('span', { class: 'visually-hidden' }, ` (${t('on the critical path')})`),
      ),
      h('td', null, statusMark(name, tone, state)),
      h('td', { class: 'num' }, time),
      h('td', { title: step.startedAt === undefined ? '' : dateTime(step.startedAt) }, started),
      h('td', null, needs),
      h('td', null, withCode(text)),
    );
    row.dataset['step'] = step.name;
    return row;
  }
}
