import type { FilterCondition, RunKeys, ValueCount, ValueQuery } from '../../engine/protocol/runTable';
import { fill, h } from '../shared/dom';
import { t } from '../shared/l10n';
import type { FilterField } from './filterFields';
import { conditionOf, filterFields, hasValue, writtenValue } from './filterFields';
import { filterText } from './filterText';

export interface FilterBuilderOptions {
  readonly conditions: (filter: string) => Promise<readonly FilterCondition[]>;
  readonly values: (query: Pick<ValueQuery, 'entity' | 'key'>) => Promise<readonly ValueCount[]>;
  /** The text of the filter, as the rows say it now. */
  readonly onChange: (filter: string) => void;
}

interface Line {
  readonly field: FilterField;
  readonly comparator: string;
  readonly written: string;
}

/** The filter as rows of name, comparison and value; the same one as in the field. */
export class FilterBuilder {
  readonly element = h('div', { class: 'builder', role: 'group', attrs: { 'aria-label': t('Conditions') } });
  private lines: readonly Line[] = [];
  private fields: readonly FilterField[] = [];
  private said = '';
  private lists = 0;

  constructor(private readonly options: FilterBuilderOptions) {
    this.element.hidden = true;
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  open(isOpen: boolean): void {
    this.element.hidden = !isOpen;
  }

  /** Reads the filter that is in force, unless it is what the rows have said themselves. */
  async show(filter: string, keys: RunKeys): Promise<void> {
    this.fields = filterFields(keys);
    if (!this.isOpen || (filter === this.said && this.lines.length > 0)) return;
    this.said = filter;
    try {
      const conditions = await this.options.conditions(filter);
      if (filter !== this.said) return;
      this.lines = conditions.flatMap(({ entity, key, comparator, value }) => {
        const field = this.fieldOf(entity, key);
        return field ? [{ field, comparator, written: writtenValue(field, value) }] : [];
      });
      this.draw();
    } catch {
      fill(this.element, h('p', { class: 'muted' }, t('The filter has a mistake: mend it in its field first.')));
    }
  }

  /** One more row, about this field. */
  add(entity: FilterField['entity'], key: string): void {
    const field = this.fieldOf(entity, key);
    if (!field) return;
    this.lines = [...this.lines, { field, comparator: field.comparators[0] ?? '=', written: '' }];
    this.draw();
    this.element.querySelector<HTMLElement>('.condition:last-of-type .condition-value')?.focus();
  }

  /** Also one that no run has yet, or any more. */
  private fieldOf(entity: FilterField['entity'], key: string): FilterField | undefined {
    const known = this.fields.find(field => field.entity === entity && field.key === key);
    if (known) return known;
    const made = { runs: 0, constant: false, key };
    return filterFields({ runs: 0, metrics: [made], params: [made], tags: [made] }).find(
      field => field.entity === entity && field.key === key,
    );
  }

  private change(at: number, line: Line | undefined): void {
    this.lines = this.lines.flatMap((one, index) => (index === at ? (line ? [line] : []) : [one]));
    this.tell();
  }

  private tell(): void {
    const conditions = this.lines.flatMap(
      ({ field, comparator, written }) => conditionOf(field, comparator, written) ?? [],
    );
    this.said = filterText(conditions);
    this.options.onChange(this.said);
  }

  private draw(): void {
    const first = this.fields[0];
    fill(
      this.element,
      this.lines.map((line, at) => this.row(line, at)),
      h(
        'div',
        { class: 'row' },
        first &&
          h(
            'button',
            {
              class: 'toggle',
              attrs: { type: 'button' },
              on: { click: () => this.add(first.entity, first.key) },
            },
            t('Add a condition'),
          ),
      ),
    );
  }

  private row(line: Line, at: number): HTMLElement {
    const { field, comparator } = line;
    const known = this.fields.some(one => one.entity === field.entity && one.key === field.key);
    const fields = known ? this.fields : [field, ...this.fields];
    const name = select({
      label: t('What'),
      choices: groupsOf(fields),
      value: String(fields.findIndex(one => one.entity === field.entity && one.key === field.key)),
      onChange: value => {
        const next = fields[Number(value)];
        if (!next) return;
        const keeps = next.comparators.includes(comparator) && next.kind === field.kind;
        this.change(at, { field: next, comparator: keeps ? comparator : (next.comparators[0] ?? '='), written: '' });
        this.draw();
      },
    });
    const how = select({
      label: t('Comparison'),
      choices: field.comparators.map(text => ({ value: text, text })),
      value: comparator,
      onChange: value => {
        this.change(at, { ...line, comparator: value });
        this.draw();
      },
    });
    const remove = h(
      'button',
      {
        class: 'chip-remove',
        attrs: { type: 'button', 'aria-label': t('Take away the condition {0}', at + 1) },
        on: {
          click: () => {
            this.change(at, undefined);
            this.draw();
          },
        },
      },
      '×',
    );
    return h('div', { class: 'row condition' }, name, how, hasValue(comparator) && this.valueField(line, at), remove);
  }

  private valueField(line: Line, at: number): HTMLElement {
    const id = `values-${++this.lists}`;
    const list = h('datalist', { attrs: { id } });
    const { kind, entity, key } = line.field;
    const type = kind === 'time' ? 'datetime-local' : 'text';
    const input = h('input', {
      class: 'field condition-value',
      attrs: { type, list: kind === 'text' ? id : undefined, 'aria-label': t('Value') },
    });
    input.value = line.written;
    input.addEventListener('change', () => this.change(at, { ...line, written: input.value }));
    input.addEventListener('focus', () => {
      if (kind === 'text' && list.childElementCount === 0)
        void this.options
          .values({ entity, key })
          .then(values =>
            fill(
              list,
              values.map(({ value }) => h('option', { attrs: { value } })),
            ),
          )
          .catch(() => undefined);
    });
    return h('span', { class: 'condition-input' }, input, list);
  }
}

interface Choice {
  readonly value: string;
  readonly text: string;
  readonly group?: string;
}

const groupsOf = (fields: readonly FilterField[]): readonly Choice[] =>
  fields.map(({ title, group }, index) => ({ value: String(index), text: title, group }));

interface SelectOptions {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function select({ label, choices, value, onChange }: SelectOptions): HTMLElement {
  const option = (choice: Choice): HTMLElement =>
    h('option', { attrs: { value: choice.value, selected: choice.value === value } }, choice.text);
  const groups = [...new Set(choices.map(({ group }) => group))];
  const element = h(
    'select',
    { class: 'field', attrs: { 'aria-label': label } },
    groups.flatMap(group => {
      const options = choices.filter(choice => choice.group === group).map(option);
      return group === undefined ? options : [h('optgroup', { attrs: { label: group } }, options)];
    }),
  );
  element.addEventListener('change', () => onChange(element.value));
  return element;
}
