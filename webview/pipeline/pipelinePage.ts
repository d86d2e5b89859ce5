import type { PipelineRun } from '../../engine/protocol/pipelines';
import { emptyState, failure, busy, button } from '../shared/components';
import { fill, h } from '../shared/dom';
import { isPipelineRunId } from '../shared/ids';
import { t } from '../shared/l10n';
import type { PipelineContext } from './context';
import { plannedPath, waitedPath } from './criticalPath';
import type { CriticalPath } from './criticalPath';
import { DetailsPane } from './details';
import type { GraphNode } from './graph/graphModel';
import { graphNodes, groupId, isOpen } from './graph/graphModel';
import { GraphView } from './graph/graphView';
import type { GraphStep } from './graphSteps';
import { plainSteps, planSteps, runSteps } from './graphSteps';
import type { StepGroup } from './groups';
import { groupsOf } from './groups';
import { PipelineHeader } from './header';
import { historyRows } from './history';
import { HistoryView } from './historyView';
import { PipelineStore } from './pipelineStore';
import { matching } from './rows';
import { RunSlider } from './runSlider';
import { StepDetails } from './stepDetails';
import { TableView } from './tableView';
import { Toolbar } from './toolbar';
import { stateText } from './words';

const plan = 'plan';

/** The page of a pipeline: the plan of its next run, or one of its runs, as a graph or as a table. */
export class PipelinePage {
  readonly element = h('main', { class: 'pipeline-page' }, busy());
  readonly store: PipelineStore;
  private readonly message = h('div');
  private readonly notes = h('div');
  private readonly header: PipelineHeader;
  private readonly toolbar: Toolbar;
  private readonly slider: RunSlider;
  private readonly graph: GraphView;
  private readonly table: TableView;
  private readonly details: DetailsPane;
  private readonly history: HistoryView;
  private readonly read: StepDetails;
  private isDrawn = false;
  private isAwaited = false;
  /** The run that is shown, or `plan`. */
  private shown: string;
  private selected: string | undefined;

  constructor(private readonly context: PipelineContext) {
    const { channel, state, pipeline } = context;
    this.shown = state.text('shown') ?? '';
    this.selected = state.text('step');
    const update = (): void => this.update();
    const tell = (error: unknown): void => this.tell(error);
    this.store = new PipelineStore(channel, pipeline, { changed: update, failed: tell, began: run => this.began(run) });
    this.read = new StepDetails(channel, update);
    this.header = new PipelineHeader(context, {
      showPlan: () => this.show(undefined),
      showRun: run => this.show(run),
      planAgain: () => void this.store.makePlan(),
    });
    this.graph = new GraphView({ state, label: t('Steps of {0}', pipeline), onSelect: node => this.pick(node) });
    this.table = new TableView(state, step => this.select(step.name));
    this.toolbar = new Toolbar(state, {
      changed: update,
      zoom: factor => this.graph.zoom(factor),
      fit: () => this.graph.fit(),
      next: () => this.findNext(),
    });
    this.slider = new RunSlider(run => this.show(run));
    this.details = new DetailsPane(context, { close: () => this.close(), fold: group => this.fold(group) });
    this.history = new HistoryView(context, { pick: run => this.show(run), more: () => void this.store.more() });
    setInterval(() => this.tick(), 1000);
    document.addEventListener('keydown', event => this.key(event));
  }

  /** A failure of something that was asked for. */
  tell(error: unknown): void {
    fill(this.isDrawn ? this.message : this.element, failure(error));
  }

  clearMessage(): void {
    this.message.replaceChildren();
  }

  /** Shows a run, or the plan of the next one. */
  show(run: PipelineRun | undefined): void {
    this.shown = run?.id ?? plan;
    this.context.state.set('shown', this.shown);
    this.clearMessage();
    this.update();
  }

  /** One that may have to be read first. */
  async open(id: string | null, step?: string): Promise<void> {
    if (step !== undefined) this.selected = step;
    if (id === null || !isPipelineRunId(id)) {
      this.show(undefined);
      return;
    }
    try {
      this.show(this.store.run(id) ?? (await this.store.fetch(id)));
    } catch (error) {
      this.tell(error);
    }
  }

