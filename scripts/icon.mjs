/** Draws media/icon.png (what VS Code shows of the extension) from media/icon.svg. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { launchOptions } from '../test/host/browser.mjs';
import { findChromium } from '../test/host/chromium.mjs';
import { root } from '../test/host/paths.mjs';

const svg = await readFile(path.join(root, 'media', 'icon.svg'), 'utf8');
const browser = await chromium.launch({ ...launchOptions, executablePath: await findChromium(console.log) });
try {
  const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
  await page.screenshot({ path: path.join(root, 'media', 'icon.png'), omitBackground: true });
} finally {
  await browser.close();
}
