import path from 'node:path';
import * as vscode from 'vscode';
import type { ColumnType } from '../../engine/protocol/data';
import type { JoinRequest } from '../../engine/protocol/featureJoins';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { FeatureChoice } from './featurePicks';
import { choiceItems, choiceName, choiceOf } from './featurePicks';
import { nothing } from './pick';
import type { Answer, StepPlace } from './quickSteps';
import { askStep, pickStep } from './quickSteps';
import type { Target } from './target';

/**
 * Which features → rows of which dataset → which of its columns is the time, each a step with a way back. What the target says
 * already is not asked.
 * @throws vscode.CancellationError
 */
export async function joinSteps(engine: WorkspaceEngine, target: Target, title: string): Promise<JoinRequest> {
  const { views, services } = await engine.call('features/list', {});
  if (views.length === 0) throw nothing(vscode.l10n.t('modelyard.yaml has no `features` yet.'));
  const draft = new Draft(engine, { title, items: choiceItems({ views, services }) });
  draft.choice = choiceOf(target);
  draft.entities = target.entities;
  const steps = [
    ...(draft.choice === undefined ? [(place: StepPlace) => draft.askFeatures(place)] : []),
    ...(target.entities === undefined
      ? [(place: StepPlace) => draft.askEntities(place), (place: StepPlace) => draft.askTime(place)]
      : []),
  ];
  for (let index = 0; index < steps.length;) {
    const answer = await steps[index]?.({ step: index + 1, totalSteps: steps.length });
    index += answer === 'back' ? -1 : 1;
  }
  return draft.request(target.eventTime);
}

interface DraftOptions {
  readonly title: string;
  readonly items: ReturnType<typeof choiceItems>;
}
interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

class Draft {
  choice: FeatureChoice | undefined;
  entities: string | undefined;
  private eventTime: string | undefined;

  constructor(
    private readonly engine: WorkspaceEngine,
    private readonly options: DraftOptions,
  ) {}

  request(eventTime = this.eventTime): JoinRequest {
    const { choice = {}, entities = '' } = this;
    return { ...choice, entities, ...(eventTime !== undefined && { eventTime }) };
  }

  async askFeatures(place: StepPlace): Promise<Answer> {
    const { title, items } = this.options;
    const placeholder = vscode.l10n.t('Which features? All of a service or of a view');
    const picked = await pickStep<Choice<FeatureChoice>>(items, { title, placeholder }, place);
    if (picked === 'back') return 'back';
    this.choice = picked.value;
    return 'next';
  }

  async askEntities(place: StepPlace): Promise<Answer> {
    const { datasets } = await this.engine.call('config/outline', {});
    const other = { label: vscode.l10n.t('Another file…'), value: '' };
    const items = [...datasets.map(({ name }) => ({ label: `$(database) ${name}`, value: name })), other];
    const placeholder = vscode.l10n.t('To the rows of which dataset are features of {0} joined?', choiceName(this.choice ?? {})); // prettier-ignore
    const picked = await pickStep<Choice<string>>(items, { title: this.options.title, placeholder }, place);
    if (picked === 'back') return 'back';
    this.entities = picked.value === '' ? await this.askFile() : picked.value;
    return 'next';
  }

  private async askFile(): Promise<string> {
    const { folder } = this.engine;
    const [file] = (await vscode.window.showOpenDialog({ defaultUri: folder, openLabel: vscode.l10n.t('Join') })) ?? [];
    if (file === undefined) throw new vscode.CancellationError();
    return path.relative(folder.fsPath, file.fsPath).replaceAll(path.sep, '/');
  }

  /** Columns are offered where the dataset has been read before, those with times first; else the name is typed. */
  async askTime(place: StepPlace): Promise<Answer> {
    const columns = await this.columns();
    const { title } = this.options;
    if (columns.length === 0) return this.typeTime(place);
    const placeholder = vscode.l10n.t('Which column of {0} has the time of each row?', this.entities ?? '');
    const none = { label: vscode.l10n.t('None: the values of now'), value: { time: undefined } };
    const items = [
      ...columns.map(({ name, type }) => ({ label: name, description: type, value: { time: name } })),
      none,
    ];
    const picked = await pickStep<Choice<{ readonly time: string | undefined }>>(items, { title, placeholder }, place);
    if (picked === 'back') return 'back';
    this.eventTime = picked.value.time;
    return 'next';
  }

  private async typeTime(place: StepPlace): Promise<Answer> {
    const prompt = vscode.l10n.t('The column of {0} with the time of each row. Empty: the values of now', this.entities ?? ''); // prettier-ignore
    const value = this.eventTime ?? '';
    const answer = await askStep({ title: this.options.title, prompt, value }, place);
    if (answer === 'back') return 'back';
    this.eventTime = answer.text.trim() === '' ? undefined : answer.text.trim();
    return 'next';
  }

  private async columns(): Promise<readonly Column[]> {
    const known = await this.engine.call('datasets/list', {});
    return timesFirst(known.find(({ name }) => name === this.entities)?.schema ?? []);
  }
}

type Choice<T> = vscode.QuickPickItem & { readonly value: T };

/** Columns that hold times before all others, in the order of the file. */
export function timesFirst(columns: readonly Column[]): readonly Column[] {
  const isTime = ({ type }: Column): boolean => type === 'date' || type === 'datetime';
  return [...columns.filter(isTime), ...columns.filter(column => !isTime(column))];
}