  /** After reading what the page shows at first: what runs, else what it showed before a reload, else the plan. */
  async start(): Promise<void> {
    await this.store.load();
    if (this.shown !== plan && this.shown !== '' && this.store.run(this.shown) === undefined)
      await this.open(this.shown);
  }

  update(): void {
    const { store } = this;
    if (store.summary === undefined) return;
    if (!this.isDrawn) this.draw();
    const run = this.shownRun();
    if (run) this.shown = run.id; // also when it is over
    const steps = this.steps(run);
    const path = run ? waitedPath(steps, Date.now()) : plannedPath(steps);
    const rows = historyRows(store.runs, store.summaries);
    const row = rows.find(one => one.run.id === run?.id);
    const running = store.runs.find(({ status }) => status === 'running');
    this.header.show({
      ...(row && { row }),
      ...(store.plan && { plan: store.plan }),
      ...(path && { path }),
      ...(running && { running }),
      ...{ isPlanning: store.isPlanning, steps, isLast: run !== undefined && store.runs[0]?.id === run.id },
    });
    this.slider.show(rows, run?.id);
    this.history.show({ rows, selected: run?.id, hasMore: store.hasMore });
    this.sayProblem(run, steps);
    this.showSteps(run, steps, path);
  }

  private showSteps(run: PipelineRun | undefined, steps: readonly GraphStep[], path: CriticalPath | undefined): void {
    const now = Date.now();
    const found = matching(steps, this.toolbar.search, step => stateText(step, now));
    const step = steps.find(({ name }) => name === this.selected);
    const ofData = run ?? this.lastRun();
    const isLineage = this.toolbar.isLineageShown && this.toolbar.view === 'graph';
    this.read.look(run, step, isLineage ? ofData : undefined);
    const { flow, versions, made } = this.read;
    const numbers = this.store.summaries;
    const earlier = run || !ofData ? undefined : `r-${numbers.get(ofData.runId)?.number ?? '?'}`;
    this.toolbar.show({ hasData: ofData !== undefined, earlier, found: found?.size });
    const shown = { steps, critical: path?.steps ?? [], selected: step?.name, found };
    const isGraph = this.toolbar.view === 'graph';
    this.graph.element.hidden = !isGraph;
    this.table.element.hidden = isGraph;
    if (isGraph)
      this.graph.show({
        ...shown,
        nodes: graphNodes({ steps, turned: this.turned, ...(isLineage && flow && { lineage: { flow, versions } }) }),
      });
    else this.table.show(shown);
    const group = step && groupsOf(steps).find(one => isOpen(one, this.turned) && one.steps.includes(step));
    const stepFlow = run && flow?.steps.find(({ name }) => name === step?.name);
    if (step === undefined) this.details.hide();
    else
      this.details.show({
        step,
        ...(run && { run }),
        ...(made && { made }),
        ...(stepFlow && { flow: stepFlow }),
        ...(group && { group }),
      });
  }

  private draw(): void {
    this.isDrawn = true;
    const work = h(
      'div',
      { class: 'work' },
      h('div', { class: 'shown' }, this.graph.element, this.table.element),
      this.details.element,
    );
    fill(
      this.element,
      this.header.element,
      this.message,
      this.notes,
      h('div', { class: 'row bar' }, this.slider.element),
      this.toolbar.element,
      work,
      this.history.element,
    );
  }

  /** What runs is shown by itself until the person has chosen something. */
  private shownRun(): PipelineRun | undefined {
    if (this.shown === plan) return undefined;
    if (this.shown !== '') return this.store.run(this.shown);
    return this.store.runs.find(({ status }) => status === 'running');
  }

  /** What a plan shows the data of: the last run that succeeded. */
  private lastRun(): PipelineRun | undefined {
    return this.store.runs.find(({ status }) => status === 'succeeded');
  }

  private steps(run: PipelineRun | undefined): readonly GraphStep[] {
    const { plan: planned, summary, usually } = this.store;
    if (run) return runSteps(run, usually);
    if (planned) return planSteps(planned);
    return summary ? plainSteps(summary) : [];
  }

