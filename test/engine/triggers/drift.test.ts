import { expect, test } from 'vitest';
import { driftedColumns } from '../../../engine/triggers/driftLook';
import { ModelyardError } from '../../../engine/errors';
import { digest } from '../../../engine/ids';
import type { ColumnComparison } from '../../../engine/protocol/datasets';
import { TriggerWorld } from '../../support/triggers';

const config = (drift = '', more = '') => `
name: t
datasets:
  d: {path: d.csv}
models:
  m: {}
pipelines:
  a:
    on: {drift: {dataset: d, model: m${drift}}${more}}
    steps: {s: {run: echo}}
`;
const basis = { kind: 'whole', values: 1000, of: 1000 } as const;
const column = (name: string, psi: number, more: Partial<ColumnComparison> = {}): ColumnComparison => ({
  name,
  kind: 'kept',
  verdict: psi > 0.1 ? 'different' : 'alike',
  change: {
    ...{ test: 'kolmogorov-smirnov', statistic: psi, p: 0.001, method: 'exact', q: psi > 0.1 ? 0.01 : 0.5 },
    ...{ jensenShannon: psi, psi, before: basis, after: basis },
  },
  ...more,
});
const trained = digest('a'.repeat(64));

/** The comparison says of every column that it has moved as far as the file says: `x=0.3 y=0`. */
async function watched(drift = '', more = ''): Promise<TriggerWorld> {
  const it = await TriggerWorld.open(config(drift, more));
  it.reference = { version: 3, digest: trained };
  it.compare = () => {
    const text = it.files.get('d.csv')?.text ?? '';
    const columns = text.split(' ').map(part => column(part.split('=')[0]!, Number(part.split('=')[1])));
    return Promise.resolve({ digest: digest(Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64)), columns });
  };
  it.write('d.csv', 'x=0 y=0');
  it.service.watch();
  await it.look();
  return it;
}
const state = (it: TriggerWorld) => it.state('a', 'drift');

test('data that has drifted starts a run, once for a content; data that has only changed says so', async () => {
  const it = await watched();
  it.write('d.csv', 'x=0.01 y=0');
  await it.look();
  expect(it.names()).toEqual([]);
  expect((await state(it)).lastSkip).toMatchObject({
    reason: 'quiet',
    message: 'Dataset d has changed, and has not drifted from what version 3 of m was trained on.',
  });
  it.now += 1000;
  it.write('d.csv', 'x=0.31 y=0');
  await it.look();
  expect(it.started.map(({ tags }) => tags['modelyard.trigger.cause'])).toEqual([
    'dataset d has drifted from what version 3 of m was trained on: x (PSI 0.31)',
  ]);
  await it.end('a');
  const { comparisons } = it;
  await it.look();
  await it.look();
  expect(it.comparisons, 'the same is not compared again').toBe(comparisons);
  it.now += 1000;
  it.write('d.csv', 'x=0.31 y=0'); // written again as it was
  await it.look();
  it.restart();
  await it.look();
  expect(it.names()).toHaveLength(1);
  it.now += 1000;
  it.write('d.csv', 'x=0.4 y=0.2');
  await it.look();
  expect(it.names()).toHaveLength(2);
});

test('another best version is another thing to be compared with', async () => {
  const it = await watched();
  it.write('d.csv', 'x=0.3 y=0');
  await it.look();
  await it.end('a');
  it.modelChanges++;
  it.reference = { version: 4, digest: digest('b'.repeat(64)) };
  it.compare = () => Promise.resolve({ digest: digest('c'.repeat(64)), columns: [column('x', 0)] });
  await it.look();
  expect(it.names()).toHaveLength(1);
  expect((await state(it)).lastSkip?.message).toContain('what version 4 of m was trained on');
});

