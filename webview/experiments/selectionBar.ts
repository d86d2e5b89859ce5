import type { RunSummary } from '../../engine/protocol/tracking';
import { button } from '../shared/components';
import { fill, h } from '../shared/dom';
import { count } from '../shared/format';
import { t } from '../shared/l10n';
import { editTags } from './editors';
import type { RunChanges } from './runChanges';
import type { Ticks } from './ticks';

export interface SelectionBarOptions {
  readonly ticks: Ticks;
  readonly changes: RunChanges;
  readonly isDeleted: () => boolean;
  /** Those that are ticked, read. */
  readonly runs: () => Promise<readonly RunSummary[]>;
  readonly copyRows: (runs: readonly RunSummary[]) => void;
}

/** What can be done with all ticked runs. */
export class SelectionBar {
  readonly element = h('div', { class: 'row selection', role: 'toolbar', attrs: { 'aria-label': t('Ticked runs') } });
  private shown = '';

  constructor(private readonly options: SelectionBarOptions) {
    this.element.hidden = true;
  }

  draw(): void {
    const { ticks, changes, isDeleted, runs, copyRows } = this.options;
    const state = `${ticks.size} ${isDeleted()}`;
    this.element.hidden = ticks.size === 0;
    if (state === this.shown) return; // so that a button keeps the focus
    this.shown = state;
    const tags = button({
      label: t('Tags…'),
      onClick: async () => editTags(await runs(), { anchor: tags, changes }),
    });
    const remove = async (): Promise<void> => {
      const ids = ticks.all;
      if (!isDeleted()) ticks.set([]);
      await changes.move(ids, isDeleted() ? 'active' : 'deleted');
    };
    fill(
      this.element,
      h('span', null, ticks.size === 1 ? t('1 ticked') : t('{0} ticked', count(ticks.size))),
      !isDeleted() && button({ label: t('Star'), onClick: async () => changes.star(await runs()) }),
      !isDeleted() && tags,
      button({ label: t('Copy Rows'), onClick: async () => copyRows(await runs()) }),
      button({ label: isDeleted() ? t('Restore') : t('Delete'), onClick: remove }),
      button({ label: t('Untick All'), onClick: () => ticks.set([]) }),
    );
  }
}
