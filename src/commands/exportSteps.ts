import * as vscode from 'vscode';
import type { ExportRequest, ExportTarget } from '../../engine/protocol/transfer';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { Answer, StepPlace } from './quickSteps';
import { askStep, pickStep } from './quickSteps';
import type { ServerSecret, ServerSecrets } from './serverSecrets';

export interface ExportMemory {
  readonly memory: vscode.Memento;
  readonly secrets: ServerSecrets;
}

export interface ChosenExport {
  readonly request: ExportRequest;
  /** To be kept once it has been good for something. */
  readonly secret: ServerSecret | undefined;
}

const LAST_URL = 'export.url';

/** To where → which runs → the file, or the server and how to be let in; with a way back. @throws vscode.CancellationError */
export async function exportSteps(engine: WorkspaceEngine, memory: ExportMemory): Promise<ChosenExport> {
  const draft = new Draft(engine, memory);
  for (let index = 0; index < draft.steps().length;) {
    const steps = draft.steps();
    const answer = await steps[index]?.({ step: index + 1, totalSteps: steps.length });
    index += answer === 'back' ? -1 : 1;
  }
  return draft.chosen();
}

class Draft {
  private kind: ExportTarget['kind'] = 'bundle';
  private experiment: string | undefined;
  private file = '';
  private url = '';
  private secret: ServerSecret | undefined;
  private isNewSecret = false;

  constructor(
    private readonly engine: WorkspaceEngine,
    private readonly kept: ExportMemory,
  ) {}

  steps(): readonly ((place: StepPlace) => Promise<Answer>)[] {
    const first = [(place: StepPlace) => this.askTarget(place), (place: StepPlace) => this.askRuns(place)];
    return this.kind === 'mlflow'
      ? [...first, place => this.askUrl(place), place => this.askSecret(place)]
      : [...first, () => this.askFile()];
  }

  chosen(): ChosenExport {
    const { kind, file, url, experiment } = this;
    const { token, user } = this.secret ?? {};
    const to: ExportTarget =
      kind === 'mlflow'
        ? { kind, url, ...(token !== undefined && { token }), ...(user !== undefined && { user }) }
        : { kind, file };
    return {
      // the dialog has asked before it replaces a file
      request: { to, overwrite: true, ...(experiment !== undefined && { experiments: [experiment] }) },
      secret: this.isNewSecret ? this.secret : undefined,
    };
  }

  private async askTarget(place: StepPlace): Promise<Answer> {
    const picked = await pickStep<vscode.QuickPickItem & { readonly value: ExportTarget['kind'] }>(
      [
        {
          label: vscode.l10n.t('Bundle'),
          detail: vscode.l10n.t('One file with everything, for another folder to import'),
          value: 'bundle',
        },
        {
          label: vscode.l10n.t('MLflow server'),
          detail: vscode.l10n.t('Runs with their history and artifacts; a second time only what is new'),
          value: 'mlflow',
        },
        { label: vscode.l10n.t('Table'), detail: vscode.l10n.t('A CSV file, a row for each run'), value: 'csv' },
      ],
      { title: vscode.l10n.t('Export Runs'), placeholder: vscode.l10n.t('To where?') },
      place,
    );
    if (picked === 'back') return 'back';
    this.kind = picked.value;
    return 'next';
  }

  private async askRuns(place: StepPlace): Promise<Answer> {
    const experiments = await this.engine.call('experiments/list', {});
    const texts = { title: vscode.l10n.t('Export Runs'), placeholder: vscode.l10n.t('Which runs?') };
    const picked = await pickStep(
      [
        { label: vscode.l10n.t('All experiments'), value: { name: undefined } },
        ...experiments
          .filter(({ runs }) => runs > 0)
          .map(({ name, runs }) => ({
            label: `$(beaker) ${name}`,
            description: runs === 1 ? vscode.l10n.t('1 run') : vscode.l10n.t('{0} runs', runs),
            value: { name },
          })),
      ],
      texts,
      place,
    );
    if (picked === 'back') return 'back';
    this.experiment = picked.value.name;
    return 'next';
  }

  /** Who leaves the dialog is asked again which runs. */
  private async askFile(): Promise<Answer> {
    const day = new Date().toISOString().slice(0, 10);
    const name = this.kind === 'csv' ? `runs-${day}.csv` : `runs-${day}.tar.gz`;
    const target = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export Runs'),
      saveLabel: vscode.l10n.t('Export'),
      defaultUri: vscode.Uri.joinPath(this.engine.folder, name),
    });
    if (target === undefined) return 'back';
    this.file = target.fsPath;
    return 'next';
  }

  private async askUrl(place: StepPlace): Promise<Answer> {
    const title = vscode.l10n.t('Export Runs to an MLflow Server');
    const wrong = vscode.l10n.t('Write an address such as http://host:5000, without a name or password.');
    let prompt = vscode.l10n.t('Address of the server, such as http://host:5000');
    let value = this.url === '' ? this.kept.memory.get<string>(LAST_URL, '') : this.url;
    for (;;) {
      const answer = await askStep({ title, prompt, value }, place);
      if (answer === 'back') return 'back';
      value = answer.text.trim();
      if (/^https?:\/\/[^\s@]+$/.test(value)) break;
      prompt = wrong;
    }
    this.url = value;
    await this.kept.memory.update(LAST_URL, value);
    return 'next';
  }

  private async askSecret(place: StepPlace): Promise<Answer> {
    const title = vscode.l10n.t('Export Runs to an MLflow Server');
    const known = await this.kept.secrets.of(this.url);
    const picked = await pickStep<vscode.QuickPickItem & { readonly value: 'kept' | 'none' | 'token' | 'user' }>(
      [
        ...(known ? [{ label: vscode.l10n.t('As last time'), value: 'kept' as const }] : []),
        { label: vscode.l10n.t('Without a token'), value: 'none' },
        { label: vscode.l10n.t('With a token…'), value: 'token' },
        { label: vscode.l10n.t('With a name and password…'), value: 'user' },
      ],
      { title, placeholder: vscode.l10n.t('How does the server let you in?') },
      place,
    );
    if (picked === 'back') return 'back';
    this.isNewSecret = picked.value === 'token' || picked.value === 'user';
    this.secret = picked.value === 'kept' ? known : undefined;
    return this.isNewSecret ? this.askNewSecret(title, { place, withUser: picked.value === 'user' }) : 'next';
  }

  private async askNewSecret(
    title: string,
    { place, withUser }: { place: StepPlace; withUser: boolean },
  ): Promise<Answer> {
    const user = withUser ? await askStep({ title, prompt: vscode.l10n.t('Name of the user') }, place) : undefined;
    if (user === 'back') return this.askSecret(place);
    const prompt = withUser
      ? vscode.l10n.t('Password; it is kept in the secret storage of the editor')
      : vscode.l10n.t('Token; it is kept in the secret storage of the editor');
    const answer = await askStep({ title, prompt, password: true }, place);
    if (answer === 'back') return this.askSecret(place);
    this.secret = { url: this.url, token: answer.text, ...(user !== undefined && { user: user.text }) };
    return 'next';
  }
}
