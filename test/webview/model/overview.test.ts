import { expect, test, vi } from 'vitest';
import { candidate, stages } from '../../../webview/model/stages';
import { moments, timeline } from '../../../webview/model/timeline';
import { sorted, VersionsTable } from '../../../webview/model/versionsTable';
import { aContext, aModel, anApproval, aReport, aVersion } from './models';

vi.mock('../../../webview/shared/components', () => import('./components'));

globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

const texts = (element: Element, selector: string): readonly string[] =>
  [...element.querySelectorAll(selector)].map(({ textContent }) => textContent);
const press = (element: Element, text: string): void =>
  [...element.querySelectorAll('button')].find(one => one.textContent === text)?.click();

test('a column a stage: who holds it, what spoke for it, who comes next and what can be done', () => {
  const { context, calls } = aContext();
  const element = stages(aModel({ approvals: [anApproval()] }), context);
  const [dev, staging, production] = [...element.children];
  expect(texts(element, 'h2')).toEqual(['dev', 'staging', 'production']);
  expect(dev?.textContent).not.toContain('Next:');
  expect(staging?.textContent).toContain('Next: v5 from dev');
  expect(staging?.textContent).toContain('not judged for staging yet');
  expect(production?.querySelector('.holder')?.textContent).toMatch(/^v2since .*@champion.*auc 0.7200.*passed|waived/);
  expect(production?.textContent).toContain('1 of 2 gates pass, 1 waived');
  expect(production?.querySelector('.candidate')?.textContent).toMatch(
    /Next: v4 from staging.*blocks 1 of 2 gates pass/,
  );
  expect(production?.textContent).toContain('approved by bea@example.org');
  press(production!, 'Promote v4…');
  press(production!, 'Approve…');
  press(production!, 'Roll back to v1…');
  press(production!, 'What would change');
  expect(calls).toEqual([
    ['change', 'promote', { version: 4, stage: 'production' }],
    ['change', 'approve', { version: 4, stage: 'production' }],
    ['change', 'rollback', { stage: 'production' }],
    ['diff', 4, { stage: 'production' }],
  ]);
});

test('next is the one furthest on that is newer than the holder; of an empty stage any before it', () => {
  const at = (stage: string, more = {}) =>
    candidate(aModel(more), { stage, at: aModel().stages.indexOf(stage) })?.version;
  expect(at('production')).toBe(4);
  expect(at('staging')).toBe(5);
  expect(at('production', { holders: { production: 6 } })).toBeUndefined();
  expect(at('production', { holders: {}, versions: [aVersion(9, 'archived'), aVersion(1, 'dev')] })).toBe(1);
});

test('in restricted mode nothing can be changed, all can be read', () => {
  const { context } = aContext({}, false);
  const element = stages(aModel(), context);
  const enabled = [...element.querySelectorAll('.button')].filter(one => !one.hasAttribute('disabled'));
  expect(new Set(enabled.map(({ textContent }) => textContent))).toEqual(new Set(['What would change']));
});

test('moves of stages and aliases, decisions and their withdrawal in one history, with who and why', () => {
  const by = { account: 'bea' };
  const withdrawn = anApproval({ at: 25, standing: 'withdrawn', withdrawn: { at: 35, by, reason: 'wrong data' } });
  const own = anApproval({ at: 45, decision: 'rejected', isSameAccount: true, comment: '' });
  const list = moments(aModel({ approvals: [own, withdrawn] }));
  expect(list.map(({ at, what, by: who, why }) => [at, what, who, why])).toEqual([
    [45, 'v4 was rejected for production', 'bea@example.org', ''],
    [40, 'v4: dev → staging', 'ana', 'try it'],
    [35, 'what was said of v4 for production was withdrawn', 'bea', 'wrong data'],
    [30, '@champion was given to v2', 'ana', ''],
    [25, 'v4 was approved for production', 'bea@example.org', 'saw the slices'],
    [20, 'v2: staging → production', 'bea', '<b>good</b>'],
  ]);
  expect(list[0]?.note).toBe('from the account bea of an author');
  const element = timeline(aModel(), 0, () => undefined);
  expect(element.querySelector('b')).toBeNull();
  expect(texts(element, 'summary')).toEqual(['waived 1 of 2 gates pass, 1 waived']);
});

test('a long history opens a page at a time', () => {
  const history = Array.from({ length: 40 }, (_, at) => ({
    ...{ model: 'm', version: 1, from: 'dev', to: 'staging', at, by: 'a', reason: '' },
  }));
  const asked: number[] = [];
  const element = timeline(aModel({ history, aliasHistory: [] }), 0, shown => asked.push(shown));
  expect(element.querySelectorAll('li')).toHaveLength(15);
  press(element, 'Show 15 more');
  expect(asked).toEqual([15]);
});

