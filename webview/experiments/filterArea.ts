import type { RunKeys } from '../../engine/protocol/runTable';
import type { Experiment } from '../../engine/protocol/tracking';
import type { CallError } from '../shared/channel';
import { h, setAttribute } from '../shared/dom';
import { t } from '../shared/l10n';
import type { Page } from '../shared/page';
import type { RunColumn } from './columns';
import { FilterBar } from './filterBar';
import { FilterBuilder } from './filterBuilder';
import { joinFilters } from './filterText';
import { QuickFilters } from './quickFilters';

export interface FilterAreaOptions {
  readonly search: () => void;
  readonly experiment: () => Experiment | undefined;
}

const entities: Readonly<Record<RunColumn['group'], 'metric' | 'param' | 'tag' | 'attribute'>> = {
  metrics: 'metric',
  params: 'param',
  tags: 'tag',
  attributes: 'attribute',
};
const attributeKeys: Readonly<Record<string, string>> = { started: 'start_time', user: 'user_id' };

/** One filter in its three forms: written, as rows, and as buttons. */
export class FilterArea {
  readonly bar: FilterBar;
  readonly quick: QuickFilters;
  readonly toggle: HTMLElement;
  private readonly rows: FilterBuilder;
  private keys: RunKeys = { runs: 0, metrics: [], params: [], tags: [] };

  constructor(
    private readonly page: Page,
    options: FilterAreaOptions,
  ) {
    const { state, channel, init } = page;
    const scope = () => {
      const experiment = options.experiment();
      return experiment ? { experimentIds: [experiment.id] } : {};
    };
    this.bar = new FilterBar({
      value: state.text('filter') ?? '',
      onSearch: filter => {
        state.set('filter', filter);
        void this.rows.show(filter, this.keys);
        options.search();
      },
      complete: (filter, offset) => channel.call('runs/complete', { filter, offset, ...scope() }),
    });
    this.rows = new FilterBuilder({
      conditions: filter => channel.call('runs/conditions', { filter }),
      values: query => channel.call('runs/values', { ...query, ...scope() }),
      onChange: filter => this.bar.set(filter),
    });
    this.quick = new QuickFilters(state, { user: init.user, changed: options.search });
    this.toggle = h(
      'button',
      {
        class: 'toggle',
        title: t('The filter as rows of name, comparison and value'),
        attrs: { type: 'button', 'aria-expanded': 'false' },
        on: { click: () => this.open(!this.rows.isOpen) },
      },
      t('Conditions'),
    );
    if (state.flag('builder') === true) this.open(true);
  }

  get problem(): HTMLElement {
    return this.bar.problem;
  }

  get builder(): HTMLElement {
    return this.rows.element;
  }

  get isEmpty(): boolean {
    return this.bar.value.trim() === '' && this.quick.isEmpty;
  }

  /** What is asked: what is written and the buttons. */
  filter(): string {
    return joinFilters(this.page.state.text('filter') ?? '', ...this.quick.filters());
  }

  show(error: CallError | undefined): void {
    this.bar.show(error);
  }

  showKeys(keys: RunKeys): void {
    this.keys = keys;
    if (keys.runs > 0) void this.rows.show(this.bar.value, keys);
    void this.page.channel
      .call('runs/values', { entity: 'tag', key: 'modelyard.pipeline' })
      .then(values => this.quick.showPipelines(values.map(({ value }) => value)))
      .catch(() => undefined);
  }

  /** A new row about a column. */
  addCondition({ id, group }: RunColumn): void {
    const key = id.slice(id.indexOf('.') + 1);
    this.open(true);
    void this.rows.show(this.bar.value, this.keys).then(() => {
      if (id === 'attributes.pipeline') this.rows.add('tag', 'modelyard.pipeline');
      else if (id === 'attributes.commit') this.rows.add('tag', 'mlflow.source.git.commit');
      else this.rows.add(entities[group], group === 'attributes' ? (attributeKeys[key] ?? key) : key);
    });
  }

  private open(isOpen: boolean): void {
    this.rows.open(isOpen);
    this.page.state.set('builder', isOpen);
    setAttribute(this.toggle, 'aria-expanded', String(isOpen));
    if (isOpen) void this.rows.show(this.bar.value, this.keys);
  }
}
