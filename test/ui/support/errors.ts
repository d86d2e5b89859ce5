import type { Page } from 'playwright-core';

/** Whether a script or frame belongs to the extension or to one of its webviews. */
const isOurs = (text: string): boolean => /modelyard|\/webview\/browser\/pre\//i.test(text);

/** What VS Code says of a click on a code lens that it is just drawing anew. */
export const isStaleLens = (text: string): boolean => text.includes('Actual command not found');

/**
 * Collects the errors that the extension's pages report: to the console (a violated content security policy is one),
 * or uncaught. The workbench has errors of its own; those are left out.
 */
export function listenForErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('console', message => {
    if (message.type() !== 'error') return;
    const { url, lineNumber } = message.location();
    if (isOurs(`${url} ${message.text()}`) && !isStaleLens(message.text()))
      errors.push(`${message.text()} (${url}:${lineNumber})`);
  });
  page.on('pageerror', error => {
    if (isOurs(error.stack ?? error.message)) errors.push(error.stack ?? error.message);
  });
  return errors;
}
