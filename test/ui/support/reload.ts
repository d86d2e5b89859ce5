import type { Page } from 'playwright-core';
import { runCommand } from './palette';

/**
 * Reloads the window as a person does, by its command: then the workbench keeps first what it shall open again. A page
 * that is just loaded anew finds what was kept last, which may be a minute ago.
 */
export async function reloadWindow(page: Page): Promise<void> {
  const loaded = page.waitForEvent('load', { timeout: 60_000 });
  await runCommand(page, 'Developer: Reload Window');
  await loaded;
}
