import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { lines, shortened } from '../../webview/shared/charts/fit';
import { dataTable } from '../../webview/shared/dataTable';
import { scrollBox } from '../../webview/shared/scrollBox';

test('a title is broken between words, never within one', () => {
  expect(lines('Fall of the main metric', 12)).toEqual(['Fall of the', 'main metric']);
  expect(lines('Fall of the main metric', 100)).toEqual(['Fall of the main metric']);
  expect(lines('incomprehensibilities of words', 5)).toEqual(['incomprehensibilities', 'of', 'words']);
  expect(lines('', 5)).toEqual(['']);
});

test('a label is cut at its end, and says so', () => {
  expect(shortened('duration_in_month', 17)).toBe('duration_in_month');
  expect(shortened('duration_in_month', 10)).toBe('duration_…');
  expect(shortened('abc', 0)).toBe('a…');
});

test('the names of a table can be broken behind their separators, and read as before', () => {
  const table = dataTable('Metrics', [{ title: 'Name' }], [['onnx_parity.max']]);
  const name = table.querySelector('tbody th')!;
  expect(name.innerHTML).toBe('onnx_<wbr>parity.<wbr>max');
  expect(name.textContent).toBe('onnx_parity.max');
});

describe('a box that scrolls', () => {
  let resized = (): void => undefined;
  beforeEach(() =>
    vi.stubGlobal(
      'ResizeObserver',
      class {
        constructor(callback: () => void) {
          resized = callback;
        }
        observe(): void {}
      },
    ),
  );
  afterEach(() => vi.unstubAllGlobals());

  test('can be reached by the keyboard only while it has something to scroll', () => {
    const box = scrollBox('Groups', 'content');
    let content = 300;
    Object.defineProperty(box, 'scrollWidth', { get: () => content });
    Object.defineProperty(box, 'clientWidth', { get: () => 200 });
    const state = () => ['tabindex', 'role', 'aria-label'].map(name => box.getAttribute(name));
    expect(state()).toEqual([null, null, null]);
    resized();
    expect(state()).toEqual(['0', 'region', 'Groups']);
    content = 200;
    resized();
    expect(state()).toEqual([null, null, null]);
  });
});
