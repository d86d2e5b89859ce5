import { beforeEach, expect, test, vi } from 'vitest';
import type { ArtifactContent } from '../../../engine/protocol/tracking';
import type { RunId } from '../../../engine/protocol/ids';
import { ArtifactsSection } from '../../../webview/experiments/compare/artifacts/artifactsSection';
import { fileTable, tableDifference } from '../../../webview/experiments/compare/artifacts/fileTable';
import { fileView } from '../../../webview/experiments/compare/artifacts/fileView';
import { listRunFiles, sharedPaths } from '../../../webview/experiments/compare/artifacts/runFiles';
import { h } from '../../../webview/shared/dom';
import { imageSource } from '../../../webview/shared/fileLook';
import { PageState } from '../../../webview/shared/state';
import { compared, run } from './runs';

// The toolkit needs a real browser; test/ui has one.
vi.mock('../../../webview/shared/components', () => {
  const said = (text: string): HTMLElement => Object.assign(document.createElement('div'), { textContent: text });
  return {
    busy: () => said('busy'),
    textField: () => said(''),
    button: ({ label, onClick }: { label: string; onClick: () => void }) =>
      Object.assign(document.createElement('button'), { textContent: label, onclick: onClick }),
    emptyState: said,
    failure: (error: Error, more = '') => said(`${error.message}${more}`),
  };
});

const file = (path: string, text: string, more: Partial<ArtifactContent> = {}): ArtifactContent => ({
  path,
  text,
  size: text.length,
  truncated: false,
  ...more,
});
const shown = (content: ArtifactContent, base?: ArtifactContent): HTMLElement =>
  h('div', null, fileView('r-2', content, base && { label: 'r-1', content: base }));

test('a picture is an address that has it inside; SVG is never markup', () => {
  expect(imageSource({ path: 'a.JPG', size: 3, truncated: false, base64: 'AAAA' })).toBe('data:image/jpeg;base64,AAAA');
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const view = shown(file('plot.svg', svg));
  expect(view.querySelector('svg, script')).toBeNull();
  const source = view.querySelector('img')!.getAttribute('src')!;
  expect(source).toMatch(/^data:image\/svg\+xml;charset=utf-8,/);
  expect(decodeURIComponent(source.slice(source.indexOf(',') + 1))).toBe(svg);
  expect(imageSource({ path: 'a.png', size: 9, truncated: true, base64: 'AAAA' })).toBeUndefined();
  expect(imageSource(file('a.constructor', 'x'))).toBeUndefined();
  expect(shown({ path: 'a.png', size: 9e6, truncated: true, base64: 'AAAA' }).textContent).toContain('too large');
});

test('tables are CSV, TSV and what log_table writes', () => {
  const table = { columns: ['a', 'b'], rows: [['1', 'x']], hasMoreRows: false, hasMoreColumns: false };
  expect(fileTable(file('t.csv', 'a,b\n1,x\n'))).toEqual(table);
  expect(fileTable(file('t.tsv', 'a\tb\n1\tx\n'))).toEqual(table);
  expect(fileTable(file('t.json', '{"columns":["a","b"],"data":[[1,"x"]]}'))).toEqual(table);
  for (const other of ['{"columns":["a"],"data":[1]}', '{"columns":[],"data":[]}', '[1]', '{'])
    expect(fileTable(file('t.json', other))).toBeUndefined();
  // the row in which the file was cut is not shown as if it were whole
  expect(fileTable(file('t.csv', 'a\n12\n3', { truncated: true }))).toMatchObject({
    rows: [['12']],
    hasMoreRows: true,
  });
  const long = fileTable(file('t.csv', `a\n${'1\n'.repeat(500)}`))!;
  expect([long.rows.length, long.hasMoreRows]).toEqual([200, true]);
});

test('cells differ by the place of the row and the name of the column', () => {
  const base = fileTable(file('t.csv', 'a,b,b,gone\n1,2,3,9\n4,5,6,9\n7,8,9,9\n'))!;
  const found = tableDifference(fileTable(file('t.csv', 'b,a,b,new\n2,1,0,n\n5,,6,n\n'))!, base);
  expect(found.cells).toEqual([
    [undefined, undefined, '3', null],
    [undefined, '4', undefined, null],
  ]);
  expect(found).toMatchObject({ count: 4, missingRows: 1, missingColumns: ['gone'] });
  const cut = fileTable(file('t.csv', `a\n${'1\n'.repeat(500)}`))!;
  expect(tableDifference(cut, cut).count).toBe(0);
});

test('a cell that differs says it in words as well', () => {
  const view = shown(file('t.csv', 'name,v\nx,2\n'), file('t.csv', 'name,v\nx,\n'));
  expect(view.querySelector('.cell-differs')!.textContent).toBe('≠ 2 (empty in r-1)');
  expect(view.textContent).toContain('1 cell is not as in r-1.');
  expect(shown(file('t.csv', 'a\n1\n'), file('t.csv', 'a\n1\n')).textContent).toContain('The same as in r-1.');
});

