import { beeswarm } from '../../../engine/charts/plots/beeswarm';
import { contributionsOf } from '../../../engine/charts/plots/contributionsOf';
import type { Explanation } from '../../../engine/protocol/explanation';
import { PlotView } from '../../shared/charts/plotView';
import { fill, h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import type { RunContext } from '../context';

/** The contributions of single rows: all columns at once, and below one column by its values. */
export class ExplanationView {
  readonly element = h('section', { class: 'stack explanation', attrs: { 'aria-label': t('SHAP values by row') } });
  private readonly swarm: PlotView;
  private readonly one: PlotView;
  private readonly columns = h('select', { class: 'field', attrs: { 'aria-label': t('Column') } });
  private readonly outputs = h('select', { class: 'field', attrs: { 'aria-label': t('Class') } });
  private readonly bar = h('div', { class: 'card-head' });
  private explanation: Explanation | undefined;

  constructor({ channel }: Pick<RunContext, 'channel'>) {
    const onOpen = (column: string): void => {
      this.columns.value = column;
      this.draw();
      this.one.element.scrollIntoView({ block: 'nearest' });
    };
    this.swarm = new PlotView({ channel, onOpen });
    this.one = new PlotView({ channel, onOpen: () => undefined });
    for (const select of [this.columns, this.outputs]) select.addEventListener('change', () => this.draw());
  }

  update(explanation: Explanation | undefined): void {
    if (explanation === this.explanation) return;
    this.explanation = explanation;
    if (!explanation || explanation.sample.columns.length === 0) {
      fill(this.element);
      return;
    }
    const option = (value: string, name: string): HTMLElement => h('option', { attrs: { value } }, name);
    fill(
      this.columns,
      explanation.sample.columns.map(({ column }) => option(column, column)),
    );
    fill(
      this.outputs,
      explanation.outputs.map(({ name }, at) => option(String(at), name)),
    );
    fill(
      this.bar,
      explanation.outputs.length > 1 && h('label', null, t('Class'), ' ', this.outputs),
      h('label', null, t('Column'), ' ', this.columns),
    );
    fill(this.element, this.swarm.element, this.bar, this.one.element);
    this.draw();
  }

  private draw(): void {
    const { explanation } = this;
    if (!explanation) return;
    const output = Math.max(0, this.outputs.selectedIndex);
    this.swarm.update(beeswarm({ explanation, output, t }));
    const one = contributionsOf({ explanation, output, column: this.columns.value, t });
    if (one) this.one.update(one);
  }
}
