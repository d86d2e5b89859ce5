import { expect, test } from 'vitest';
import { runColumns } from '../../../webview/experiments/columns';
import { runsAsTsv } from '../../../webview/experiments/tsv';

test('rows are copied as lines of cells, which no text breaks and no formula runs in', () => {
  const columns = runColumns({ runs: 1, metrics: [{ key: 'auc', runs: 1, constant: false }], params: [], tags: [] });
  const shown = columns.filter(({ id }) => id === 'attributes.note' || id === 'metrics.auc');
  const run = {
    number: 7,
    name: '=1+1',
    tags: { 'mlflow.note.content': 'two\tcells\nand lines' },
    metrics: { auc: { value: -0.5, step: 0, time: 0 } },
  };
  expect(runsAsTsv([run as never], shown)).toBe("run\tname\tNote\tauc\nr-7\t'=1+1\ttwo cells and lines\t-0.5\n");
});