test('texts stay text, bounded, and say how much is different', () => {
  const view = shown(file('a.html', '<b>x</b>\n2\n'), file('a.html', '<b>x</b>\n1\n'));
  expect(view.querySelector('b')).toBeNull();
  expect(view.textContent).toContain('Lines against r-1: +1 −1.');
  const long = shown(file('a.txt', 'x'.repeat(150_000)));
  expect(long.querySelector('pre')!.textContent).toHaveLength(100_000);
  const cut = file('a.txt', 'x', { truncated: true, size: 500_000 });
  expect(shown(cut, cut).textContent).toContain('As far as it was read');
});

test('the folders of a run are read within bounds', async () => {
  const asked: (string | undefined)[] = [];
  const channel = {
    call: (_method: string, { path }: { path?: string }) => {
      asked.push(path);
      return Promise.resolve([{ path: `${path ?? ''}/deeper`, isFolder: true }, { path: `${path ?? ''}/f`, isFolder: false }]); // prettier-ignore
    },
  };
  const found = await listRunFiles(channel as never, run(1).id);
  expect([asked.length, found.files.length, found.isCut]).toEqual([60, 60, true]);
  const of = (...paths: string[]) => ({ files: paths.map(path => ({ path, isFolder: false })), isCut: false });
  expect(sharedPaths([of('z', 'a'), undefined, of('z', 'b')])).toEqual([
    { path: 'z', runs: [0, 2] },
    { path: 'a', runs: [0] },
    { path: 'b', runs: [2] },
  ]);
});

let kept: unknown = {};
const asked: string[] = [];
const files: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  run1: { 'a.txt': 'one', 'scores.csv': 'v\n1\n' },
  run2: { 'scores.csv': 'v\n2\n' },
};
const call = (method: string, { runId, path = '' }: { runId: RunId; path?: string }) => {
  const own = files[runId];
  if (method === 'runs/artifacts' && !own) return Promise.reject(new Error('The disk is gone.'));
  if (method === 'runs/artifacts')
    return Promise.resolve(Object.entries(own ?? {}).map(([name, { length }]) => ({ path: name, isFolder: false, size: length }))); // prettier-ignore
  asked.push(`${method} ${runId} ${path}`);
  return Promise.resolve(file(path, own?.[path] ?? ''));
};
const open = (baseline?: RunId): HTMLElement => {
  const state = new PageState({ getState: () => kept, setState: value => void (kept = value) });
  const section = new ArtifactsSection({ channel: { call }, state } as never);
  document.body.replaceChildren(section.element);
  const runs = compared(run(1), run(2), run(3));
  section.show({ compared: runs, found: [], hasMore: false, loadAll: () => undefined, slotOf: () => 0, baseline });
  return section.element;
};
const columns = (element: HTMLElement) =>
  [...element.querySelectorAll<HTMLElement>('.file-column')].map(one => one.textContent);

beforeEach(() => {
  kept = {};
  asked.length = 0;
});

test('each run has its column; one whose files cannot be read says so, the others are shown', async () => {
  const element = open();
  await vi.waitFor(() => expect(element.querySelector('.cell-differs')).not.toBeNull());
  expect(columns(element)).toEqual([
    expect.stringContaining('the others are compared with it'),
    expect.stringContaining('≠ 2 (1 in r-1)'),
    expect.stringContaining('The disk is gone.'),
  ]);
  expect(asked).toEqual(['runs/artifact run1 scores.csv', 'runs/artifact run2 scores.csv']);
  expect(element.querySelector('[data-path="a.txt"]')!.textContent).toBe('a.txt only in r-1');
});

test('the baseline comes first', async () => {
  const element = open(run(2).id);
  await vi.waitFor(() => expect(element.querySelector('.cell-differs')).not.toBeNull());
  expect(columns(element)[0]).toMatch(/^r-2/);
  expect(element.querySelector('.cell-differs')!.textContent).toBe('≠ 1 (2 in r-2)');
});

test('a file is chosen by the keyboard and is chosen again on a page made anew', async () => {
  const element = open();
  await vi.waitFor(() => expect(element.querySelectorAll('[role=option]')).toHaveLength(2));
  const press = (key: string) =>
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  element.querySelector<HTMLElement>('[role=option]')!.focus();
  press('ArrowDown');
  press('Enter');
  await vi.waitFor(() => expect(columns(element)[0]).toContain('one'));
  expect(columns(element)[1]).toContain('r-2 has no such file.');
  expect(document.activeElement!.getAttribute('data-path')).toBe('a.txt');
  const again = open();
  await vi.waitFor(() => expect(columns(again)[0]).toContain('one'));
});
