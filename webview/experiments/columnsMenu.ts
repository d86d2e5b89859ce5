import { button, checkbox, textField } from '../shared/components';
import { fill, h } from '../shared/dom';
import { t } from '../shared/l10n';
import type { RunColumn } from './columns';
import type { Layout } from './layout';

/** A button that opens the list of columns, to be shown or hidden. */
export class ColumnsMenu {
  readonly element = h('div', { class: 'menu-place' });
  private readonly menu = h('div', { class: 'menu', role: 'dialog', attrs: { 'aria-label': t('Columns') } });
  private readonly list = h('div', { class: 'menu-list' });
  private readonly opener: HTMLElement;
  private columns: readonly RunColumn[] = [];
  private search = '';

  constructor(
    private readonly layout: Layout,
    private readonly changed: () => void,
  ) {
    this.opener = button({ label: t('Columns'), onClick: () => this.toggle() });
    this.opener.setAttribute('aria-expanded', 'false');
    const find = textField({
      label: t('Search columns'),
      placeholder: t('Search'),
      value: '',
      onInput: value => {
        this.search = value.toLowerCase();
        this.fillList();
      },
    });
    this.menu.append(find, this.list);
    this.menu.hidden = true;
    this.element.append(this.opener, this.menu);
    this.element.addEventListener('keydown', event => {
      if (event.key === 'Escape' && !this.menu.hidden) this.toggle();
    });
    document.addEventListener('pointerdown', event => {
      if (!this.menu.hidden && event.target instanceof Node && !this.element.contains(event.target)) this.toggle();
    });
  }

  show(columns: readonly RunColumn[]): void {
    this.columns = columns;
  }

  private toggle(): void {
    this.menu.hidden = !this.menu.hidden;
    this.opener.setAttribute('aria-expanded', String(!this.menu.hidden));
    if (this.menu.hidden) this.opener.focus();
    else {
      this.fillList();
      this.menu.querySelector<HTMLElement>('vscode-text-field')?.focus();
    }
  }

  private fillList(): void {
    const titles = { attributes: t('Attributes'), metrics: t('Metrics'), params: t('Parameters'), tags: t('Tags') };
    const found = this.columns.filter(({ title }) => title.toLowerCase().includes(this.search));
    const groups = Object.entries(titles).map(([group, title]) => {
      const columns = found.filter(column => column.group === group);
      return (
        columns.length > 0 &&
        h(
          'fieldset',
          null,
          h('legend', null, title),
          columns.map(column => this.item(column)),
        )
      );
    });
    fill(this.list, groups);
  }

  private item(column: RunColumn): HTMLElement {
    const onChange = (checked: boolean): void => {
      this.layout.show(column.id, checked);
      this.changed();
    };
    return checkbox({ label: column.title, checked: this.layout.isShown(column), onChange });
  }
}
