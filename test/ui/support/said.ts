import type { Page } from 'playwright-core';

const LENGTH = 1_500; // characters of each document

/** What the window and the pages in it say, for the output of a test that failed where nobody keeps its picture. */
export async function whatIsShown(page: Page): Promise<string> {
  const texts = page.frames().map(async frame => {
    const text = await frame.evaluate(() => document.body.innerText).catch(() => '');
    return text.replace(/\s*\n\s*/g, ' | ').slice(0, LENGTH);
  });
  return (await Promise.all(texts)).filter(text => text !== '').join('\n---\n');
}
