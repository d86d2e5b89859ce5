import { beforeEach, describe, expect, test, vi } from 'vitest';
import { runId } from '../../../engine/ids';
import type { RunId } from '../../../engine/protocol/ids';
import { RunsModel } from '../../../webview/experiments/runsModel';
import type { TableRow } from '../../../webview/experiments/tableRow';
import { CallError } from '../../../webview/shared/channel';

const ids = ['a', 'b', 'c', 'd'].map(name => runId(name.repeat(4)));
const query = {
  filter: '',
  lifecycle: 'active',
  orderBy: ['metrics.auc DESC'],
  groupBy: [] as readonly string[],
  groupSort: {},
  metrics: ['auc'],
} as const;
const group = (value: string | null, runs: number) => ({ value, runs, newest: 1, metrics: {} });

let answers: Record<string, (params: never) => unknown>;
const call = vi.fn((method: string, params: unknown) =>
  Promise.resolve(params).then(asked => answers[method]!(asked as never)),
);
const changed = vi.fn();
let model: RunsModel;
const text = (rows: readonly TableRow[]) =>
  rows.map(row =>
    row.kind === 'run'
      ? `${'  '.repeat(row.level - 1)}${row.run?.name ?? row.key}`
      : row.kind === 'group'
        ? `${'  '.repeat(row.level - 1)}${row.isOpen ? '▾' : '▸'} ${row.group.value}`
        : `${'  '.repeat(row.level - 1)}+${row.left}`,
  );

beforeEach(() => {
  vi.clearAllMocks();
  answers = {
    'runs/ids': () => ({ ids, more: false }),
    'runs/keys': () => ({ runs: 4, metrics: [], params: [], tags: [] }),
    'runs/list': ({ runIds }: { runIds: readonly RunId[] }) =>
      runIds.map(id => ({ id, name: `run ${id[0]}`, number: 1, metrics: {}, tags: {} })),
  };
  model = new RunsModel({ call } as never, changed);
});

describe('the rows of the table', () => {
  test('are known at once, each run is read only when it is looked at', async () => {
    await model.search(query);
    expect(text(model.rows)).toEqual(ids);
    await model.need(ids.slice(0, 2));
    await model.need(ids.slice(0, 2));
    expect(text(model.rows)).toEqual(['run a', 'run b', ids[2], ids[3]]);
    expect(call.mock.calls.filter(([method]) => method === 'runs/list')).toHaveLength(1);
  });

  test('stay when the same is asked again, with what has been read', async () => {
    await model.search(query);
    await model.need(ids);
    answers['runs/ids'] = () => ({ ids: [runId('eeee'), ...ids], more: false });
    await model.again();
    expect(text(model.rows)).toEqual(['eeee', 'run a', 'run b', 'run c', 'run d']);
  });

  test('take new values, unless they are of an earlier step', async () => {
    await model.search(query);
    await model.need(ids);
    const add = (step: number, value: number) =>
      model.addPoints({ runId: ids[0]!, points: [{ key: 'auc', value, step, time: 1 }] });
    expect(add(5, 0.5)).toBe(true);
    add(4, 0.4);
    expect(model.run(ids[0]!)?.metrics['auc']?.value).toBe(0.5);
    expect(model.addPoints({ runId: runId('ffff'), points: [] })).toBe(false);
  });

  test('of a search that has been overtaken are dropped; an error keeps those before', async () => {
    await model.search(query);
    answers['runs/ids'] = () => {
      throw new CallError({ code: 'params.invalid', message: 'No.' });
    };
    await model.search({ ...query, filter: 'x' });
    expect(model.error?.message).toBe('No.');
    expect(model.rows).toHaveLength(4);
    let answer: (value: unknown) => void = () => undefined;
    answers['runs/ids'] = () => new Promise(resolve => (answer = resolve));
    const slow = model.search({ ...query, filter: 'slow' });
    await Promise.resolve();
    await Promise.resolve();
    answers['runs/ids'] = () => ({ ids: ids.slice(0, 1), more: false });
    const late = answer;
    await model.search({ ...query, filter: 'fast' });
    late({ ids, more: false });
    await slow;
    expect(model.rows).toHaveLength(1);
    expect(model.error).toBeUndefined();
  });
});

describe('groups', () => {
  beforeEach(async () => {
    answers['runs/groups'] = ({ by, pageToken }: { by: string; pageToken?: string }) => {
      if (by === 'tags.team') return { groups: [group('red', 1)], total: 1 };
      return pageToken === undefined
        ? { groups: [group('logistic', 3)], total: 2, nextPageToken: 'next' }
        : { groups: [group(null, 1)], total: 2 };
    };
    await model.search({ ...query, groupBy: ['params.learner'] });
  });

  test('are opened, read further and closed', async () => {
    expect(text(model.rows)).toEqual(['▸ logistic', '+1']);
    await model.moreGroups([]);
    expect(text(model.rows)).toEqual(['▸ logistic', '▸ null']);
    answers['runs/ids'] = ({ within }: { within: unknown }) => {
      expect(within).toEqual([{ by: 'params.learner', value: 'logistic' }]);
      return { ids: ids.slice(0, 3), more: false };
    };
    await model.toggle([{ by: 'params.learner', value: 'logistic' }]);
    expect(text(model.rows)).toEqual(['▾ logistic', ...ids.slice(0, 3).map(id => `  ${id}`), '▸ null']);
    await model.toggle([{ by: 'params.learner', value: 'logistic' }]);
    expect(text(model.rows)).toEqual(['▸ logistic', '▸ null']);
  });

  test('of two levels are opened one after the other, and are open after a reload', async () => {
    model = new RunsModel({ call } as never, changed, ['["logistic"]', '["logistic","red"]']);
    answers['runs/ids'] = () => ({ ids: ids.slice(0, 1), more: false });
    await model.search({ ...query, groupBy: ['params.learner', 'tags.team'] });
    expect(text(model.rows)).toEqual(['▾ logistic', '  ▾ red', `    ${ids[0]}`, '+1']);
  });
});
