import { fill, h } from '../shared/dom';
import { keepFocus } from '../shared/keepFocus';
import type { ModelContext, ModelTab } from './context';
import type { ModelData } from './modelStore';
import { stages } from './stages';
import { timeline } from './timeline';
import { VersionsTable } from './versionsTable';

/** Stages, versions and history on one screen. */
export class OverviewTab implements ModelTab {
  readonly element = h('div', { class: 'stack' });
  private readonly columns = h('div');
  private readonly history = h('div');
  private readonly versions: VersionsTable;
  private moments = 0;
  private drawn = '';

  constructor(private readonly context: ModelContext) {
    this.versions = new VersionsTable(context);
    fill(this.element, this.columns, this.versions.element, this.history);
  }

  update({ model }: ModelData): void {
    const key = JSON.stringify([model, this.context.trusted(), Math.floor(Date.now() / 60_000)]);
    if (key === this.drawn) return;
    this.drawn = key;
    keepOpen(this.columns, () => fill(this.columns, stages(model, this.context)));
    this.versions.update(model);
    this.drawHistory({ model });
  }

  private drawHistory(data: Pick<ModelData, 'model'>): void {
    const more = (shown: number): void => {
      this.moments = shown;
      this.drawHistory(data);
    };
    keepOpen(this.history, () => fill(this.history, timeline(data.model, this.moments, more)));
  }
}

/** Draws anew; what was unfolded stays so, and the focus where it was. */
function keepOpen(place: HTMLElement, draw: () => void): void {
  const folded = (): readonly HTMLDetailsElement[] => [...place.querySelectorAll('details')];
  const nameOf = (one: HTMLElement): string => one.closest('li')?.firstElementChild?.textContent ?? '';
  const open = new Set(
    folded()
      .filter(one => one.open)
      .map(nameOf),
  );
  keepFocus(place, draw);
  for (const one of folded()) one.open = open.has(nameOf(one));
}
