import { appendFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataService } from '../../../engine/data/service';
import { validateDataset } from '../../../engine/data/validateDataset';
import { ModelyardError } from '../../../engine/errors';
import { openTestStore, temporaryFolder } from '../../support/store';
import { dataset, errorOf, never, sourceOf } from './support';

const quiet = { signal: never, progress: () => undefined };

async function service(clock: { now: number } = { now: 1000 }) {
  const store = await openTestStore();
  return new DataService({ db: store.db, objects: store.objects, now: () => clock.now });
}

async function detailOf(content: string, name = 'd') {
  const { version, profile, checks } = await validateDataset(
    dataset(content, { name, expect: [{ unique: 'a' }, { row_count: 1 }] }),
    quiet,
  );
  return { ...version, profile, checks };
}

const notFound = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof ModelyardError && error.code === 'not-found') return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('versions', () => {
  test('a version comes back as it was recorded', async () => {
    const data = await service();
    const detail = await detailOf('a,b,w\n1.5,x,2024-01-01\n,true,2024-01-02\n1.5,y,\n');
    const version = data.record(detail);
    expect(version).toMatchObject({ name: 'd', digest: detail.digest, bytes: detail.bytes, rows: 3, createdAt: 1000 });
    expect(data.get('d')).toEqual({ ...detail, createdAt: 1000 });
    expect(data.get('d', detail.digest)).toEqual({ ...detail, createdAt: 1000 });
  });

  test('the same content is one version with the new checks; other content is another; the last checked is current', async () => {
    const clock = { now: 1000 };
    const data = await service(clock);
    const first = await detailOf('a,b\n1,x\n');
    const second = await detailOf('a,b\n1,x\n2,y\n');
    data.record(first);
    clock.now = 2000;
    data.record(second);
    expect(data.get('d')).toMatchObject({ digest: second.digest, createdAt: 2000, rows: 2 });
    clock.now = 3000;
    data.record({ ...first, checks: [] });
    expect(data.get('d')).toMatchObject({ digest: first.digest, createdAt: 1000, rows: 1, checks: [] });
    data.record(await detailOf('a,b\n5,x\n', 'another'));
    expect(data.list().map(({ name, rows }) => [name, rows])).toEqual([
      ['another', 1],
      ['d', 1],
    ]);
    expect(data.list()[0]).not.toHaveProperty('profile');
  });

  test('what a step wrote is recorded', async () => {
    const data = await service();
    const { profile, checks, ...version } = await detailOf('a,b\n1,x\n');
    const file = path.join(temporaryFolder(), 'dataset.json');
    const source = sourceOf('/elsewhere/d.csv', { file: version.path });
    writeFileSync(file, JSON.stringify({ source, digest: version.digest, bytes: version.bytes, profile, checks }));
    expect(await data.recordOutput(file)).toEqual({ ...version, profile, checks, createdAt: 1000 });
    expect(checks.map(check => check.severity)).toEqual(['error', 'error']);
    writeFileSync(file, '{"source": 5}');
    expect((await errorOf(data.recordOutput(file))).code).toBe('internal');
    expect((await errorOf(data.recordOutput(`${file}.gone`))).code).toBe('not-found');
  });

  test('what is not there', async () => {
    const data = await service();
    expect(notFound(() => data.get('d')).fix).toBe('Run `modelyard validate`.');
    const detail = await detailOf('a,b\n1,x\n', 'applications');
    data.record(detail);
    expect(notFound(() => data.get('aplications'))).toMatchObject({
      message: 'No version of dataset aplications is known yet.',
      fix: 'Did you mean `applications`?',
    });
    const other = await detailOf('a,b\n2,x\n');
    expect(notFound(() => data.get('applications', other.digest)).message).toBe(
      `Dataset applications has no version ${other.digest.slice(0, 12)}.`,
    );
  });
});

describe('columns for completion', () => {
  test('from the first rows, until the file changes', async () => {
    const data = await service();
    const source = dataset('age,housing\n5,own\n');
    expect(await data.columns(source)).toEqual([
      { name: 'age', type: 'integer' },
      { name: 'housing', type: 'string' },
    ]);
    writeFileSync(source.path, 'age,income\n5,1.5\n');
    expect((await data.columns(source))?.map(({ name }) => name)).toEqual(['age', 'income']);
  });

  test('from the recorded version while the file is the same', async () => {
    const data = await service({ now: Date.now() + 60_000 });
    // The types of the first 1,000 rows are not those of the whole.
    const source = dataset(`x,y\n${'1,2\n'.repeat(2000)}a,2\n`);
    expect((await data.columns(source))?.[0]).toEqual({ name: 'x', type: 'integer' });
    const { version, profile, checks } = await validateDataset(source, quiet);
    const again = await service({ now: Date.now() + 60_000 });
    again.record({ ...version, profile, checks });
    expect((await again.columns(source))?.[0]).toEqual({ name: 'x', type: 'string' });
    appendFileSync(source.path, 'b,2\n');
    utimesSync(source.path, new Date(), new Date());
    expect((await again.columns(source))?.[0]).toEqual({ name: 'x', type: 'integer' });
  });

  test('undefined, never an error, for what cannot be read', async () => {
    const data = await service();
    expect(await data.columns(sourceOf('/nowhere/at/all.csv'))).toBeUndefined();
    expect(await data.columns(dataset(''))).toBeUndefined();
    expect(await data.columns(dataset(Buffer.from('PAR1....')))).toBeUndefined();
    expect(await data.columns(dataset('{"a": 1}\n{"b"', { format: 'jsonl' }))).toBeUndefined();
    expect(await data.columns(dataset('a,b\n'))).toEqual([
      { name: 'a', type: 'string' },
      { name: 'b', type: 'string' },
    ]);
  });
});
