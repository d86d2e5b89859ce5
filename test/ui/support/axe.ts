import axe from 'axe-core';
import type { Frame } from 'playwright-core';
import { expect } from 'vitest';

/**
 * The rules of axe (WCAG 2.2 A and AA, and its best practices) that the document of a webview breaks: rule, what it asks for, and
 * the elements.
 */
export async function accessibilityProblems(frame: Frame): Promise<string[]> {
  // not a script element: the page's policy would refuse it
  if (await frame.evaluate(() => !('axe' in window))) await frame.evaluate(axe.source);
  return frame.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`,
    );
  });
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
