import * as vscode from 'vscode';
import { Disposables } from '../disposables';

/** Which of how many questions this is; there is a way back from all but the first. */
export interface StepPlace {
  readonly step: number;
  readonly totalSteps: number;
}
export type Answer = 'next' | 'back';

/** Something to read among things to choose from. */
type Inert = vscode.QuickPickItem & { readonly value?: undefined };

/** One question of several. @throws vscode.CancellationError when it is dismissed */
export async function pickStep<Item extends vscode.QuickPickItem & { readonly value: unknown }>(
  items: readonly (Item | Inert)[],
  texts: { readonly title: string; readonly placeholder: string },
  place: StepPlace,
): Promise<Item | 'back'> {
  const pick = vscode.window.createQuickPick<Item | Inert>();
  pick.items = items;
  pick.placeholder = texts.placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  return answered<Item>(pick, { title: texts.title, ...place }, resolve =>
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen !== undefined && isChoice(chosen)) resolve(chosen);
    }),
  );
}

const isChoice = <Item extends vscode.QuickPickItem & { readonly value: unknown }>(item: Item | Inert): item is Item =>
  item.value !== undefined;

/** A line of text as one question of several. @throws vscode.CancellationError when it is dismissed */
export async function askStep(
  texts: { readonly title: string; readonly prompt: string; readonly value?: string; readonly password?: boolean },
  place: StepPlace,
): Promise<{ readonly text: string } | 'back'> {
  const box = vscode.window.createInputBox();
  box.prompt = texts.prompt;
  box.value = texts.value ?? '';
  box.password = texts.password === true;
  return answered<{ text: string }>(box, { title: texts.title, ...place }, resolve =>
    box.onDidAccept(() => resolve({ text: box.value })),
  );
}

async function answered<T>(
  input: vscode.QuickInput & Pick<vscode.InputBox, 'buttons' | 'onDidTriggerButton'>,
  { title, step, totalSteps }: StepPlace & { readonly title: string },
  accept: (resolve: (answer: T) => void) => vscode.Disposable,
): Promise<T | 'back'> {
  const owned = new Disposables();
  owned.add(input);
  Object.assign(input, { title, step, totalSteps, ignoreFocusOut: true });
  if (step > 1) input.buttons = [vscode.QuickInputButtons.Back];
  try {
    return await new Promise<T | 'back'>((resolve, reject) => {
      owned.add(input.onDidTriggerButton(() => resolve('back')));
      owned.add(accept(resolve));
      owned.add(input.onDidHide(() => reject(new vscode.CancellationError())));
      input.show();
    });
  } finally {
    owned.dispose();
  }
}
