import * as vscode from 'vscode';

/** What the person does at each question: chooses a label, writes a text, goes back, leaves. */
export type Act = string | { readonly text: string } | 'back' | 'leave';
export interface Question {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly items: readonly string[];
  readonly password: boolean;
  readonly value: string;
}

/** The acts that are still to come, the files that dialogs answer with, and what was asked. */
export const person = {
  acts: [] as Act[],
  dialogs: [] as (string | undefined)[],
  asked: [] as Question[],
  begin(acts: readonly Act[], dialogs: readonly (string | undefined)[] = []): void {
    this.acts = [...acts];
    this.dialogs = [...dialogs];
    this.asked.length = 0;
  },
};

/** A quick pick or input box that is answered as soon as it is shown. */
class FakeInput {
  title = '';
  step = 0;
  totalSteps = 0;
  items: { label: string; value?: unknown }[] = [];
  selectedItems: unknown[] = [];
  value = '';
  prompt = '';
  password = false;
  private readonly accepted = new vscode.EventEmitter<void>();
  private readonly hidden = new vscode.EventEmitter<void>();
  private readonly triggered = new vscode.EventEmitter<void>();
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly onDidTriggerButton = this.triggered.event;
  show(): void {
    const { title, step, totalSteps, password, value } = this;
    const { acts, asked } = person;
    asked.push({ title, step, totalSteps, password, value, items: this.items.map(({ label }) => label) });
    const act = acts.shift();
    if (act === undefined) throw new Error(`Nobody answers: ${title} ${this.prompt} ${JSON.stringify(asked.at(-1))}`);
    if (act === 'back') this.triggered.fire();
    else if (act === 'leave') this.hidden.fire();
    else {
      if (typeof act === 'string') {
        this.selectedItems = this.items.filter(({ label }) => label.includes(act)).slice(0, 1);
        if (this.selectedItems.length === 0)
          throw new Error(`There is no ${act} among ${JSON.stringify(asked.at(-1)!.items)}`);
      } else this.value = act.text;
      this.accepted.fire();
    }
  }
  dispose(): void {
    this.accepted.dispose();
  }
}

const file = (path: string | undefined) => Promise.resolve(path === undefined ? undefined : vscode.Uri.file(path));

/** Puts the person before the editor's questions. */
export function answerQuestions(): void {
  Object.assign(vscode.window, {
    createQuickPick: () => new FakeInput(),
    createInputBox: () => new FakeInput(),
    showOpenDialog: async () => {
      const uri = await file(person.dialogs.shift());
      return uri && [uri];
    },
    showSaveDialog: () => file(person.dialogs.shift()),
  });
}
