import * as vscode from 'vscode';
import type { JoinRequest } from '../../engine/protocol/featureJoins';
import type { RunId, StudyId } from '../../engine/protocol/ids';
import type { ExperimentsSubject, FeaturesSubject, Subject } from '../../webview/shared/protocol';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { RunColours } from '../views/runColours';
import { ArtifactDocuments } from './artifactDocuments';
import type { ComparedTexts } from './comparedTexts';
import { readPageCode } from './pageCode';
import { pageHtml } from './pageHtml';
import type { PageOwner } from './handler';
import type { FeaturePlace, ModelPlace, PanelService, PipelinePlace, RunPlace } from './panelService';
import { Panel } from './panel';
import { keptSubject } from './subject';

export interface PanelsOptions {
  readonly extensionUri: vscode.Uri;
  readonly engines: Pick<Engines, 'of' | 'onDidChange' | 'inBackground'>;
  readonly colours: Pick<RunColours, 'set'>;
  readonly texts: Pick<ComparedTexts, 'open'>;
}

/** The pages of runs, experiments, datasets, studies, pipelines, models, features and lineages. A subject has one panel; after a reload of the window they come back as they were. */
export class Panels implements PanelService {
  private readonly owned = new Disposables();
  private readonly open = new Map<string, Panel>();

  constructor(private readonly options: PanelsOptions) {
    this.owned.add(new ArtifactDocuments(options.engines));
    for (const page of [
      'run',
      'experiments',
      'dataset',
      'study',
      'pipeline',
      'lineage',
      'model',
      'features',
    ] as const) {
      this.owned.add(
        vscode.window.registerWebviewPanelSerializer(viewType(page), {
          deserializeWebviewPanel: (panel, state: unknown) => {
            this.restore(panel, state);
            return Promise.resolve();
          },
        }),
      );
    }
  }

  openRun(folder: vscode.Uri, runId: RunId, at?: RunPlace): void {
    const subject = { page: 'run', folder: folder.toString(), runId } as const;
    this.show(subject);
    if (at) this.open.get(keyOf(subject))?.showPart(at);
  }

  openDataset(
    folder: vscode.Uri,
    dataset: string,
    compare?: { readonly before: string; readonly after: string },
  ): void {
    const subject = { page: 'dataset', folder: folder.toString(), dataset } as const;
    this.show(subject);
    if (compare) this.open.get(keyOf(subject))?.compare(compare.before, compare.after);
  }

  openStudy(folder: vscode.Uri, study: StudyId): void {
    this.show({ page: 'study', folder: folder.toString(), study });
  }

  openPipeline(folder: vscode.Uri, pipeline: string, at?: PipelinePlace): void {
    const subject = { page: 'pipeline', folder: folder.toString(), pipeline } as const;
    this.show(subject);
    if (at) this.open.get(keyOf(subject))?.showRun(at);
  }

  openLineage(folder: vscode.Uri, node: string, isAffected = false): void {
    const subject = { page: 'lineage', folder: folder.toString(), node } as const;
    this.show(subject);
    if (isAffected) this.open.get(keyOf(subject))?.showAffected();
  }

  openModel(folder: vscode.Uri, model: string, at?: ModelPlace): void {
    const subject = { page: 'model', folder: folder.toString(), model } as const;
    this.show(subject);
    if (at) this.open.get(keyOf(subject))?.showOfModel(at);
  }

  openFeatureView(folder: vscode.Uri, view: string, at?: FeaturePlace): void {
    const subject: FeaturesSubject = { page: 'features', folder: folder.toString(), of: { view } };
    this.show(subject);
    if (at) this.open.get(keyOf(subject))?.showOfView(at);
  }

  openJoin(folder: vscode.Uri, join: JoinRequest): void {
    this.show({ page: 'features', folder: folder.toString(), of: { join } });
  }

  openExperiments(folder: vscode.Uri, selected: readonly RunId[] = []): void {
    const subject: ExperimentsSubject = { page: 'experiments', folder: folder.toString(), selected };
    const known = this.open.get(keyOf(subject));
    if (known && selected.length > 0) known.select(selected);
    this.show(subject);
  }