test('versions are sorted by a column, twice the other way; what has no value is last both times', () => {
  const { context } = aContext();
  const table = new VersionsTable(context);
  document.body.replaceChildren(table.element);
  table.update(aModel());
  const order = (): readonly string[] => texts(table.element, 'tbody th');
  expect(order()).toEqual(['v5', 'v4', 'v3', 'v2']);
  press(table.element, 'auc');
  expect(order()).toEqual(['v3', 'v4', 'v2', 'v5']);
  expect(table.element.querySelector('[aria-sort]')?.getAttribute('aria-sort')).toBe('descending');
  press(table.element, 'auc ↓');
  expect(order()).toEqual(['v2', 'v4', 'v3', 'v5']);
  expect(document.activeElement?.textContent).toBe('auc ↑');
});

test('NaN is no value', () => {
  const model = aModel({ versions: [aVersion(1, 'dev', { metrics: { auc: NaN } }), aVersion(2, 'dev')] });
  const columns = [{ id: 'auc', key: ({ metrics }: { metrics: Record<string, number> }) => metrics['auc'] }];
  for (const descending of [true, false])
    expect(sorted(model, columns as never, { column: 'auc', descending }).map(({ version }) => version)).toEqual([
      2, 1,
    ]);
});

test('two ticked versions can be compared, in the order of their numbers; what was ticked is kept', () => {
  const { context, calls, kept } = aContext();
  const table = new VersionsTable(context);
  table.update(aModel());
  const tick = (name: string): void => {
    const box = table.element.querySelector<HTMLInputElement>(`input[aria-label="Compare ${name}"]`);
    box!.checked = true;
    box!.dispatchEvent(new Event('change'));
  };
  const button = () => table.element.querySelector('.button');
  expect(button()?.hasAttribute('disabled')).toBe(true);
  tick('v4');
  tick('v2');
  expect(kept()).toEqual({ ticked: ['4', '2'] });
  expect(button()?.hasAttribute('disabled')).toBe(false);
  press(table.element, 'Compare 2');
  expect(calls).toEqual([['compare', [2, 4]]]);
});

test('a row tells of scans and decisions that count, and a menu offers what fits the version', () => {
  const { context, calls } = aContext();
  const table = new VersionsTable(context);
  document.body.replaceChildren(table.element);
  const scans = [{ version: 4, scannedAt: 1, verdict: 'block', blocks: 3, reviews: 0 } as const];
  const gone = anApproval({ standing: 'withdrawn', reviewer: 'carl' });
  table.update(aModel({ scans, approvals: [anApproval(), gone], gates: [aReport(4, 'staging', [])] }));
  const row = [...table.element.querySelectorAll('tbody tr')].find(one => one.textContent.includes('v4'));
  expect(row?.textContent).toContain('3 block');
  expect(row?.textContent).toContain('approved by bea@example.org · production');
  expect(row?.textContent).not.toContain('carl');
  const menuOf = (name: string): readonly (readonly [string, boolean])[] => {
    table.element.querySelector<HTMLElement>(`[aria-label="More of ${name}"]`)?.click();
    const items = [...document.querySelectorAll<HTMLButtonElement>('.menu-item')];
    const told = items.map(item => [item.textContent, item.disabled] as const);
    if (name === 'v3') items.find(({ textContent }) => textContent === 'Restore…')?.click();
    else document.querySelector('.popup-menu')?.remove();
    return told;
  };
  expect(menuOf('v2')).toContainEqual(['Delete…', true]); // it is guarded
  expect(menuOf('v2').map(([label]) => label)).toEqual(
    expect.arrayContaining(['Delete Alias…', 'Demote…', 'Archive…']),
  );
  expect(menuOf('v3')).toContainEqual(['Delete…', false]);
  expect(calls).toEqual([['change', 'restore', { version: 3 }]]);
});

test('how signatures stand is a column of its own, once a version is signed', () => {
  const { context } = aContext();
  const table = new VersionsTable(context);
  table.update(aModel());
  expect(texts(table.element, 'thead th')).not.toContain('Signature');
  const one = (version: number, state: 'signed' | 'untrusted' | 'altered') => ({
    ...{ version, state, sentence: `v${version} is ${state}.`, files: 3 },
  });
  table.update(aModel({ signatures: [one(5, 'signed'), one(4, 'untrusted'), { ...one(2, 'altered'), readAt: 1 }] }));
  const at = texts(table.element, 'thead th').findIndex(text => text.startsWith('Signature'));
  const cells = [...table.element.querySelectorAll('tbody tr')].map(row => row.children[at]);
  expect(cells.map(cell => cell?.textContent)).toEqual([
    'signed',
    'key not trusted',
    'not signed',
    'not what was signed',
  ]);
  expect(cells[0]?.querySelector('[title]')?.getAttribute('title')).toBe(
    'v5 is signed. Its files were not read since.',
  );
  expect(cells[3]?.querySelector('[title]')?.getAttribute('title')).toMatch(/^v2 is altered\. Its files were read /);
});
