import type { FilterItem } from '../../engine/protocol/runTable';
import { fill, h, setAttribute } from '../shared/dom';
import { count } from '../shared/format';
import { t } from '../shared/l10n';

/** The list below a field with what could be written there. The focus stays in the field, as ARIA's combobox has it. */
export class Suggestions {
  readonly element = h('ul', {
    class: 'suggestions',
    role: 'listbox',
    attrs: { id: 'suggestions', 'aria-label': t('Proposals') },
  });
  private items: readonly FilterItem[] = [];
  private at = -1;

  constructor(
    private readonly field: HTMLInputElement,
    private readonly choose: (item: FilterItem) => void,
  ) {
    this.element.hidden = true;
    for (const [name, value] of Object.entries({
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-controls': 'suggestions',
    }))
      field.setAttribute(name, value);
    setAttribute(field, 'aria-expanded', 'false');
    // or the field would lose the focus before the click
    this.element.addEventListener('pointerdown', event => event.preventDefault());
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** The one that arrows have led to. */
  get active(): FilterItem | undefined {
    return this.items[this.at];
  }

  get first(): FilterItem | undefined {
    return this.items[0];
  }

  show(items: readonly FilterItem[]): void {
    this.items = items;
    this.at = -1;
    fill(
      this.element,
      items.map((item, index) => {
        const runs = item.runs === undefined ? '' : item.runs === 1 ? t('1 run') : t('{0} runs', count(item.runs));
        const option = h(
          'li',
          { role: 'option', attrs: { id: `suggestion-${index}`, 'aria-selected': 'false' } },
          h('span', { class: 'suggestion' }, item.label === '' ? t('(empty)') : item.label),
          runs !== '' && h('span', { class: 'muted' }, runs),
        );
        option.addEventListener('click', () => this.choose(item));
        return option;
      }),
    );
    this.element.hidden = items.length === 0;
    setAttribute(this.field, 'aria-expanded', String(items.length > 0));
    setAttribute(this.field, 'aria-activedescendant', undefined);
  }

  hide(): void {
    this.show([]);
  }

  move(by: 1 | -1): void {
    const { children } = this.element;
    children[this.at]?.setAttribute('aria-selected', 'false');
    this.at = this.at < 0 && by < 0 ? children.length - 1 : (this.at + by + children.length) % children.length;
    const option = children[this.at];
    option?.setAttribute('aria-selected', 'true');
    option?.scrollIntoView({ block: 'nearest' });
    setAttribute(this.field, 'aria-activedescendant', option?.id);
  }
}
