import type { Experiment, RunSummary } from '../../engine/protocol/tracking';
import { button, checkbox, dropdown, emptyState, failure } from '../shared/components';
import { csv } from '../shared/csv';
import { fill, h } from '../shared/dom';
import { count } from '../shared/format';
import type { GridColumn } from '../shared/grid/gridTypes';
import { VirtualGrid } from '../shared/grid/virtualGrid';
import { t } from '../shared/l10n';
import type { Page } from '../shared/page';
import { throttled } from '../shared/throttled';
import type { RunColumn } from './columns';
import { runColumns } from './columns';
import { ColumnsMenu } from './columnsMenu';
import { Compare } from './compare/compareArea';
import { FilterBar } from './filterBar';
import { Layout } from './layout';
import { runCell } from './runCell';
import { RunsModel } from './runsModel';
import { RunSlots } from './runSlots';
import { Ticks } from './ticks';

/** The comparison: a table of runs, and charts of those that are ticked. */
export class ExperimentsPage {
  readonly element = h('main', { class: 'experiments-page' });
  private readonly layout: Layout;
  private readonly model: RunsModel;
  private readonly ticks: Ticks;
  private readonly grid: VirtualGrid<RunSummary>;
  private readonly slots: RunSlots;
  private readonly compare: Compare;
  private readonly filter: FilterBar;
  private readonly menu: ColumnsMenu;
  private readonly toolbar = h('div', { class: 'row toolbar', role: 'toolbar', attrs: { 'aria-label': t('Table') } });
  private readonly said = h('span', { class: 'muted', role: 'status' });
  private readonly message = h('div', { class: 'message' });
  private readonly empty = h('div');
  private readonly remove: HTMLElement;
  private readonly newRuns = throttled(1000, () => void this.reload());
  private experiments: readonly Experiment[] = [];
  private columns: readonly RunColumn[] = [];

  constructor(private readonly page: Page) {
    const { state, channel, init } = page;
    this.layout = new Layout(state, init.metrics);
    this.model = new RunsModel(channel, () => this.draw());
    this.ticks = new Ticks(page, () => this.draw());
    this.slots = new RunSlots(page);
    this.compare = new Compare(page);
    this.filter = new FilterBar(state.text('filter') ?? '', filter => {
      state.set('filter', filter);
      this.search();
    });
    this.menu = new ColumnsMenu(this.layout, () => this.draw());
    this.remove = button({ label: t('Delete'), onClick: () => this.deleteTicked() });
    this.grid = new VirtualGrid<RunSummary>({
      label: t('Runs'),
      keyOf: ({ id }) => id,
      isSelected: ({ id }) => this.ticks.has(id),
      onSort: id => this.sortBy(id),
      onResize: (id, width) => {
        this.layout.resize(id, width);
        this.draw();
      },
      onOpen: ({ id }) => void channel.call('host/openRun', { runId: id }),
      onToggle: run => this.ticks.toggle(run.id),
      onNearEnd: () => void this.model.more(),
    });
    this.grid.element.addEventListener('keydown', event => this.pressOnRow(event));
    fill(
      this.element,
      h('h1', { class: 'visually-hidden' }, t('Experiments')),
      this.toolbar,
      this.filter.problem,
      this.message,
      this.grid.element,
      this.empty,
      this.compare.element,
    );
    this.listen();
  }

  async start(): Promise<void> {
    await this.loadExperiments();
    this.search();
  }

  private listen(): void {
    const { channel } = this.page;
    channel.on('run/changed', ({ runId }) => {
      void this.model.refresh(runId).then(isKnown => {
        if (!isKnown) this.newRuns();
      });
    });
    channel.onSaid('reconnected', () => this.newRuns());
    channel.onSaid('select', ({ selected }) => this.ticks.set(selected));
  }

  private async loadExperiments(): Promise<void> {
    try {
      this.experiments = await this.page.channel.call('experiments/list', {});
      this.drawToolbar();
    } catch (error) {
      fill(this.message, failure(error));
    }
  }

  private async reload(): Promise<void> {
    await this.loadExperiments();
    await this.model.again();
  }

