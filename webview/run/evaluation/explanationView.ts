import { beeswarm } from '../../../engine/charts/plots/beeswarm';
import { contributionsOf } from '../../../engine/charts/plots/contributionsOf';
import type { Explanation } from '../../../engine/protocol/explanation';
import { PlotView } from '../../shared/charts/plotView';
import { dropdown } from '../../shared/components';
import { fill, h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import type { RunContext } from '../context';

/** The contributions of single rows: all columns at once, and below one column by its values. */
export class ExplanationView {
  readonly element = h('div', { class: 'stack explanation' });
  private readonly swarm: PlotView;
  private readonly one: PlotView;
  private readonly choices = h('div', { class: 'card-head' });
  private explanation: Explanation | undefined;
  private column = '';
  private output = 0;

  constructor({ channel }: Pick<RunContext, 'channel'>) {
    const onOpen = (column: string): void => {
      this.column = column;
      this.draw();
      this.drawChoices();
      this.one.element.scrollIntoView({ block: 'nearest' });
    };
    this.swarm = new PlotView({ channel, onOpen });
    this.one = new PlotView({ channel, onOpen: () => undefined });
  }

  update(explanation: Explanation | undefined): void {
    if (explanation === this.explanation) return;
    this.explanation = explanation;
    const [first] = explanation?.sample.columns ?? [];
    if (!first) {
      fill(this.element);
      return;
    }
    this.column = first.column;
    this.output = 0;
    fill(this.element, this.swarm.element, this.choices, this.one.element);
    this.drawChoices();
    this.draw();
  }

  private drawChoices(): void {
    const { explanation } = this;
    if (!explanation) return;
    const { outputs, sample } = explanation;
    const column = dropdown({
      label: t('Column'),
      options: sample.columns.map(one => ({ value: one.column, text: one.column })),
      value: this.column,
      onChange: chosen => {
        this.column = chosen;
        this.draw();
      },
    });
    const output = dropdown({
      label: t('Class'),
      options: outputs.map(({ name }, at) => ({ value: String(at), text: name })),
      value: String(this.output),
      onChange: chosen => {
        this.output = Number(chosen);
        this.draw();
      },
    });
    fill(this.choices, outputs.length > 1 && labelled(t('Class'), output), labelled(t('Column'), column));
  }

  private draw(): void {
    const { explanation, output, column } = this;
    if (!explanation) return;
    this.swarm.update(beeswarm({ explanation, output, t }));
    const one = contributionsOf({ explanation, output, column, t });
    if (one) this.one.update(one);
  }
}

const labelled = (label: string, control: HTMLElement): HTMLElement =>
  h('span', { class: 'labelled' }, h('span', { class: 'muted' }, label), control);
