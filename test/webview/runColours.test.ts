import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  comparedSlots,
  ownSlot,
  runColourCount,
  runColourId,
  runColourVariable,
} from '../../webview/shared/runColours';

interface Contributed {
  readonly id: string;
  readonly defaults: Readonly<Record<string, string>>;
}
const colours: readonly Contributed[] = JSON.parse(readFileSync('package.json', 'utf8')).contributes.colors;

const channels = (hex: string) => [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
const linear = (hex: string) => channels(hex).map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
/** Relative luminance and contrast as WCAG 2.2 defines them. */
const luminance = (hex: string) => linear(hex).reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at]!, 0);
const contrast = (a: string, b: string) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};
/** Ottosson's OKLab, 2020. */
function lab(hex: string): readonly number[] {
  const [r, g, b] = linear(hex) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
const distance = (a: string, b: string) => Math.hypot(...lab(a).map((value, at) => value - lab(b)[at]!));

describe('the colours that the theme knows', () => {
  test('are as many as the code counts on, by the names it uses', () => {
    expect(colours.map(({ id }) => id)).toEqual(Array.from({ length: runColourCount }, (_, slot) => runColourId(slot)));
    expect(runColourVariable(11)).toBe('--vscode-modelyard-run12');
  });

  test.each([
    ['dark', '#1f1f1f', 3],
    ['light', '#ffffff', 3],
    ['highContrast', '#000000', 4.5],
    ['highContrastLight', '#ffffff', 4.5],
  ])('stand out from the background of %s, and from each other', (theme, background, least) => {
    const values = colours.map(({ defaults }) => defaults[theme]!);
    for (const value of values) expect(contrast(value, background), value).toBeGreaterThanOrEqual(least);
    for (const [at, a] of values.entries())
      for (const b of values.slice(at + 1)) expect(distance(a, b), `${a} ${b}`).toBeGreaterThan(0.045);
  });
});

describe('the colour of a run', () => {
  const run = (number: number) => ({ id: `id${number}`, number });

  test('is that of its number, round and round', () => {
    expect([1, 2, 12, 13, 25].map(ownSlot)).toEqual([0, 1, 11, 0, 0]);
  });

  test('is another one when a run of the comparison has it already', () => {
    const slots = comparedSlots([run(1), run(13), run(25), run(2)], {});
    expect(slots['id1']).toBe(0);
    expect(slots['id2']).toBe(1);
    expect(new Set(Object.values(slots)).size).toBe(4);
  });

  test('stays when others come and go', () => {
    const first = comparedSlots([run(1), run(13)], {});
    const without = comparedSlots([run(13)], { id13: first['id13']! });
    expect(without).toEqual({ id13: first['id13'] });
    const later = comparedSlots([run(13), run(1), run(6)], without);
    expect(later['id13']).toBe(first['id13']);
    expect(later['id1']).toBe(0);
    expect(new Set(Object.values(later)).size).toBe(3);
  });

  test('is shared only when there are more runs than colours', () => {
    const many = Array.from({ length: 12 }, (_, at) => run(1 + at * 12));
    expect(new Set(Object.values(comparedSlots(many, {}))).size).toBe(12);
    expect(Object.keys(comparedSlots([...many, run(2)], {}))).toHaveLength(13);
  });
});