  private sayProblem(run: PipelineRun | undefined, steps: readonly GraphStep[]): void {
    const { summary, planError } = this.store;
    const { pipeline, act } = this.context;
    const open = button({
      label: t('Open modelyard.yaml'),
      onClick: () => act('host/openPlace', { place: { file: 'modelyard.yaml' } }),
    });
    const isGone = run === undefined && summary === null && planError === undefined;
    const isEmpty = run === undefined && summary !== null && steps.length === 0;
    fill(
      this.notes,
      run === undefined && planError !== undefined && failure(planError),
      isGone &&
        emptyState(t('No pipeline {0}', pipeline), t('modelyard.yaml has it no more. Its runs are below.'), open),
      isEmpty && emptyState(t('No steps'), t('Add steps to the pipeline in modelyard.yaml.'), open),
    );
  }

  private get turned(): ReadonlySet<string> {
    return new Set(this.context.state.texts('turned'));
  }

  /** A run was asked for on this page: it is shown as soon as it begins. */
  followNext(): void {
    this.isAwaited = true;
  }

  /** A run that begins is followed, unless an older one is looked at. */
  private began(run: PipelineRun): void {
    const before = this.shownRun();
    const isAwaited = this.isAwaited;
    this.isAwaited = false;
    if (isAwaited || before === undefined || before.status === 'running' || this.store.runs[1]?.id === before.id)
      this.show(run);
  }

  private pick(node: GraphNode): void {
    const { act } = this.context;
    switch (node.kind) {
      case 'step':
        this.select(node.step.name);
        break;
      case 'group':
        this.fold(node.group);
        break;
      case 'data':
        void act('host/openDataset', { dataset: node.dataset });
        break;
      case 'rest':
        this.select(node.step.name);
        break;
      case 'output': {
        const { step, output } = node;
        const { runId = this.read.runOf(step.name) } = step;
        if (runId === undefined || output.artifactPath === undefined) this.select(step.name);
        else if (output.files === 1) void act('host/openArtifact', { runId, path: output.artifactPath });
        else void act('host/openRun', { runId });
        break;
      }
      case 'version':
        if (node.version.runId !== undefined) void act('host/openRun', { runId: node.version.runId });
    }
  }

  /** Opens the instances of a step, or makes them one box again; the keyboard goes along. */
  private fold(group: StepGroup): void {
    const { name } = group;
    const turned = new Set(this.turned);
    if (!turned.delete(name)) turned.add(name);
    this.context.state.set('turned', [...turned]);
    const hadFocus = this.graph.element.contains(document.activeElement);
    this.update();
    const first = isOpen(group, turned) ? group.steps[0]?.name : groupId(group);
    if (first !== undefined) this.graph.reveal(first, { isFocused: hadFocus });
  }

  private select(step: string | undefined): void {
    this.selected = step;
    this.context.state.set('step', step);
    this.update();
  }

  /** Closes the details; the keyboard goes back to the step. */
  private close(): void {
    const { selected } = this;
    this.select(undefined);
    if (selected === undefined) return;
    if (this.toolbar.view === 'graph') this.graph.reveal(selected, { isFocused: true });
    else this.table.element.querySelector<HTMLElement>(`tr[data-step="${CSS.escape(selected)}"] button`)?.focus();
  }

  private findNext(): void {
    const steps = this.steps(this.shownRun());
    const now = Date.now();
    const found = [...(matching(steps, this.toolbar.search, step => stateText(step, now)) ?? [])];
    const next = found[(found.indexOf(this.selected ?? '') + 1) % Math.max(1, found.length)];
    if (next === undefined) return;
    this.select(next);
    if (this.toolbar.view === 'graph') this.graph.reveal(next, { isRead: true });
  }

  private key(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLElement && event.target.closest('input, textarea, vscode-text-field');
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.toolbar.focusSearch();
  }

  private tick(): void {
    if (!this.isDrawn) return;
    if (this.shownRun()?.status === 'running') this.update();
    else if (new Date().getSeconds() === 0) this.history.show();
  }
}
