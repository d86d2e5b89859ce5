import type { ChartSpec } from '../../../engine/charts/spec';
import { ChartView } from '../../shared/charts/chartView';
import { fill, h } from '../../shared/dom';
import type { RunContext } from '../context';

/** Charts side by side, told apart by their titles: those that stay are drawn anew in place. */
export class ChartList {
  readonly element = h('div', { class: 'charts' });
  private readonly views = new Map<string, ChartView>();
  private titles = '';

  constructor(private readonly channel: RunContext['channel']) {}

  show(drawn: readonly ChartSpec[]): void {
    for (const spec of drawn) {
      const view = this.views.get(spec.title);
      if (view) view.update(spec);
      else this.views.set(spec.title, new ChartView(spec, this.channel));
    }
    const titles = drawn.map(({ title }) => title).join('\n');
    if (titles === this.titles) return;
    this.titles = titles;
    const elements = drawn.flatMap(({ title, categories }) => {
      const element = this.views.get(title)?.element;
      element?.classList.toggle('wide', categories !== undefined);
      return element ?? [];
    });
    fill(this.element, elements);
  }
}
