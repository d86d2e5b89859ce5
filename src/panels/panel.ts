import * as vscode from 'vscode';
import type { RunId, StudyId } from '../../engine/protocol/ids';
import type { PipelineRun } from '../../engine/protocol/pipelines';
import type { Subject, ToPage } from '../../webview/shared/protocol';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import { wireOf } from '../engineClient/errorMessage';
import type { EngineCalls } from '../engineClient/workspaceEngine';
import type { RunColours } from '../views/runColours';
import { engineOf } from './engineOf';
import type { PageOwner } from './handler';
import type { FeaturePlace, ModelPlace, PipelinePlace, RunPlace } from './panelService';
import { handlers } from './handlers';
import { toHost } from './messages';
import { plain } from './plain';

export interface PanelOptions {
  readonly panel: vscode.WebviewPanel;
  readonly subject: Subject;
  readonly engines: Pick<Engines, 'of' | 'onDidChange' | 'inBackground'>;
  readonly colours: Pick<RunColours, 'set'>;
  readonly owner: PageOwner;
}

/** The host's half of a page: answers its calls, tells it what changes. */
export class Panel implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly calls = new Map<number, AbortController>();
  private engine: Promise<EngineCalls>;
  private listened: EngineCalls | undefined;
  private listening = new Disposables();
  private readonly folder: vscode.Uri;
  private isReady = false;
  private wished: ToPage | undefined;

  constructor(private readonly options: PanelOptions) {
    const { panel, subject, engines } = options;
    this.folder = vscode.Uri.parse(subject.folder, true);
    this.engine = engineOf(engines, this.folder);
    this.engine.then(engine => this.listen(engine)).catch(() => undefined); // the page's calls say why
    this.owned.add(engines.onDidChange(() => this.follow()));
    this.owned.add(panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message)));
    this.owned.add(panel.onDidChangeViewState(() => (this.isReady &&= panel.visible)));
    this.owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.post({ type: 'trusted' })));
  }

  reveal(): void {
    this.options.panel.reveal();
  }

  /** Ticks runs in the experiments page, now or when it is shown again. */
  select(selected: readonly RunId[]): void {
    this.wish({ type: 'select', selected });
  }

  /** Has a dataset's page compare two versions, now or when it is shown again. */
  compare(before: string, after: string): void {
    this.wish({ type: 'compare', before, after });
  }

  /** Has the page of a pipeline show a run or the plan, now or when it is shown again. */
  showRun({ run, step }: PipelinePlace): void {
    this.wish({ type: 'showRun', run, ...(step !== undefined && { step }) });
  }

  /** Has the page of a run show one of its parts, now or when it is shown again. */
  showPart({ part, slice }: RunPlace): void {
    this.wish({ type: 'showPart', part, ...(slice !== undefined && { slice }) });
  }

  /** Has the page of a lineage show what is affected, now or when it is shown again. */
  showAffected(): void {
    this.wish({ type: 'showAffected' });
  }

  /** Has the page of a model show what a version would change or a part, now or when it is shown again. */
  showOfModel(at: ModelPlace): void {
    this.wish('part' in at ? { type: 'showPart', ...at } : { type: 'showVersion', ...at });
  }

  /** Has the page of a feature view show a part or what has changed, now or when it is shown again. */
  showOfView(at: FeaturePlace): void {
    if ('part' in at) this.wish({ type: 'showPart', ...at });
    else this.compare(String(at.before), String(at.after));
  }

  private wish(wished: ToPage): void {
    this.wished = wished;
    this.sendWish();
  }

  dispose(): void {
    for (const call of this.calls.values()) call.abort();
    this.calls.clear();
    this.owned.dispose();
    this.options.panel.dispose();
  }

  private receive(data: unknown): void {
    const message = toHost(data);
    if (message?.type === 'ready') {
      this.isReady = true;
      this.sendWish();
    } else if (message?.type === 'cancel') this.calls.get(message.id)?.abort();
    else if (message?.type === 'call') this.options.engines.inBackground(message.method, this.answer(message));
  }

  private async answer({ id, method, params }: { id: number; method: keyof typeof handlers; params: unknown }) {
    const call = new AbortController();
    this.calls.set(id, call);
    try {
      const { subject, owner, colours, engines } = this.options;
      const { inBackground } = engines;
      const context = { engine: await this.engine, folder: this.folder, subject, owner, colours, inBackground };
      const value = await handlers[method](context, params, call.signal);
      this.post({ type: 'result', id, value: plain(value) });
    } catch (error) {
      this.post({ type: 'error', id, error: wireOf(error) });
    } finally {
      this.calls.delete(id);
    }
  }

  /** The folder may have been closed and opened again, or its configuration have another name now. */
  private follow(): void {
    const now = this.options.engines.of(this.folder);
    if (now === undefined || now === this.listened) return;
    this.engine = Promise.resolve(now);
    if (this.listened !== undefined) this.post({ type: 'reconnected' });
    this.listen(now);
  }

  /** A page is told only what concerns it. */
  private listen(engine: EngineCalls): void {
    if (engine === this.listened) return;
    this.listened = engine;
    this.listening.dispose();
    this.listening = this.owned.add(new Disposables());
    const { subject } = this.options;
    const isOurs = (runId: RunId): boolean => subject.page !== 'run' || subject.runId === runId;
    this.listening.add(
      engine.on('runs/changed', payload => payload.runIds.some(isOurs) && this.tell('runs/changed', payload)),
    );
    this.listening.add(engine.on('run/points', payload => isOurs(payload.runId) && this.tell('run/points', payload)));
    this.listening.add(
      engine.on(
        'pipeline/changed',
        payload => concerns(subject, payload.run) && this.tell('pipeline/changed', payload),
      ),
    );
    if (['model', 'features', 'lineage'].includes(subject.page))
      this.listening.add(engine.on('serving/changed', () => this.tell('serving/changed', {})));
    if (subject.page === 'features' || subject.page === 'lineage')
      this.listening.add(engine.on('features/changed', payload => this.tell('features/changed', payload)));
    if (['pipeline', 'lineage', 'model', 'features'].includes(subject.page))
      this.listening.add(engine.on('config/changed', () => this.tell('config/changed', {})));
    if (subject.page === 'dataset' || subject.page === 'pipeline' || subject.page === 'lineage')
      this.listening.add(engine.on('dataset/changed', payload => this.tell('dataset/changed', payload)));
    if (subject.page === 'study')
      this.listening.add(engine.on('study/changed', payload => this.tell('study/changed', payload)));
    this.listening.add(engine.on('model/changed', payload => this.tell('model/changed', payload)));
    this.listening.add(engine.onDidReconnect(() => this.post({ type: 'reconnected' })));
    if (subject.page === 'study') this.options.engines.inBackground('title', this.titleStudy(engine, subject.study));
    if (subject.page !== 'run') return;
    const retitle = (): void => this.options.engines.inBackground('title', this.retitle(engine, subject.runId));
    retitle();
    this.listening.add(engine.on('runs/changed', ({ runIds }) => runIds.some(isOurs) && retitle()));
  }

  private async retitle(engine: EngineCalls, run: RunId): Promise<void> {
    const found = await engine.call('runs/get', { run }).catch(() => undefined);
    if (found) this.options.panel.title = `r-${found.number} ${found.name}`;
  }

  private async titleStudy(engine: EngineCalls, study: StudyId): Promise<void> {
    const found = await engine.call('studies/get', { study }).catch(() => undefined);
    if (found) this.options.panel.title = `s-${found.number} ${found.pipeline} / ${found.step}`;
  }

  private tell(event: string, payload: unknown): void {
    if (this.isReady) this.send({ type: 'event', event, payload: plain(payload) });
  }

  private sendWish(): void {
    if (!this.isReady || !this.wished) return;
    this.post(this.wished);
    this.wished = undefined;
  }

  private post(message: ToPage): void {
    this.send(message);
  }

  private send(message: unknown): void {
    const { panel, engines } = this.options;
    engines.inBackground('post to a page', panel.webview.postMessage(message));
  }
}

function concerns(subject: Subject, { pipeline, runId }: PipelineRun): boolean {
  if (subject.page === 'pipeline') return subject.pipeline === pipeline;
  return subject.page !== 'run' || subject.runId === runId;
}
