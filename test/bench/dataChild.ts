import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { readFrame } from '../../engine/data/frame';
import { CsvReader } from '../../engine/data/read/csvReader';
import { DataFile } from '../../engine/data/read/dataFile';
import { scanDataset } from '../../engine/data/scan';
import type { DatasetSource } from '../../engine/protocol/jobs';
import { ruleSets } from './ruleSets';
import type { Expectation } from '../../engine/protocol/expectations';

const rules: readonly Omit<Expectation, 'severity'>[] = [
  { column: 'application_id', unique: true, not_null: true, regex: 'A\\d{7}' },
  { column: 'age', type: 'integer', between: [18, 100] },
  { column: 'housing', in_set: ['own', 'rent', 'for free'] },
  { column: 'income', not_null: true, mostly: 0.9 },
  { column: 'opened_on', fresh_within: '9999d' },
  { row_count: [1, null] },
];

/** One reading of a file in a process of its own, so that its memory is known. */
async function work(what: string, file: string): Promise<number> {
  const { signal } = new AbortController();
  const expect = (ruleSets[what] ?? rules).map(rule => ({ ...rule, severity: 'error' as const }));
  const source: DatasetSource = { name: 'bench', path: file, format: 'csv', missing: ['NA'], expect };
  const stream = () => createReadStream(file, { highWaterMark: 1 << 20 });
  switch (what) {
    case 'bytes': {
      const hash = createHash('sha256');
      for await (const chunk of stream()) hash.update(chunk as Buffer);
      return hash.digest().length;
    }
    case 'csv-parse': {
      let rows = 0;
      for await (const row of stream().pipe(parse())) rows += (row as string[]).length > 0 ? 1 : 0;
      return rows - 1;
    }
    case 'split': {
      let rows = 0;
      const reader = await CsvReader.open(source, await DataFile.open(source, { signal, digest: false }));
      for await (const batch of reader.batches()) rows += batch.rows;
      await reader.close();
      return rows;
    }
    case 'frame':
      return (await readFrame(source, signal)).rows;
    default:
      return (await scanDataset(source, { signal, now: Date.now(), progress: () => undefined })).rows;
  }
}

async function main(): Promise<void> {
  const [what = '', file = ''] = process.argv.slice(2);
  const before = performance.now();
  const cpu = process.cpuUsage();
  const rows = await work(what, file);
  const seconds = (performance.now() - before) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  process.stdout.write(
    JSON.stringify({ rows, seconds, cpu: (user + system) / 1e6, rssMb: process.resourceUsage().maxRSS / 1024 }),
  );
}
void main();
