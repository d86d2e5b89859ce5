/** A headless Chromium that cannot leave the machine. */
import { chromium } from 'playwright-core';

export const launchOptions = {
  headless: true,
  args: [
    ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--no-proxy-server'],
    // What slips past the routes below (a socket, a prefetch) finds no address.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  ],
};

/**
 * A browser whose address other processes connect to.
 * @param {string} executablePath
 */
export const launchBrowserServer = executablePath => chromium.launchServer({ ...launchOptions, executablePath });

/**
 * A fresh profile; every request to another machine is refused and its address added to `outside`.
 * @param {import('playwright-core').Browser} browser
 */
export async function newContext(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  /** @type {string[]} */
  const outside = [];
  const leaves = url => /^(https?|wss?):$/.test(url.protocol) && !['127.0.0.1', 'localhost'].includes(url.hostname);
  await context.route(leaves, route => {
    outside.push(route.request().url());
    return route.abort();
  });
  await context.routeWebSocket(leaves, socket => {
    outside.push(socket.url());
    return socket.close();
  });
  return { context, outside };
}
