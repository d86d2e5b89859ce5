import type { ChartSpec } from '../../../engine/charts/spec';
import type { Channel } from '../../shared/channel';
import { ChartView } from '../../shared/charts/chartView';
import type { ChartInteraction } from '../../shared/charts/interact';
import { fill, h } from '../../shared/dom';

/** Charts side by side, each kept as long as there is one of its title. */
export class ChartGrid {
  readonly element = h('div', { class: 'charts' });
  private readonly views = new Map<string, ChartView>();

  constructor(
    private readonly channel: Pick<Channel, 'call'>,
    private readonly interaction?: ChartInteraction,
  ) {}

  show(specs: readonly ChartSpec[]): void {
    for (const spec of specs) {
      const view = this.views.get(spec.title);
      if (view) view.update(spec);
      else this.views.set(spec.title, new ChartView(spec, this.channel, this.interaction));
    }
    const titles = new Set(specs.map(({ title }) => title));
    for (const [title, view] of this.views) {
      if (titles.has(title)) continue;
      view.dispose();
      this.views.delete(title);
    }
    const elements = specs.flatMap(({ title }) => this.views.get(title)?.element ?? []);
    const isSame =
      elements.length === this.element.childElementCount &&
      elements.every((element, at) => this.element.children[at] === element);
    if (!isSame) fill(this.element, elements);
  }

  showCursor(x: number | undefined): void {
    for (const view of this.views.values()) view.showCursor(x);
  }
}
