import type { RunId } from '../../engine/protocol/ids';
import type { Experiment, RunSummary } from '../../engine/protocol/tracking';
import { button, emptyState, failure } from '../shared/components';
import { fill, h } from '../shared/dom';
import { count } from '../shared/format';
import { t } from '../shared/l10n';
import type { Page } from '../shared/page';
import { throttled } from '../shared/throttled';
import type { RunColumn } from './columns';
import { runColumns } from './columns';
import { Compare, mostCompared } from './compare/compareArea';
import { FilterArea } from './filterArea';
import { openHeaderMenu } from './headerMenu';
import { Layout } from './layout';
import { LiveRuns } from './liveRuns';
import { RowActions } from './rowActions';
import { RunChanges } from './runChanges';
import { RunsModel } from './runsModel';
import { RunSlots } from './runSlots';
import { SelectionBar } from './selectionBar';
import { keepScroll } from './keepScroll';
import { tableQuery } from './tableQuery';
import { TableView } from './tableView';
import { Ticks } from './ticks';
import { Toolbar } from './toolbar';
import { runsAsTsv } from './tsv';

/** Runs that are found and read for the charts, though nobody has scrolled to them. */
const mostFound = 500;
/** So many of the first rows are ticked for those who do not know what to tick. */
const mostHinted = 5;

/** The comparison: a table of runs, and charts of those that are ticked. */
export class ExperimentsPage {
  readonly element = h('main', { class: 'experiments-page' });
  private readonly layout: Layout;
  private readonly model: RunsModel;
  private readonly ticks: Ticks;
  private readonly slots: RunSlots;
  private readonly changes: RunChanges;
  private readonly table: TableView;
  private readonly compare: Compare;
  private readonly filter: FilterArea;
  private readonly toolbar: Toolbar;
  private readonly selection: SelectionBar;
  private readonly live: LiveRuns;
  private readonly failed = h('div', { class: 'message' });
  private readonly empty = h('div');
  private readonly restoreScroll: () => void;
  private experiments: readonly Experiment[] = [];
  private columns: readonly RunColumn[] = [];
  private shownKeys: unknown;
  private compared: readonly unknown[] = [];

  constructor(private readonly page: Page) {
    const { state, channel, init } = page;
    const draw = throttled(40, () => this.draw());
    this.layout = new Layout(state, init.metrics);
    this.model = new RunsModel(channel, draw, state.texts('open') ?? []);
    this.ticks = new Ticks(page, draw);
    this.slots = new RunSlots(page);
    this.compare = new Compare(page);
    this.live = new LiveRuns(channel, this.model, { draw, reload: () => void this.reload() });
    this.changes = new RunChanges(channel, ids => this.live.changed(ids));
    const search = (): void => this.search();
    this.filter = new FilterArea(page, { search, experiment: () => this.experiment });
    this.table = this.makeTable(draw);
    this.selection = new SelectionBar({
      ticks: this.ticks,
      changes: this.changes,
      isDeleted: () => this.isDeleted,
      runs: () => this.tickedRuns(),
      copyRows: runs => this.copyRows(runs),
    });
    this.toolbar = new Toolbar(page, {
      layout: this.layout,
      filter: this.filter,
      keys: () => this.model.keys,
      experiment: () => this.experiment,
      search,
      draw,
    });
    fill(
      this.element,
      h('h1', { class: 'visually-hidden' }, t('Experiments')),
      this.toolbar.element,
      this.filter.problem,
      this.filter.builder,
      this.failed,
      this.changes.message,
      this.selection.element,
      this.table.grid.element,
      this.empty,
      this.compare.element,
    );
    this.restoreScroll = keepScroll(this.table.grid.element, state);
    channel.onSaid('select', ({ selected }) => this.ticks.set(selected));
  }

  async start(): Promise<void> {
    await this.loadExperiments();
    await this.model.search(this.query());
    this.draw();
    this.restoreScroll();
  }

  private makeTable(draw: () => void): TableView {
    const { channel } = this.page;
    const { layout, model, ticks, slots } = this;
    const columns = (): readonly RunColumn[] => this.columns;
    const asked = (): void => this.search();
    const actions = new RowActions({
      channel,
      changes: this.changes,
      ticks,
      isDeleted: () => this.isDeleted,
      idsWithin: path => model.idsWithin(path),
      cellOf: (id, column) => this.table.grid.reveal(id, column),
      copyRows: runs => this.copyRows(runs),
    });
    return new TableView({
      ...{ layout, model, ticks, slots, actions, columns, asked },
      drawn: draw,
      openRun: id => void channel.call('host/openRun', { runId: id }).catch(() => undefined),
      tickAll: isOn => void this.tickAll(isOn),
      openHeaderMenu: (id, anchor) =>
        openHeaderMenu(id, anchor, {
          layout,
          columns,
          asked,
          drawn: draw,
          filterBy: column => this.filter.addCondition(column),
        }),
    });
  }

