import type { Page } from 'playwright-core';
import { changeSettings } from './settings';

/** The themes that everything must be readable in: [what to call it, VS Code's name, the class of the workbench]. */
export const themes = [
  ['light', 'Light Modern', 'vs'],
  ['dark', 'Dark Modern', 'vs-dark'],
  ['high contrast dark', 'Default High Contrast', 'hc-black'],
  ['high contrast light', 'Default High Contrast Light', 'hc-light'],
] as const;
export type Theme = (typeof themes)[number][0];

/** Switches the colours of the workbench, and waits until they are there. */
export async function switchTheme(page: Page, theme: Theme): Promise<void> {
  const [, name, className] = themes.find(([known]) => known === theme)!;
  await changeSettings({ 'workbench.colorTheme': name });
  await page.locator(`.monaco-workbench.${className}`).waitFor();
}