  private get experiment(): Experiment | undefined {
    const id = this.page.state.text('experiment');
    return this.experiments.find(experiment => experiment.id === id);
  }

  private search(): void {
    const { column, descending } = this.layout.sort;
    const orderBy = this.columns.find(({ id }) => id === column)?.orderBy ?? orderOf(column);
    const { experiment } = this;
    void this.model.search({
      filter: this.page.state.text('filter') ?? '',
      orderBy: `${orderBy} ${descending ? 'DESC' : 'ASC'}`,
      ...(experiment && { experimentId: experiment.id }),
    });
  }

  private sortBy(id: string): void {
    const column = this.columns.find(known => known.id === id);
    this.layout.sortBy(id, column?.numeric ?? false);
    this.search();
  }

  private drawToolbar(): void {
    const total = this.experiments.reduce((sum, { runs }) => sum + runs, 0);
    const all = { value: '', text: t('All experiments ({0})', count(total)) };
    const each = this.experiments
      .filter(({ runs }) => runs > 0)
      .map(({ id, name, runs }) => ({ value: id, text: `${name} (${count(runs)})` }));
    fill(
      this.toolbar,
      dropdown({
        label: t('Experiment'),
        options: [all, ...each],
        value: this.experiment?.id ?? '',
        onChange: id => {
          this.page.state.set('experiment', id);
          this.search();
        },
      }),
      this.filter.element,
      checkbox({
        label: t('Only changed'),
        title: t('Hides parameters that are the same in all runs'),
        checked: this.layout.onlyChanged,
        onChange: checked => {
          this.layout.onlyChanged = checked;
          this.draw();
        },
      }),
      this.menu.element,
      button({ label: t('Export CSV'), onClick: () => this.exportCsv() }),
      this.remove,
      this.said,
    );
  }

  private draw(): void {
    const { model, layout, ticks } = this;
    this.columns = runColumns(model.rows);
    this.menu.show(this.columns);
    this.filter.show(model.error);
    const byId = new Map(model.rows.map(run => [run.id, run]));
    const compared = ticks.all.flatMap(id => byId.get(id) ?? []);
    if (!model.isLoading) this.slots.compare(compared, ticks.all);
    const baseline = ticks.baseline === undefined ? undefined : model.rows.find(({ id }) => id === ticks.baseline);
    const visible = layout.visible(this.columns, model.rows);
    const total = this.knownTotal();
    this.grid.show({
      columns: [
        this.runColumn(),
        ...visible.map(column => gridColumn(column, layout.widthOf(column, baseline !== undefined), baseline)),
      ],
      rows: model.rows,
      sort: layout.sort,
      ...(total !== undefined && { total }),
    });
    this.said.textContent = this.summary(total);
    this.remove.hidden = ticks.all.length === 0;
    const nothing = model.rows.length === 0 && !model.isLoading && !model.error;
    this.grid.element.hidden = nothing;
    fill(this.empty, nothing && this.nothing());
    this.compare.show({
      runs: compared,
      found: model.rows,
      hasMore: model.hasMore,
      loadAll: () => void model.all(),
      slotOf: run => this.slots.of(run),
      baseline: ticks.baseline,
    });
    this.element.classList.toggle(
      'comparing',
      ticks.all.some(id => byId.has(id)),
    );
  }

  private runColumn(): GridColumn<RunSummary> {
    const { ticks, layout } = this;
    return {
      id: 'attributes.run_name',
      title: t('Run'),
      width: this.page.state.numbers('widths')['attributes.run_name'] ?? 250,
      sortable: true,
      cell: run => {
        const state = {
          slot: this.slots.of(run),
          isTicked: ticks.has(run.id),
          isBaseline: ticks.baseline === run.id,
          onTick: () => ticks.toggle(run.id),
          onBaseline: () => ticks.setBaseline(ticks.baseline === run.id ? undefined : run.id),
          onOpen: () => void this.page.channel.call('host/openRun', { runId: run.id }),
        };
        return h('div', { class: 'run-cell', attrs: { 'data-sort': layout.sort.column } }, runCell(run, state));
      },
    };
  }

