import type { Locator, Page } from 'playwright-core';

const container = (page: Page, title: string): Locator =>
  page.locator(`.activitybar .action-label[aria-label^="${title}"]`);

/** Shows the extension's container in the side bar. */
export async function openSidebar(page: Page, title = 'Modelyard'): Promise<void> {
  const header = page.locator('.part.sidebar .composite.title', { hasText: new RegExp(`^${title}`, 'i') });
  await container(page, title).waitFor();
  if (!(await header.isVisible())) await container(page, title).click();
  await header.waitFor();
}

/** A view of the side bar, by the name in its header. */
export const view = (page: Page, name: string): Locator =>
  page.locator('.part.sidebar .pane', { has: page.locator('.pane-header', { hasText: name }) });

/** A view that is folded to its header at first. */
export async function unfoldView(page: Page, name: string): Promise<void> {
  const header = view(page, name).locator('.pane-header');
  if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
}

/** A row of a tree view, by its label (see `aria-label`: it holds the description as well). */
export const treeItem = (page: Page, name: string | RegExp): Locator => page.getByRole('treeitem', { name });

/** Opens the folder of a tree that a row stands for. */
export async function expand(item: Locator): Promise<void> {
  if ((await item.getAttribute('aria-expanded')) === 'false') await item.locator('.monaco-tl-twistie').click();
}

/** Clicks one of the icons that a row shows when the pointer is on it. */
export async function clickInline(item: Locator, action: string): Promise<void> {
  await item.hover();
  await item.locator('.actions').getByRole('button', { name: action }).click();
}

/** An entry of the status bar, by its text. */
export const statusBarItem = (page: Page, text: string | RegExp): Locator =>
  page.locator('.statusbar-item', { hasText: text });
