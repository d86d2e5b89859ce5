import { checkbox } from '../../shared/components';
import { scrollingTable } from '../../shared/dataTable';
import { fill, h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import type { Page } from '../../shared/page';
import { comparedValues } from './comparedValues';
import { PlotsPanel } from './plotsPanel';
import type { Comparison, Section } from './section';
import { runLabel } from './section';

/** The parameters of the runs, and in which of them they differ. */
export class ParametersSection implements Section {
  readonly element = h('div', { class: 'stack' });
  private readonly table = h('div');
  private readonly plots: PlotsPanel;

  constructor(private readonly page: Page) {
    this.plots = new PlotsPanel(page);
    fill(this.element, this.table, this.plots.element);
  }

  show(comparison: Comparison): void {
    fill(this.table, this.card(comparison));
    this.plots.show(comparison);
  }

  private card(comparison: Comparison): HTMLElement {
    const { state } = this.page;
    const runs = comparison.compared.map(({ run }) => run);
    const differencesOnly = runs.length > 1 && (state.flag('differencesOnly') ?? true);
    const rows = comparedValues(runs, differencesOnly);
    const columns = [{ title: t('Parameter') }, ...runs.map(run => ({ title: runLabel(run) }))];
    const toggle = checkbox({
      label: t('Differences only'),
      checked: differencesOnly,
      onChange: checked => {
        state.set('differencesOnly', checked);
        this.show(comparison);
      },
    });
    const table =
      rows.length > 0
        ? scrollingTable(
            t('Parameters'),
            columns,
            rows.map(([key = '', ...values]) => [key, ...values.map(value => h('span', { class: 'mono' }, value))]),
          )
        : h('p', { class: 'muted' }, t('All parameters are the same.'));
    return h(
      'section',
      { class: 'card params' },
      h('div', { class: 'card-head' }, h('h2', null, t('Parameters')), runs.length > 1 && toggle),
      table,
    );
  }
}