  /** Without a filter the engine has counted the runs already. */
  private knownTotal(): number | undefined {
    const { model, experiment } = this;
    if (!model.hasMore) return model.rows.length;
    if ((this.page.state.text('filter') ?? '').trim() !== '') return undefined;
    return experiment?.runs ?? this.experiments.reduce((sum, { runs }) => sum + runs, 0);
  }

  private summary(total: number | undefined): string {
    const ticked = this.ticks.all.length;
    const shown = this.model.rows.length;
    const all = total === 1 ? t('1 run') : t('{0} runs', count(total ?? shown));
    const runs = total === undefined ? t('{0}+ runs', count(shown)) : all;
    return ticked > 0 ? t('{0}, {1} ticked', runs, ticked) : runs;
  }

  private nothing(): HTMLElement {
    const { channel, state, init } = this.page;
    if ((state.text('filter') ?? '').trim() !== '')
      return emptyState(t('No run fits the filter'), t('Change it, or choose another experiment.'));
    return emptyState(
      t('No runs yet'),
      t(
        'Run a pipeline, or log to Modelyard from Python: in VS Code’s terminal `python train.py` finds it through MLflow’s variables.',
      ),
      button({
        label: t('Run a Pipeline'),
        look: 'primary',
        disabled: !init.trusted,
        onClick: () => channel.call('host/runPipeline', {}),
      }),
      button({ label: t('Open a Terminal'), onClick: () => channel.call('host/openTerminal', {}) }),
    );
  }

  private pressOnRow(event: KeyboardEvent): void {
    const line = document.activeElement?.closest<HTMLElement>('.grid-row');
    const run = this.model.rows[Number(line?.dataset['row'])];
    if (!run || event.key !== 'b' || event.ctrlKey || event.metaKey) return;
    this.ticks.setBaseline(this.ticks.baseline === run.id ? undefined : run.id);
  }

  private async exportCsv(): Promise<void> {
    const runs = await this.model.all();
    const columns = this.layout.visible(runColumns(runs), runs);
    const head = ['run', 'run_id', 'name', ...columns.map(({ id }) => id)];
    const rows = runs.map(run => [`r-${run.number}`, run.id, run.name, ...columns.map(column => column.text(run))]);
    await this.page.channel.call('host/save', { name: 'runs.csv', text: csv([head, ...rows]) });
  }

  private async deleteTicked(): Promise<void> {
    const ids = this.ticks.all;
    const { channel } = this.page;
    const results = await Promise.allSettled(ids.map(runId => channel.call('runs/delete', { runId })));
    const gone = ids.filter((_, index) => results[index]?.status === 'fulfilled');
    const failed = results.find(result => result.status === 'rejected');
    this.ticks.set([]);
    const undo = button({
      label: t('Undo'),
      onClick: async () => {
        this.message.replaceChildren();
        await Promise.allSettled(gone.map(runId => channel.call('runs/restore', { runId })));
        await this.reload();
      },
    });
    const text = gone.length === 1 ? t('1 run deleted.') : t('{0} runs deleted.', gone.length);
    fill(
      this.message,
      failed && failure(failed.reason),
      gone.length > 0 && h('div', { class: 'row', role: 'status' }, text, undo),
    );
    await this.reload();
  }
}

const gridColumn = (column: RunColumn, width: number, baseline: RunSummary | undefined): GridColumn<RunSummary> => ({
  id: column.id,
  title: column.title,
  width,
  numeric: column.numeric,
  sortable: column.orderBy !== undefined,
  cell: run => column.cell(run, baseline),
});

/** Before any run is known, the sort that was kept has to be made from the column's id. */
function orderOf(id: string): string {
  if (id === 'attributes.run_name') return id;
  const at = id.indexOf('.');
  const group = id.slice(0, at);
  if (group !== 'attributes') return `${group}.\`${id.slice(at + 1)}\``;
  const known: Readonly<Record<string, string>> = {
    'attributes.status': 'attributes.status',
    'attributes.user': 'attributes.user_id',
    'attributes.pipeline': 'tags.`modelyard.pipeline`',
  };
  return known[id] ?? 'attributes.start_time';
}
