import path from 'node:path';
import * as vscode from 'vscode';
import type { ModelImport } from '../../engine/protocol/modelImport';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { Answer, StepPlace } from './quickSteps';
import { askStep, pickStep } from './quickSteps';

/**
 * Which file → which registered model → which label → which classes, each but the dialog a step with a way back.
 * @throws vscode.CancellationError
 */
export async function importModelSteps(engine: WorkspaceEngine, known?: string): Promise<ModelImport> {
  const file = known ?? (await askFile(engine.folder));
  const draft = new Draft(engine, file);
  const steps = [
    (place: StepPlace) => draft.askName(place),
    (place: StepPlace) => draft.askLabel(place),
    (place: StepPlace) => draft.askClasses(place),
  ];
  for (let index = 0; index < steps.length;) {
    const answer = await steps[index]?.({ step: index + 1, totalSteps: steps.length });
    index += answer === 'back' ? -1 : 1;
  }
  return draft.request();
}

async function askFile(folder: vscode.Uri): Promise<string> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('A model of LightGBM (text), XGBoost (JSON) or ONNX'),
      openLabel: vscode.l10n.t('Import'),
      defaultUri: folder,
      filters: { [vscode.l10n.t('Models')]: ['txt', 'json', 'onnx', 'model'], '*': ['*'] },
    })) ?? [];
  if (chosen === undefined) throw new vscode.CancellationError();
  return chosen.fsPath;
}

class Draft {
  private name = '';
  private label = 'label';
  private classes = '';
  private readonly title: string;

  constructor(
    private readonly engine: WorkspaceEngine,
    private readonly file: string,
  ) {
    this.title = vscode.l10n.t('Import {0}', path.basename(file));
  }

  request(): ModelImport {
    const { file, name, label, classes } = this;
    const names = classes.split(',').flatMap(one => (one.trim() === '' ? [] : [one.trim()]));
    return { file, name, label, ...(names.length > 0 && { classes: names }) };
  }

  async askName(place: StepPlace): Promise<Answer> {
    const models = await this.engine.call('models/list', {});
    if (models.length === 0) return this.askNewName(place);
    const picked = await pickStep(
      [
        ...models.map(({ name, description }) => ({ label: `$(package) ${name}`, description, value: { name } })),
        { label: vscode.l10n.t('A new model…'), value: {} },
      ],
      { title: this.title, placeholder: vscode.l10n.t('A version of which model?') },
      place,
    );
    if (picked === 'back') return 'back';
    const { value } = picked;
    if (!('name' in value)) return this.askNewName(place);
    this.name = value.name;
    return 'next';
  }

  private async askNewName(place: StepPlace): Promise<Answer> {
    const value = this.name === '' ? path.parse(this.file).name : this.name;
    const texts = { title: this.title, prompt: vscode.l10n.t('Name of the model'), value };
    const answer = await askStep(texts, place);
    if (answer === 'back') return 'back';
    this.name = answer.text.trim();
    return 'next';
  }

  async askLabel(place: StepPlace): Promise<Answer> {
    const prompt = vscode.l10n.t('The column that it predicts');
    const answer = await askStep({ title: this.title, prompt, value: this.label }, place);
    if (answer === 'back') return 'back';
    this.label = answer.text.trim() === '' ? 'label' : answer.text.trim();
    return 'next';
  }

  async askClasses(place: StepPlace): Promise<Answer> {
    const prompt = vscode.l10n.t(
      'Its classes by their numbers in the model, such as: good, bad. Empty: the numbers themselves',
    );
    const answer = await askStep({ title: this.title, prompt, value: this.classes }, place);
    if (answer === 'back') return 'back';
    this.classes = answer.text;
    return 'next';
  }
}
