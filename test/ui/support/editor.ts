import type { Locator, Page } from 'playwright-core';
import { actUntil } from './actUntil';
import { quickPickRows } from './palette';

/** Opens a file of the folder by its name. */
export async function openFile(page: Page, name: string): Promise<void> {
  const opened = page.locator(`.tab.active[data-resource-name="${name}"]`);
  // A list that fills, or closes because something takes the focus, swallows the click: it is opened again.
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press('Control+P');
    try {
      await page.locator('.quick-input-widget input.input').fill(name, { timeout: 5000 });
      await quickPickRows(page).filter({ hasText: name }).first().click({ timeout: 15_000 });
      return await opened.waitFor({ timeout: 15_000 });
    } catch (error) {
      if (attempt === 4) throw error;
    }
    await page.keyboard.press('Escape');
  }
}

/** The lens that runs a pipeline; a step's says more. */
export const runLens = /^\s*Run\s*$/;

/** The code lenses of the open editor whose text holds `text`. */
export const codeLens = (page: Page, text: string | RegExp): Locator =>
  page.locator('.editor-instance .codelens-decoration a', { hasText: text });

/** Presses the first such lens until its effect shows: one that is just being drawn anew swallows the click. */
export const pressLens = (page: Page, text: string | RegExp, effect: Locator): Promise<void> =>
  actUntil(effect, () => codeLens(page, text).first().click());

/** The tab of an open editor or panel. */
export const tab = (page: Page, title: string): Locator => page.getByRole('tab', { name: title });

/** Puts the cursor on a line of the open editor (1 is the first). */
export async function goToLine(page: Page, line: number, column = 1): Promise<void> {
  await page.keyboard.press('Control+G');
  await page.locator('.quick-input-widget input.input').fill(`:${line}:${column}`);
  await page.keyboard.press('Enter');
}