  dispose(): void {
    for (const panel of this.open.values()) panel.dispose();
    this.open.clear();
    this.owned.dispose();
  }

  private show(subject: Subject): void {
    const known = this.open.get(keyOf(subject));
    if (known) {
      known.reveal();
      return;
    }
    this.adopt(
      vscode.window.createWebviewPanel(viewType(subject.page), titleOf(subject), vscode.ViewColumn.Active),
      subject,
    );
  }

  /** A panel that VS Code kept over a reload; without a subject there is nothing to show in it. */
  private restore(panel: vscode.WebviewPanel, state: unknown): void {
    const subject = keptSubject(state);
    if (!subject || this.open.has(keyOf(subject))) panel.dispose();
    else this.adopt(panel, subject);
  }

  private adopt(panel: vscode.WebviewPanel, subject: Subject): void {
    const { extensionUri, engines, colours, texts } = this.options;
    panel.webview.options = { enableScripts: true, localResourceRoots: [] };
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'media', `panel-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const key = keyOf(subject);
    const owner: PageOwner = {
      openRun: (of, runId) => this.openRun(of, runId),
      openExperiments: this.openExperiments.bind(this),
      openStudy: this.openStudy.bind(this),
      openDataset: this.openDataset.bind(this),
      openPipeline: this.openPipeline.bind(this),
      openLineage: this.openLineage.bind(this),
      openModel: this.openModel.bind(this),
      openFeatureView: this.openFeatureView.bind(this),
      openDiff: difference => texts.open(difference),
    };
    const opened = new Panel({ panel, subject, engines, owner, colours });
    this.open.set(key, opened);
    panel.onDidDispose(() => {
      this.open.get(key)?.dispose();
      this.open.delete(key);
      if (subject.page === 'experiments') colours.set(vscode.Uri.parse(subject.folder, true), {});
    });
    const fill = async (): Promise<void> => {
      const code = await readPageCode(extensionUri, subject.page);
      if (this.open.get(key) === opened) panel.webview.html = pageHtml(code, subject); // else it was closed meanwhile
    };
    engines.inBackground('fill a page', fill());
  }
}

function titleOf(subject: Subject): string {
  switch (subject.page) {
    case 'run':
      return vscode.l10n.t('Run');
    case 'experiments':
      return vscode.l10n.t('Experiments');
    case 'dataset':
      return subject.dataset;
    case 'study':
      return vscode.l10n.t('Study');
    case 'pipeline':
      return vscode.l10n.t('{0} (pipeline)', subject.pipeline);
    case 'model':
      return vscode.l10n.t('{0} (model)', subject.model);
    case 'features':
      return 'view' in subject.of
        ? vscode.l10n.t('{0} (features)', subject.of.view)
        : vscode.l10n.t('{0} for {1}', joined(subject.of.join), subject.of.join.entities);
    case 'lineage':
      return vscode.l10n.t('Lineage of {0}', lineageName(subject.node));
  }
}

const joined = ({ service, features = [] }: JoinRequest): string => service ?? features.join(', ');

/** Of an id what people call it: `run:12` is r-12. The page itself says it in full. */
function lineageName(node: string): string {
  const [, kind = '', key = ''] = /^([a-z-]+):(.+)$/.exec(node) ?? [];
  if (kind === 'run') return `r-${key}`;
  if (kind === 'study') return `s-${key}`;
  return (kind === '' ? node : key).replace(/(@[0-9a-f]{8})[0-9a-f]{56}$/, '$1');
}

const viewType = (page: Subject['page']): string => `modelyard.${page}`;

/** What tells one panel's subject from another's. */
const keyOf = (subject: Subject): string => [subject.page, subject.folder, nameOf(subject)].join('\n');

function nameOf(subject: Subject): string {
  switch (subject.page) {
    case 'run':
      return subject.runId;
    case 'dataset':
      return subject.dataset;
    case 'study':
      return subject.study;
    case 'pipeline':
      return subject.pipeline;
    case 'model':
      return subject.model;
    case 'lineage':
      return subject.node;
    case 'features':
      return 'view' in subject.of ? subject.of.view : JSON.stringify(subject.of.join);
    case 'experiments':
      return '';
  }
}
