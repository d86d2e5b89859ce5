/** A headless Chromium that cannot leave the machine. */
import { chromium } from 'playwright-core';

const local = ['127.0.0.1', 'localhost'];
/** VS Code's service worker answers for the files of webviews; by that name only what it missed would leave. */
const inside = /\.vscode-resource\.vscode-cdn\.net$/;

export const launchOptions = {
  headless: true,
  args: [
    ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
    // Whatever is not on this machine is asked of a proxy that is not there.
    ...['--proxy-server=http://127.0.0.1:9', `--proxy-bypass-list=${local.join(';')}`],
  ],
};

/**
 * A browser whose address other processes connect to.
 * @param {string} executablePath
 */
export const launchBrowserServer = executablePath => chromium.launchServer({ ...launchOptions, executablePath });

/**
 * A fresh profile; the address of every request and socket to another machine, which finds nobody, is added to
 * `outside`. They are only watched: with a route, each message of each socket would take its way through the test's
 * process, and some were lost on it, after which VS Code waited for ever.
 * @param {import('playwright-core').Browser} browser
 */
export async function newContext(browser) {
  // every frame of an animation is drawn by the processor: a tenth of all that the workbench takes
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  /** @type {string[]} */
  const outside = [];
  const note = address => {
    const { protocol, hostname } = new URL(address);
    if (/^(https?|wss?):$/.test(protocol) && !local.includes(hostname) && !inside.test(hostname)) outside.push(address);
  };
  context.on('request', request => note(request.url()));
  context.on('requestfailed', request => {
    const isMissed = inside.test(new URL(request.url()).hostname) && /PROXY|TUNNEL/.test(request.failure()?.errorText);
    if (isMissed) outside.push(request.url());
  });
  context.on('page', page => page.on('websocket', socket => note(socket.url())));
  return { context, outside };
}
