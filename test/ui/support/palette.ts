import type { Locator, Page } from 'playwright-core';

const input = (page: Page): Locator => page.locator('.quick-input-widget input.input');

/** The entries of the open quick pick. */
export const quickPickRows = (page: Page): Locator => page.locator('.quick-input-list .monaco-list-row');

/** Runs a command by its full title, e.g. `Modelyard: Show Log`, as a user does from the palette. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const row = quickPickRows(page)
    .filter({ has: page.getByText(title, { exact: true }) })
    .first();
  // A list that was opened before the extension was there does not take its commands in, and one from which something
  // takes the focus closes: it is opened again.
  for (let attempt = 1; ; attempt++) {
    await typeIntoPalette(page, `>${title}`);
    try {
      return await row.click({ timeout: 8000 });
    } catch (error) {
      if (attempt === 5) throw error;
    }
    await page.keyboard.press('Escape');
  }
}

/** The titles of the commands that the palette offers for a text: the first dozen, which fit on the screen. */
export async function offeredCommands(page: Page, text: string): Promise<string[]> {
  await typeIntoPalette(page, `>${text}`);
  await quickPickRows(page).first().waitFor();
  const titles = await quickPickRows(page).locator('.label-name').allInnerTexts();
  await page.keyboard.press('Escape');
  return titles;
}

/** Picks an entry of the quick pick that is open. */
export async function pick(page: Page, label: string): Promise<void> {
  await quickPickRows(page).filter({ hasText: label }).first().click();
}

/** Answers the input box that is open. */
export async function answer(page: Page, text: string): Promise<void> {
  await input(page).fill(text);
  await page.keyboard.press('Enter');
}

async function typeIntoPalette(page: Page, text: string): Promise<void> {
  // A widget that is just being closed swallows the key: it is pressed again.
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press('F1');
    try {
      await input(page).fill(text, { timeout: 5000 });
      return;
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}