test('without a version to compare with it says so, and goes on when there is one', async () => {
  const it = await TriggerWorld.open(config());
  it.write('d.csv', 'x=1');
  it.service.watch();
  await it.look();
  expect((await state(it)).lastSkip).toMatchObject({ reason: 'unreadable', message: 'No version.' });
  it.modelChanges++;
  it.reference = { version: 1, digest: trained };
  it.compare = () => Promise.resolve({ digest: digest('c'.repeat(64)), columns: [column('x', 1)] });
  await it.look();
  expect(it.names()).toEqual(['a']);
  it.files.clear();
  await it.look();
  expect((await state(it)).lastSkip?.message).toBe('The file of dataset d is missing.');
});

test('a comparison that takes long holds up nobody, and one that fails is not repeated at once', async () => {
  const it = await watched();
  let settle: (columns: readonly ColumnComparison[]) => void = () => undefined;
  it.compare = () => new Promise(resolve => (settle = columns => resolve({ digest: digest('d'.repeat(64)), columns })));
  it.write('d.csv', 'x=0.3 y=0');
  await it.look();
  await it.look();
  expect(it.names()).toEqual([]);
  settle([column('x', 0.3)]);
  await it.look();
  expect(it.names()).toEqual(['a']);
  const { comparisons } = it;
  it.compare = () => Promise.reject(new ModelyardError('data.unreadable', 'There is no room.'));
  it.write('d.csv', 'x=0.35 y=0');
  await it.look();
  await it.look();
  expect(it.comparisons).toBe(comparisons + 1);
  expect((await state(it)).lastSkip?.reason).toBe('unreadable');
  it.now += 400_000;
  await it.look();
  expect(it.comparisons).toBe(comparisons + 2);
});

test('a cool-down keeps it waiting, `every` spaces the comparisons', async () => {
  const it = await watched(', cool_down: 1h, every: 2h');
  const { comparisons } = it;
  it.write('d.csv', 'x=0.3 y=0');
  await it.look();
  expect(it.comparisons).toBe(comparisons);
  it.now += 2 * 3_600_000;
  await it.look();
  expect(it.names()).toEqual(['a']);
  await it.end('a');
  it.now += 1000;
  it.config(config(', cool_down: 1h'));
  it.write('d.csv', 'x=0.4 y=0');
  await it.look();
  expect((await state(it)).lastSkip?.reason).toBe('cool-down');
  it.now += 3_600_000;
  await it.look();
  expect(it.names()).toHaveLength(2);
});

test('data that the pipeline itself makes drift is stopped after two rounds', async () => {
  const it = await watched();
  it.write('d.csv', 'x=0.3 y=0');
  await it.look();
  for (const psi of [0.4, 0.5]) {
    it.now += 1000;
    it.write('d.csv', `x=${psi} y=0`);
    await it.look();
    await it.end('a');
  }
  expect(it.names()).toHaveLength(2);
  expect((await state(it)).lastSkip?.reason).toBe('loop');
});

test.each([
  [{}, ['x', 'gone', 'typed', 'holes']],
  [{ psi: 0.15 }, ['x', 'gone', 'typed', 'holes']],
  [{ psi: 0.5 }, ['gone', 'typed', 'holes']],
  [{ columns: ['x', 'y'] }, ['x']],
  [{ columns: ['was_typed'] }, ['typed']],
])('columns that have drifted by %j', (how, names) => {
  const columns = [
    column('x', 0.2),
    column('y', 0.05),
    column('few', 0.9, { verdict: 'unsure', change: { ...column('few', 0).change!, psi: 0.9, q: 0.3 } }),
    column('new', 0, { kind: 'added' }),
    column('gone', 0, { kind: 'removed' }),
    column('typed', 0, { kind: 'renamed', formerly: 'was_typed', retyped: { from: 'number', to: 'text' } as never }),
    column('holes', 0, { verdict: 'different', missing: { before: 0, after: 0.2, q: 0.01 } }),
  ];
  expect(driftedColumns(columns, how).map(({ name }) => name)).toEqual(names);
});
