import axe from 'axe-core';
import type { Frame } from 'playwright-core';
import { expect } from 'vitest';

/**
 * The rules of axe (WCAG 2.2 A and AA, and its best practices) that the document of a webview breaks: rule, what it asks for, and
 * the elements.
 *
 * @param rules the names of those to ask for; default: all
 */
export async function accessibilityProblems(frame: Frame, rules?: readonly string[]): Promise<string[]> {
  await frame.evaluate(axe.source); // not a script element: the page's policy would refuse it
  return frame.evaluate(async only => {
    const runOnly = only && { type: 'rule' as const, values: [...only] };
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'], ...(runOnly && { runOnly }) });
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`,
    );
  }, rules);
}

/** Fails with what a user of a screen reader, a keyboard or strong contrast would stumble over. */
export async function expectAccessible(frame: Frame, what: string): Promise<void> {
  expect(await accessibilityProblems(frame), `accessibility of ${what}`).toEqual([]);
}

/** The rules that depend on the theme. Of a page that has passed all of them, the same in other colours is asked these. */
export const colourRules = ['color-contrast', 'link-in-text-block'];

/** Fails with what cannot be told from what is behind or beside it. */
export async function expectReadable(frame: Frame, what: string): Promise<void> {
  expect(await accessibilityProblems(frame, colourRules), `colours of ${what}`).toEqual([]);
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
