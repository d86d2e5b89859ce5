import path from 'node:path';
import * as vscode from 'vscode';
import type { ImportRequest, SourceKind } from '../../engine/protocol/transfer';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { Answer, StepPlace } from './quickSteps';
import { askStep, pickStep } from './quickSteps';

const TOTAL = 2;

/** From where → into which experiment, each a step with a way back. @throws vscode.CancellationError */
export async function importSteps(engine: WorkspaceEngine): Promise<ImportRequest> {
  const draft = new Draft(engine);
  const steps = [(place: StepPlace) => draft.askSource(place), (place: StepPlace) => draft.askExperiment(place)];
  for (let index = 0; index < steps.length;) {
    const answer = await steps[index]?.({ step: index + 1, totalSteps: TOTAL });
    index += answer === 'back' ? -1 : 1;
  }
  return draft.request();
}

interface Choice {
  readonly kind: SourceKind;
  /** Undefined: a dialog asks for it. */
  readonly path?: string;
}

class Draft {
  private source = '';
  private kind: SourceKind | undefined;
  private experiment: string | undefined;

  constructor(private readonly engine: WorkspaceEngine) {}

  request(): ImportRequest {
    const { source, kind, experiment } = this;
    return { source, ...(kind !== undefined && { kind }), ...(experiment !== undefined && { experiment }) };
  }

  /** What lies in the folder is offered first. Who leaves the dialog is asked again. */
  async askSource(place: StepPlace): Promise<Answer> {
    const found = await this.engine.call('transfer/find', {});
    const title = vscode.l10n.t('Import Runs');
    for (;;) {
      const picked = await pickStep<vscode.QuickPickItem & { readonly value: Choice }>(
        [
          ...found.map(({ kind, path: file }) => ({
            label: `$(folder) ${path.basename(file)}`,
            description: kindText(kind),
            value: { kind, path: file },
          })),
          ...(found.length === 0 ? [] : [{ label: '', kind: vscode.QuickPickItemKind.Separator }]),
          ...kinds().map(({ kind, label, detail }) => ({ label, detail, value: { kind } })),
        ],
        { title, placeholder: vscode.l10n.t('From where?') },
        place,
      );
      if (picked === 'back') return 'back';
      const choice: Choice = picked.value;
      const source = choice.path ?? (await askFile(choice.kind, this.engine.folder));
      if (source === undefined) continue;
      this.source = source;
      this.kind = choice.kind;
      return 'next';
    }
  }

  async askExperiment(place: StepPlace): Promise<Answer> {
    const title = vscode.l10n.t('Import Runs from {0}', path.basename(this.source));
    const experiments = await this.engine.call('experiments/list', {});
    const picked = await pickStep(
      [
        { label: vscode.l10n.t('Keep their experiments'), value: { type: 'keep' } as const },
        { label: vscode.l10n.t('A new experiment…'), value: { type: 'new' } as const },
        ...experiments.map(({ name }) => ({ label: `$(beaker) ${name}`, value: { type: 'known', name } as const })),
      ],
      { title, placeholder: vscode.l10n.t('Into which experiment?') },
      place,
    );
    if (picked === 'back') return 'back';
    const { value } = picked;
    if (value.type === 'new') return this.askName(title, place);
    this.experiment = value.type === 'known' ? value.name : undefined;
    return 'next';
  }

  private async askName(title: string, place: StepPlace): Promise<Answer> {
    const answer = await askStep({ title, prompt: vscode.l10n.t('Name of the experiment') }, place);
    if (answer === 'back') return this.askExperiment(place);
    this.experiment = answer.text.trim() === '' ? undefined : answer.text.trim();
    return 'next';
  }
}

function kindText(kind: SourceKind): string {
  return kinds().find(known => known.kind === kind)?.label ?? kind;
}

const kinds = (): readonly { readonly kind: SourceKind; readonly label: string; readonly detail: string }[] => [
  {
    kind: 'mlruns',
    label: vscode.l10n.t('MLflow folder'),
    detail: vscode.l10n.t('mlruns, one experiment of it, or one run'),
  },
  {
    kind: 'mlflow-db',
    label: vscode.l10n.t('MLflow database'),
    detail: vscode.l10n.t('mlflow.db; it is only read'),
  },
  {
    kind: 'dvc',
    label: vscode.l10n.t('DVC project'),
    detail: vscode.l10n.t('A folder with dvc.yaml or dvclive: its commits, experiments and present state'),
  },
  {
    kind: 'wandb',
    label: vscode.l10n.t('W&B offline runs'),
    detail: vscode.l10n.t('The folder wandb'),
  },
  {
    kind: 'csv',
    label: vscode.l10n.t('Table of runs'),
    detail: vscode.l10n.t('A CSV file, as MLflow writes it'),
  },
  {
    kind: 'bundle',
    label: vscode.l10n.t('Bundle of another folder'),
    detail: vscode.l10n.t('A file that “Export Runs” has made'),
  },
];

async function askFile(kind: SourceKind, folder: vscode.Uri): Promise<string | undefined> {
  const isFolder = kind === 'mlruns' || kind === 'dvc' || kind === 'wandb';
  const filters = FILTERS.get(kind);
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: kindText(kind),
      openLabel: vscode.l10n.t('Import'),
      canSelectFolders: isFolder,
      canSelectFiles: !isFolder,
      defaultUri: folder,
      ...(filters && { filters }),
    })) ?? [];
  return chosen?.fsPath;
}

const FILTERS = new Map<SourceKind, Record<string, string[]>>([
  ['mlflow-db', { SQLite: ['db', 'sqlite', 'sqlite3'], '*': ['*'] }],
  ['csv', { CSV: ['csv'], '*': ['*'] }],
  ['bundle', { 'tar.gz': ['gz'], '*': ['*'] }],
]);
