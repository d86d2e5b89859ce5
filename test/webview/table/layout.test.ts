import { beforeEach, describe, expect, test } from 'vitest';
import { runColumns } from '../../../webview/experiments/columns';
import { Layout } from '../../../webview/experiments/layout';
import { tableQuery } from '../../../webview/experiments/tableQuery';
import { PageState } from '../../../webview/shared/state';

const key = (name: string, constant = false) => ({ key: name, runs: 2, constant });
const columns = runColumns({
  runs: 2,
  metrics: [key('auc'), key('cost'), key('loss')],
  params: [key('C'), key('seed', true)],
  tags: [key('team'), key('mlflow.user')],
});
let kept: unknown;
let layout: Layout;
const open = () =>
  new Layout(new PageState({ getState: () => kept, setState: state => (kept = state) }), ['cost', 'auc']);
const ids = () => layout.visible(columns).map(({ id }) => id);

beforeEach(() => {
  kept = undefined;
  layout = open();
});

describe('the columns', () => {
  test('are at first the main ones, without parameters that are the same in all runs', () => {
    expect(ids()).toEqual([
      ...['attributes.status', 'attributes.started', 'attributes.took', 'attributes.pipeline'],
      ...['metrics.cost', 'metrics.auc', 'params.C', 'tags.team'],
    ]);
    layout.onlyChanged = false;
    expect(ids()).toContain('params.seed');
    expect(columns.map(({ id }) => id)).not.toContain('tags.mlflow.user');
  });

  test('stand where they were moved to, also after a reload; a new one stands behind its kind', () => {
    layout.move(columns, 'metrics.auc', 'attributes.started');
    expect(ids().slice(0, 3)).toEqual(['attributes.status', 'metrics.auc', 'attributes.started']);
    layout.move(columns, 'attributes.status', undefined);
    expect(ids().at(-1)).toBe('attributes.status');
    layout = open();
    expect(ids()[0]).toBe('metrics.auc');
    layout.show('metrics.loss', true);
    expect(ids().indexOf('metrics.loss')).toBe(ids().indexOf('metrics.cost') + 1);
    const more = runColumns({ runs: 2, metrics: [key('auc'), key('brier'), key('cost')], params: [], tags: [] });
    layout.show('metrics.brier', true);
    const shown = layout.visible(more).map(({ id }) => id);
    expect(shown.indexOf('metrics.brier')).toBe(shown.indexOf('metrics.cost') + 1);
  });

  test('are pinned first; among them a column is pinned too, away from them it is not', () => {
    layout.pin('params.C', true);
    expect(ids()[0]).toBe('params.C');
    layout.move(columns, 'metrics.auc', 'params.C');
    expect(ids().slice(0, 2)).toEqual(['metrics.auc', 'params.C']);
    expect(layout.isPinned('metrics.auc')).toBe(true);
    layout.move(columns, 'metrics.auc', 'attributes.status');
    expect(ids().slice(0, 2)).toEqual(['params.C', 'metrics.auc']);
    layout.move(columns, 'metrics.auc', undefined);
    expect(layout.isPinned('metrics.auc')).toBe(false);
    layout.reset();
    expect(layout.isPinned('params.C')).toBe(false);
    expect(ids()[0]).toBe('attributes.status');
  });
});

describe('the order', () => {
  test('is by one column, which turns round, or by several', () => {
    expect(layout.sorts).toEqual([{ column: 'attributes.started', descending: true }]);
    layout.sortBy('metrics.auc', true);
    layout.sortBy('metrics.auc', true);
    expect(layout.sorts).toEqual([{ column: 'metrics.auc', descending: false }]);
    layout.sortMoreBy('params.C', false);
    expect(layout.sorts.map(({ column }) => column)).toEqual(['metrics.auc', 'params.C']);
    layout.sortMoreBy('params.C', false);
    expect(layout.sorts[1]).toEqual({ column: 'params.C', descending: true });
    layout.sortMoreBy('params.C', false);
    expect(layout.sorts).toHaveLength(1);
  });

  test('is what the engine is asked; groups follow it', () => {
    const asked = () =>
      tableQuery({ layout, columns, experiment: undefined, isDeleted: false, filter: '', metrics: ['auc'] });
    layout.sort([
      { column: 'metrics.auc', descending: true },
      { column: 'attributes.run_name', descending: false },
    ]);
    expect(asked().orderBy).toEqual(['metrics.`auc` DESC', 'attributes.run_name ASC']);
    expect(asked().groupSort).toEqual({ sort: { metric: 'auc' }, descending: true });
    layout.setGroupBy(['params.`C`']);
    layout.sort([{ column: 'params.C', descending: true }]);
    expect(asked().groupSort).toEqual({ sort: 'value', descending: true });
    layout.sort([{ column: 'attributes.started', descending: false }]);
    expect(asked()).toMatchObject({ groupBy: ['params.`C`'], groupSort: { sort: 'newest', descending: false } });
  });
});
