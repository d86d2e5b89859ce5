import type { FilterCompletion, FilterItem } from '../../engine/protocol/runTable';
import type { CallError } from '../shared/channel';
import { fill, h, setAttribute } from '../shared/dom';
import { t } from '../shared/l10n';
import { Suggestions } from './suggestions';

export interface FilterBarOptions {
  readonly value: string;
  readonly onSearch: (filter: string) => void;
  readonly complete: (filter: string, offset: number) => Promise<FilterCompletion>;
}

/** ms without a key after which it is searched, and after which it is proposed. */
const searchPause = 500;
const proposePause = 120;

/** The query with proposals while it is written, and below it what is wrong with it, at its column. */
export class FilterBar {
  readonly element = h('div', { class: 'filter' });
  readonly problem = h('div', { class: 'filter-problem', role: 'alert' });
  private readonly field: HTMLInputElement;
  private readonly suggestions: Suggestions;
  private searched: string;
  private searching: ReturnType<typeof setTimeout> | undefined;
  private proposing: ReturnType<typeof setTimeout> | undefined;
  private found: FilterCompletion = { from: 0, to: 0, items: [] };

  constructor(private readonly options: FilterBarOptions) {
    this.searched = options.value;
    this.field = h('input', {
      class: 'field',
      attrs: {
        type: 'text',
        spellcheck: 'false',
        autocomplete: 'off',
        'aria-label': t('Filter'),
        placeholder: t("Filter, e.g. metrics.auc > 0.7 and params.learner = 'logistic'"),
      },
    });
    this.field.value = options.value;
    this.suggestions = new Suggestions(this.field, item => this.accept(item));
    this.element.append(h('div', { class: 'filter-field' }, this.field, this.suggestions.element));
    this.field.addEventListener('input', () => {
      this.search(searchPause);
      // an empty field proposes nothing unasked: all names would lie over the table
      if (this.value.trim() === '') this.suggestions.hide();
      else this.propose(proposePause);
    });
    this.field.addEventListener('keydown', event => this.press(event));
    this.field.addEventListener('blur', () => this.suggestions.hide());
    this.field.addEventListener('change', () => this.search(0));
    this.problem.hidden = true;
  }

  get value(): string {
    return this.field.value;
  }

  /** Another part of the page has written the filter. */
  set(filter: string): void {
    this.field.value = filter;
    this.search(0);
  }

  focus(): void {
    this.field.focus();
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
    this.propose(0);
  }

  /** Shows the text up to where it goes wrong, and an arrow there. */
  show(error: CallError | undefined): void {
    this.problem.hidden = error === undefined;
    setAttribute(this.field, 'aria-invalid', error === undefined ? undefined : 'true');
    if (!error) return;
    const column = error.wire.data?.['column'];
    const at = typeof column === 'number' ? column : undefined;
    const pointer = at === undefined ? '' : `${this.searched}\n${' '.repeat(Math.max(0, at - 1))}▲`;
    const sentence = error.message.replace(/ \(column \d+ of ".*"\)/, '');
    fill(
      this.problem,
      pointer !== '' && h('pre', { attrs: { 'aria-hidden': true } }, pointer),
      h('div', null, sentence),
      at !== undefined && h('div', { class: 'visually-hidden' }, t('Column {0}', at)),
    );
  }

  private search(wait: number): void {
    clearTimeout(this.searching);
    this.searching = setTimeout(() => {
      if (this.value === this.searched) return;
      this.searched = this.value;
      this.options.onSearch(this.value);
    }, wait);
  }

  private propose(wait: number): void {
    clearTimeout(this.proposing);
    this.proposing = setTimeout(() => void this.askProposals(), wait);
  }

  private async askProposals(): Promise<void> {
    const { value, selectionStart } = this.field;
    const offset = selectionStart ?? value.length;
    const found = await this.options.complete(value, offset).catch(() => undefined);
    const isStill = this.field.value === value && (this.field.selectionStart ?? offset) === offset;
    if (!found || !isStill || document.activeElement !== this.field) return;
    this.found = found;
    this.suggestions.show(found.items);
  }

  private press(event: KeyboardEvent): void {
    const { suggestions } = this;
    if (event.key === ' ' && event.ctrlKey) this.propose(0);
    else if (event.key === 'ArrowDown' && !suggestions.isOpen) this.propose(0);
    else if (event.key === 'ArrowDown') suggestions.move(1);
    else if (event.key === 'ArrowUp' && suggestions.isOpen) suggestions.move(-1);
    else if (event.key === 'Escape' && suggestions.isOpen) suggestions.hide();
    else if (event.key === 'Enter' && suggestions.active) this.accept(suggestions.active);
    else if (event.key === 'Enter') {
      suggestions.hide();
      this.search(0);
    } else if (event.key === 'Tab' && !event.shiftKey && suggestions.isOpen && suggestions.first)
      this.accept(suggestions.active ?? suggestions.first);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private accept({ insert }: FilterItem): void {
    const { from, to } = this.found;
    const { value } = this.field;
    const rest = value.slice(to);
    const text = insert.endsWith(' ') && rest.startsWith(' ') ? insert.slice(0, -1) : insert;
    this.field.value = value.slice(0, from) + text + rest;
    const caret = from + insert.length;
    this.field.setSelectionRange(caret, caret);
    this.search(searchPause);
    this.propose(0);
  }
}
