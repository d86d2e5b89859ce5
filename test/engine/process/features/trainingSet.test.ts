import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { writeTrainingSet } from '../../../../engine/process/features/trainingSet';
import { batchView, column, computed, dataset, newFolder, never, planOf, quiet } from './world';

const loans = `id,at,known,amount,grade
1,2024-01-01,2024-01-02,100,A
1,2024-02-01,2024-02-02,200,"B, or C"
1,2024-02-01,2024-06-01,250,B
2,2024-01-15,2024-01-15,,A
`;
const asked = `row,id,time,note
a,1,2024-03-01T12:00:00Z," x, ""y"""
b,2,2024-03-01,
c,9,2024-03-01,NA
d,1,2024-01-01T12:00:00Z,
e,1,2023-01-01,
f,,2024-01-01,
g,1,,
`;

const view = (folder: string) =>
  batchView([dataset(folder, 'loans.csv', loans)], {
    created_time: 'known',
    features: [column('amount'), column('grade', 'string'), computed('twice', 'amount * 2')],
  });

test('CSV gets the features behind its cells, each row with what was known then', async () => {
  const folder = newFolder();
  const to = path.join(folder, 'set.csv');
  const entities = dataset(folder, 'asked.csv', asked);
  const set = await writeTrainingSet({ ...planOf(entities, [view(folder)]), path: to, format: 'csv' }, quiet, never);
  expect(readFileSync(to, 'utf8')).toBe(`row,id,time,note,amount,grade,twice
a,1,2024-03-01T12:00:00Z," x, ""y""",200,"B, or C",400
b,2,2024-03-01,,,A,
c,9,2024-03-01,NA,,,
d,1,2024-01-01T12:00:00Z,,,,
e,1,2023-01-01,,,,
f,,2024-01-01,,,,
g,1,,,,,
`);
  expect(set.columns[0]).toEqual({
    ...{ column: 'amount', reference: 'loans@v1:amount', changedByLater: 2 },
    statuses: { present: 1, 'null-value': 1, 'no-row': 2, 'not-yet-known': 1, expired: 0, 'no-key': 1, 'no-time': 1 },
  });
  expect(set).toMatchObject({ rows: 7, entityColumns: ['row', 'id', 'time', 'note'], bytes: readFileSync(to).length });
  expect(readdirSync(folder).sort()).toEqual(['asked.csv', 'loans.csv', 'set.csv']);
  expect(existsSync(to)).toBe(true);
});
