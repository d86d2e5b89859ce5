import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/**
 * Reloads the window once the workbench has kept a piece of what it shall open again: a tab, or what its page remembers. In a browser it keeps the
 * state of its editors every few seconds, and not when a window goes.
 */
export async function reloadWhenKept(page: Page, piece: RegExp): Promise<void> {
  await expect.poll(() => page.evaluate(keptState)).toMatch(piece);
  await page.reload();
}

/** What the workbench has kept of the folder's editors: JSON within JSON, here without its backslashes. */
async function keptState(): Promise<string> {
  const settled = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('no answer'));
    });
  const kept: string[] = [];
  for (const { name } of await indexedDB.databases()) {
    if (!name?.startsWith('vscode-web-state-db-')) continue;
    const database = await settled(indexedDB.open(name));
    const table = database.transaction('ItemTable').objectStore('ItemTable');
    kept.push(String(await settled(table.get('memento/workbench.parts.editor'))));
    database.close();
  }
  return kept.join('\n').replaceAll('\\', '');
}
