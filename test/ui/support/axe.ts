import axe, { type RunOptions } from 'axe-core';
import type { Frame } from 'playwright-core';
import { expect } from 'vitest';

/**
 * The rules of axe (WCAG 2.2 A and AA, and its best practices) that the document of a webview breaks: rule, what it asks for, and
 * the elements.
 */
export async function accessibilityProblems(frame: Frame): Promise<string[]> {
  const isNew = await frame.evaluate(() => !('axe' in window));
  // not a script element: the page's policy would refuse it
  if (isNew) await frame.evaluate(axe.source);
  return frame.evaluate(async preload => {
    // the styles of a page are in its document and stay as they are: they are gathered once
    const options: RunOptions = { resultTypes: ['violations'], preload };
    const { violations } = await window.axe.run(document, options);
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`,
    );
  }, isNew);
}

/** Fails with what a user of a screen reader, a keyboard or strong contrast would stumble over. */
export async function expectAccessible(frame: Frame, what: string): Promise<void> {
  expect(await accessibilityProblems(frame), `accessibility of ${what}`).toEqual([]);
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
