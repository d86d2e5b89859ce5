import type { Page } from 'playwright-core';

/** Whether a script or frame belongs to the extension or to one of its webviews. */
const isOurs = (text: string): boolean => /modelyard|\/webview\/browser\/pre\//i.test(text);

/** What VS Code says of a click on a code lens that it is just drawing anew. */
export const isStaleLens = (text: string): boolean => text.includes('Actual command not found');

/** VS Code's own frame around a webview, when the page that it was about to show has been replaced meanwhile. */
const isReplacedPage = (stack: string): boolean =>
  /Found unexpected null\s+at assertIsDefined \(\S+\/webview\/browser\/pre\/index\.html/.test(stack);

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
    const stack = error.stack ?? error.message;
    if (isOurs(stack) && !isReplacedPage(stack)) errors.push(stack);
  });
  return errors;
}
