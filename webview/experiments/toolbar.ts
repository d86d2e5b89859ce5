import type { RunKeys } from '../../engine/protocol/runTable';
import type { Experiment } from '../../engine/protocol/tracking';
import { button, checkbox, dropdown } from '../shared/components';
import { fill, h } from '../shared/dom';
import { count } from '../shared/format';
import { t } from '../shared/l10n';
import { openMenu } from '../shared/menu';
import type { Page } from '../shared/page';
import type { RunColumn } from './columns';
import { ColumnsMenu } from './columnsMenu';
import type { FilterArea } from './filterArea';
import { groupTitle } from './groupCell';
import { orderChips } from './headerMenu';
import type { Layout } from './layout';

export interface ToolbarOptions {
  readonly layout: Layout;
  readonly filter: FilterArea;
  readonly keys: () => RunKeys;
  readonly experiment: () => Experiment | undefined;
  readonly search: () => void;
  readonly draw: () => void;
}

/** Experiment, filter, columns, groups and files: two rows above the table. */
export class Toolbar {
  readonly element = h('div', { class: 'toolbars' });
  private readonly first = h('div', { class: 'row toolbar', role: 'toolbar', attrs: { 'aria-label': t('Table') } });
  private readonly said = h('span', { class: 'muted said', role: 'status' });
  private readonly chips = h('span', { class: 'row chips' });
  private readonly menu: ColumnsMenu;
  private columns: readonly RunColumn[] = [];
  private chipsShown = '';

  constructor(
    private readonly page: Page,
    private readonly options: ToolbarOptions,
  ) {
    const { layout, filter, search, draw } = options;
    this.menu = new ColumnsMenu(layout, draw);
    const grouping = button({ label: t('Group by'), onClick: () => this.openGroups(grouping) });
    grouping.setAttribute('aria-haspopup', 'menu');
    const second = h(
      'div',
      { class: 'row toolbar', role: 'toolbar', attrs: { 'aria-label': t('View') } },
      filter.quick.element,
      checkbox({
        label: t('Deleted runs'),
        checked: page.state.flag('deleted') ?? false,
        onChange: checked => {
          page.state.set('deleted', checked);
          search();
        },
      }),
      checkbox({
        label: t('Only changed'),
        title: t('Hides parameters that are the same in all runs'),
        checked: layout.onlyChanged,
        onChange: checked => {
          layout.onlyChanged = checked;
          draw();
        },
      }),
      this.menu.element,
      grouping,
      this.chips,
      button({
        label: t('Export CSV'),
        title: t('All runs that are found, with all they have'),
        onClick: () => this.exportCsv(),
      }),
      this.said,
    );
    this.element.append(this.first, second);
  }

  draw(experiments: readonly Experiment[]): void {
    const { filter, search, experiment } = this.options;
    const total = experiments.reduce((sum, { runs }) => sum + runs, 0);
    const all = { value: '', text: t('All experiments ({0})', count(total)) };
    const each = experiments
      .filter(({ runs, id }) => runs > 0 || id === experiment()?.id)
      .map(({ id, name, runs }) => ({ value: id, text: `${name} (${count(runs)})` }));
    const choice = dropdown({
      label: t('Experiment'),
      options: [all, ...each],
      value: experiment()?.id ?? '',
      onChange: id => {
        this.page.state.set('experiment', id);
        search();
      },
    });
    // what is written in the filter keeps the focus
    if (this.first.firstElementChild) this.first.replaceChild(choice, this.first.firstElementChild);
    else fill(this.first, choice, filter.bar.element, filter.toggle);
  }

  showColumns(columns: readonly RunColumn[]): void {
    this.columns = columns;
    this.menu.show(columns);
  }

  say(text: string): void {
    if (this.said.textContent !== text) this.said.textContent = text;
    const { layout, search } = this.options;
    const state = JSON.stringify([layout.groupBy, layout.sorts]);
    if (state === this.chipsShown) return;
    this.chipsShown = state;
    fill(
      this.chips,
      orderChips(layout, id => this.titleOf(id), search),
    );
  }

  private titleOf(id: string): string {
    return this.columns.find(column => column.id === id || column.groupBy === id)?.title ?? groupTitle(id);
  }

  private openGroups(anchor: Element): void {
    const { layout, search } = this.options;
    const item = (by: string, label: string) => ({
      label,
      checked: layout.groupBy.includes(by),
      onClick: () => {
        const { groupBy } = layout;
        layout.setGroupBy(groupBy.includes(by) ? groupBy.filter(one => one !== by) : [...groupBy, by]);
        search();
      },
    });
    const columns = this.columns.flatMap(column =>
      column.groupBy === undefined ? [] : [{ column, by: column.groupBy }],
    );
    const of = (group: RunColumn['group']) =>
      columns
        .filter(({ column }) => column.group === group && !column.constant)
        .map(({ column, by }) => item(by, column.title));
    openMenu({
      label: t('Group by'),
      anchor,
      groups: [[...of('attributes'), item('attributes.experiment', t('Experiment'))], of('params'), of('tags')],
    });
  }

  private async exportCsv(): Promise<void> {
    const { filter, experiment } = this.options;
    const one = experiment();
    const asked = filter.filter();
    await this.page.channel.call('host/exportTable', {
      ...(one && { experiments: [one.name] }),
      ...(asked !== '' && { filter: asked }),
      ...((this.page.state.flag('deleted') ?? false) && { deleted: 'only' as const }),
    });
  }
}
