import type { Frame, FrameLocator, Page } from 'playwright-core';

const outer = 'iframe.webview.ready';
const inner = 'iframe#active-frame';

/** The document of the visible webview, to find and click things in. */
export const webview = (page: Page): FrameLocator =>
  page.locator(outer).filter({ visible: true }).contentFrame().frameLocator(inner);

/** The same as a frame, to run scripts in. */
export async function webviewFrame(page: Page): Promise<Frame> {
  const element = page.locator(outer).filter({ visible: true }).contentFrame().locator(inner);
  const handle = await element.elementHandle();
  const frame = await handle?.contentFrame();
  if (!frame) throw new Error('no webview is shown');
  return frame;
}
