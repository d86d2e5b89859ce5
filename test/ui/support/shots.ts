import path from 'node:path';
import type { Page } from 'playwright-core';
import { inject } from 'vitest';

/** Keeps a picture of the page as test-results/shots/NAME.png, in a folder of its lane when `npm test` runs it. */
export async function shoot(page: Page, name: string): Promise<void> {
  const file = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');
  await page.screenshot({ path: path.join(inject('ui').shots, `${file}.png`) });
}
