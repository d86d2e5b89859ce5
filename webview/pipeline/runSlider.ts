import type { PipelineRun } from '../../engine/protocol/pipelines';
import { h } from '../shared/dom';
import { ago } from '../shared/format';
import { t } from '../shared/l10n';
import type { HistoryRow } from './history';
import { runWord } from './words';

/** Through the runs in time, from the oldest that has been read to the plan of the next one. */
export class RunSlider {
  readonly element: HTMLElement;
  private readonly input = h('input', { attrs: { type: 'range', min: 0, max: 0, step: 1 } });
  private readonly said = h('output');
  private rows: readonly HistoryRow[] = [];

  /** `pick`: a run, or undefined for the plan. */
  constructor(private readonly pick: (run: PipelineRun | undefined) => void) {
    this.element = h('label', { class: 'slider run-slider' }, h('span', null, t('Run')), this.input, this.said);
    this.input.addEventListener('input', () => {
      this.say();
      this.pick(this.rows[this.input.valueAsNumber]?.run);
    });
  }

  /** `rows`: the newest first. */
  show(rows: readonly HistoryRow[], selected: string | undefined): void {
    this.rows = rows.toReversed();
    const at = this.rows.findIndex(({ run }) => run.id === selected);
    this.input.max = String(rows.length);
    this.input.valueAsNumber = at < 0 ? rows.length : at;
    this.element.hidden = rows.length === 0;
    this.say();
  }

  private say(): void {
    const row = this.rows[this.input.valueAsNumber];
    const name = row?.number === undefined ? '' : `r-${row.number}, `;
    const text =
      row === undefined
        ? t('the next one, as planned')
        : `${name}${runWord(row.run.status)}, ${ago(row.run.startedAt)}`;
    this.said.textContent = text;
    this.input.setAttribute('aria-valuetext', text);
  }
}