  private async loadExperiments(): Promise<void> {
    try {
      this.experiments = await this.page.channel.call('experiments/list', {});
      this.failed.replaceChildren();
      this.toolbar.draw(this.experiments);
    } catch (error) {
      fill(this.failed, failure(error));
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

  private get isDeleted(): boolean {
    return this.page.state.flag('deleted') ?? false;
  }

  private query() {
    const { layout, experiment, isDeleted } = this;
    const metrics = layout.visible(this.columns).flatMap(({ group, title }) => (group === 'metrics' ? [title] : []));
    const shown = metrics.length > 0 ? metrics : this.page.init.metrics;
    return tableQuery({
      layout,
      columns: this.columns,
      experiment,
      isDeleted,
      filter: this.filter.filter(),
      metrics: shown,
    });
  }

  private search(): void {
    this.table.grid.toTop();
    void this.model.search(this.query());
  }

  private draw(): void {
    const { model, ticks, page } = this;
    if (this.shownKeys !== model.keys) {
      this.shownKeys = model.keys;
      this.columns = runColumns(model.keys);
      this.toolbar.showColumns(this.columns);
      this.filter.showKeys(model.keys);
    }
    this.filter.show(model.error);
    const wanted = [...ticks.all.slice(0, mostCompared), ...(ticks.baseline === undefined ? [] : [ticks.baseline])];
    void model.need(wanted);
    const compared = wanted.slice(0, Math.min(ticks.size, mostCompared)).flatMap(id => model.run(id) ?? []);
    if (!model.isLoading) this.slots.compare(compared, ticks.all);
    const baseline = ticks.baseline === undefined ? undefined : model.run(ticks.baseline);
    this.table.show(baseline, model.rows.length);
    this.toolbar.say(this.summary());
    this.selection.draw();
    const open = [...model.open];
    if (open.join() !== (page.state.texts('open') ?? []).join()) page.state.set('open', open);
    const nothing = model.rows.length === 0 && !model.isLoading && !model.error;
    this.table.grid.element.hidden = nothing;
    this.drawEmpty(nothing);
    this.element.classList.toggle('comparing', compared.length > 0);
    this.drawCompared(compared);
  }

  /** The charts are told only when there is something new for them. */
  private drawCompared(compared: readonly RunSummary[]): void {
    const { model, ticks, slots } = this;
    const ids = compared.length > 0 ? model.rows.flatMap(row => (row.kind === 'run' ? [row.key] : [])) : [];
    void model.need(ids.slice(0, mostFound));
    const found = compared.length > 0 ? model.found() : [];
    const hasMore = found.length < ids.length;
    const looks = compared.map(run => slots.of(run));
    const now = [ticks.baseline, hasMore, compared.length, ...compared, ...looks, ...found];
    if (now.length === this.compared.length && now.every((one, at) => one === this.compared[at])) return;
    this.compared = now;
    const slotOf = (run: RunSummary): number => slots.of(run);
    const loadAll = (): void => void model.need(ids);
    this.compare.show({ runs: compared, found, hasMore, loadAll, slotOf, baseline: ticks.baseline });
  }

  private summary(): string {
    const { model, ticks } = this;
    const { runs } = model.keys;
    const all = runs === 1 ? t('1 run') : t('{0} runs', count(runs));
    return ticks.size > 0 ? t('{0}, {1} ticked', all, count(ticks.size)) : all;
  }

  /** Made anew only when it says something else: a button in it may have the focus. */
  private drawEmpty(nothing: boolean): void {
    const { model, ticks, isDeleted } = this;
    const isHint = ticks.size === 0 && !isDeleted && !model.isLoading && this.firstRuns().length > 1;
    const key = nothing ? `nothing ${isDeleted} ${this.filter.isEmpty}` : isHint ? 'hint' : '';
    if (this.empty.dataset['shown'] === key) return;
    this.empty.dataset['shown'] = key;
    fill(this.empty, nothing ? this.nothing() : isHint && this.hint());
  }

  private firstRuns(): readonly RunId[] {
    const ids: RunId[] = [];
    for (const row of this.model.rows) {
      if (ids.length === mostHinted) break;
      if (row.kind === 'run') ids.push(row.key);
    }
    return ids;
  }

  private hint(): HTMLElement {
    return emptyState(
      t('Nothing is ticked'),
      t('Tick runs to see them side by side: metrics, curves, plots of parameters, evaluations and files.'),
      button({ label: t('Tick the first runs'), onClick: () => this.ticks.set(this.firstRuns()) }),
    );
  }

  private nothing(): HTMLElement {
    const { channel, init } = this.page;
    if (this.isDeleted) return emptyState(t('No deleted runs'), t('What is deleted can be restored here.'));
    if (!this.filter.isEmpty)
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

  private async tickAll(isOn: boolean): Promise<void> {
    this.ticks.set(isOn ? await this.model.idsWithin([]) : []);
  }

  private async tickedRuns(): Promise<readonly RunSummary[]> {
    const ids: readonly RunId[] = this.ticks.all;
    await this.model.need(ids);
    return ids.flatMap(id => this.model.run(id) ?? []);
  }

  private copyRows(runs: readonly RunSummary[]): void {
    const text = runsAsTsv(runs, this.layout.visible(this.columns));
    void this.page.channel.call('host/copy', { text }).catch(() => undefined);
  }
}
