import type { CallError } from '../shared/channel';
import { textField } from '../shared/components';
import { fill, h } from '../shared/dom';
import { t } from '../shared/l10n';

/** The query, and below it what is wrong with it, at its column. */
export class FilterBar {
  readonly element = h('div', { class: 'filter' });
  readonly problem = h('div', { class: 'filter-problem', role: 'alert' });
  private value: string;

  constructor(value: string, onSearch: (filter: string) => void) {
    this.value = value;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const search = (filter: string, wait: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (filter === this.value) return;
        this.value = filter;
        onSearch(filter);
      }, wait);
    };
    this.element.append(
      textField({
        label: t('Filter'),
        class: 'filter-field',
        value,
        placeholder: t("Filter, e.g. metrics.auc > 0.7 and params.learner = 'logistic'"),
        onInput: filter => search(filter, 500),
        onCommit: filter => search(filter, 0),
      }),
    );
    this.problem.hidden = true;
  }

  /** Shows the text up to where it goes wrong, and an arrow there. */
  show(error: CallError | undefined): void {
    this.problem.hidden = error === undefined;
    if (!error) return;
    const column = error.wire.data?.['column'];
    const at = typeof column === 'number' ? column : undefined;
    const pointer = at === undefined ? '' : `${this.value}\n${' '.repeat(Math.max(0, at - 1))}▲`;
    const sentence = error.message.replace(/ \(column \d+ of ".*"\)/, '');
    fill(
      this.problem,
      pointer !== '' && h('pre', { attrs: { 'aria-hidden': true } }, pointer),
      h('div', null, sentence),
      at !== undefined && h('div', { class: 'visually-hidden' }, t('Column {0}', at)),
    );
  }
}
