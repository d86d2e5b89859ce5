import type { Locator, Page } from 'playwright-core';
import { quickPickRows } from './palette';

/** Opens a file of the folder by its name. */
export async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+P');
  const input = page.locator('.quick-input-widget input.input');
  await input.waitFor();
  await input.fill(name);
  await quickPickRows(page).filter({ hasText: name }).first().click();
  await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
}

/** The code lenses of the open editor whose text holds `text`. */
export const codeLens = (page: Page, text: string): Locator =>
  page.locator('.editor-instance .codelens-decoration a', { hasText: text });

/** The tab of an open editor or panel. */
export const tab = (page: Page, title: string): Locator => page.getByRole('tab', { name: title });

/** Puts the cursor on a line of the open editor (1 is the first). */
export async function goToLine(page: Page, line: number, column = 1): Promise<void> {
  await page.keyboard.press('Control+G');
  await page.locator('.quick-input-widget input.input').fill(`:${line}:${column}`);
  await page.keyboard.press('Enter');
}
