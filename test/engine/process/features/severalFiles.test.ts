import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { computeView } from '../../../../engine/process/features/computeView';
import { materialiseView } from '../../../../engine/process/features/online/materialiseView';
import { previewRows } from '../../../../engine/process/features/previewRows';
import type { DatasetSource } from '../../../../engine/protocol/jobs';
import { batchView, dataset, errorOf, newFolder, never, planOf, quiet } from './world';

const good = 'id,at,amount\n1,2024-01-01,1\n2,2024-01-02,2\n';

/** A folder `parts` of CSV, of which the second file is given. */
function parts(second: string): { readonly folder: string; readonly source: DatasetSource } {
  const folder = newFolder();
  mkdirSync(path.join(folder, 'parts'));
  for (const [name, text] of Object.entries({ 'a.csv': good, 'b.csv': second }))
    writeFileSync(path.join(folder, 'parts', name), text);
  const place = { path: path.join(folder, 'parts'), root: folder, file: 'parts' };
  return { folder, source: { name: 'parts', ...place, format: 'csv', missing: [], expect: [] } };
}

type View = ReturnType<typeof batchView>;

/** The same error, whoever reads the view. */
async function failure(folder: string, view: View) {
  const plan = planOf(dataset(folder, 'asked.csv', 'id,time\n1,2024-02-01\n4,2024-02-01\n'), [view]);
  const joining = await errorOf(previewRows({ ...plan, offset: 0, limit: 9, filter: 'all' }, quiet, never));
  const send = () => Promise.resolve();
  const materialising = await errorOf(
    materialiseView({ view, to: Date.UTC(2025, 0) * 1000, oldestEvent: 0 }, { send, progress: quiet }, never),
  );
  const computing = await errorOf(computeView({ view, limit: 0, now: Date.UTC(2025, 0) }, { progress: quiet }, never));
  for (const other of [materialising, computing])
    expect([other.code, other.message, other.place]).toEqual([joining.code, joining.message, joining.place]);
  return joining;
}

describe('what is wrong in one of several files is said with that file and the line in it:', () => {
  test('a cell of another type', async () => {
    const { folder, source } = parts('id,at,amount\n3,2024-01-01,3\n\n4,2024-01-01,many\n');
    expect(await failure(folder, batchView([source]))).toMatchObject({
      code: 'data.column',
      message: 'parts/b.csv, line 4: `amount` is "many", where a number is expected.',
      place: { file: 'parts/b.csv', line: 4, key: 'amount' },
    });
  });

  test('a time that is none', async () => {
    const { folder, source } = parts('id,at,amount\n4,soon,3\n');
    expect(await failure(folder, batchView([source]))).toMatchObject({
      message: expect.stringContaining('parts/b.csv, line 2: `at` is "soon", where a time such as'),
      place: { file: 'parts/b.csv', line: 2, key: 'at' },
    });
  });

  test('a second row of a key without a time', async () => {
    const { folder, source } = parts('id,at,amount\n4,2024-01-01,3\n"1",2024-01-01,3\n');
    const { event_time: _, ...definition } = batchView([]).definition;
    expect(await failure(folder, { ...batchView([source]), definition })).toMatchObject({
      code: 'data.unreadable',
      message: expect.stringContaining('parts/b.csv, line 3: 1 has a second row here'),
      place: { file: 'parts/b.csv', line: 3 },
    });
  });
});

test('a value of Parquet is placed by the number of its row', async () => {
  const folder = newFolder();
  const columnData = [
    { name: 'id', data: [1, 4], type: 'INT32' as const },
    { name: 'at', data: ['2024-01-01', 'soon'] },
    { name: 'amount', data: [1, 2], type: 'DOUBLE' as const },
  ];
  const source = dataset(folder, 'loans.parquet', new Uint8Array(parquetWriteBuffer({ columnData })));
  expect(await failure(folder, batchView([source]))).toMatchObject({
    message: expect.stringContaining('loans.parquet, row 2: `at` is "soon"'),
    place: { file: 'loans.parquet', line: 2, key: 'at' },
  });
});

describe('a source that changes while it is materialised is said to have, and nothing tells how many rows it had:', () => {
  const rows = '1,2024-01-01,1\n'.repeat(100_000);
  const materialise = async (source: DatasetSource, change: () => void) => {
    let isFirst = true;
    const progress = (): void => {
      if (isFirst) change();
      isFirst = false;
    };
    const view = batchView([source]);
    return errorOf(
      materialiseView(
        { view, to: Date.UTC(2025, 0) * 1000, oldestEvent: 0 },
        { send: () => Promise.resolve(), progress },
        never,
      ),
    );
  };

  test('a file that grows', async () => {
    const folder = newFolder();
    const source = dataset(folder, 'loans.csv', `id,at,amount\n${rows}`);
    const error = await materialise(source, () => appendFileSync(source.path, '2,2024-01-01,7\n'));
    expect(error).toMatchObject({
      ...{ code: 'data.unreadable', place: { file: 'loans.csv' } },
      message: 'loans.csv: the file was changed while it was being read.',
      fix: 'Run again when whatever writes the file has finished.',
    });
  });

  test('a folder that gets a file', async () => {
    const { folder, source } = parts(`id,at,amount\n${rows}`);
    const error = await materialise(source, () => writeFileSync(path.join(folder, 'parts/0.csv'), good));
    expect(error).toMatchObject({
      ...{ code: 'data.unreadable', place: { file: 'parts' } },
      message: 'parts: files were changed or added while they were being read.',
    });
  });

  test('a file of a folder that goes', async () => {
    const { folder, source } = parts(`id,at,amount\n${rows}`);
    const error = await materialise(source, () => rmSync(path.join(folder, 'parts/a.csv')));
    expect(error).toMatchObject({ code: 'data.unreadable', place: { file: 'parts' } });
  });
});
