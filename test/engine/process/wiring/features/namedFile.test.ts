import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeRoom, namedFile } from '../../../../../engine/process/wiring/features/namedFile';
import type { DatasetSource } from '../../../../../engine/protocol/jobs';
import { temporaryFolder } from '../../../../support/store';

const workspace = '/w';
const source: DatasetSource = {
  ...{ name: 'loans', path: path.resolve('/w/data/loans.txt'), root: '/w', file: 'data/loans.txt', format: 'csv' },
  ...{ delimiter: ';', missing: ['-'], expect: [] },
};
const named = (name: string) => namedFile(name, { workspace, sources: [source] });

describe('the name of a file', () => {
  it('is that of a dataset, or its path, with all that is declared of it', () => {
    expect(named('loans')).toStrictEqual({ source, dataset: 'loans' });
    expect(named('./data/loans.txt')).toStrictEqual({ source, dataset: 'loans' });
  });

  it('is that of a file that nothing is said of', () => {
    expect(named('out/set.parquet')).toMatchObject({
      source: { name: 'out/set.parquet', path: path.resolve('/w/out/set.parquet'), format: 'parquet', root: '/w' },
    });
    expect(named('set.csv').source.missing).toContain('NA');
  });

  it('is refused when it is none, or lies elsewhere', () => {
    expect(() => named('lons')).toThrow('lons is neither a dataset of modelyard.yaml nor the name of a data file.');
    expect(() => named('../set.csv')).toThrow('../set.csv is not in the workspace folder.');
    expect(() => named('/etc/set.csv')).toThrow('is not in the workspace folder.');
  });
});

describe('room for a file', () => {
  it('is made, but nothing is replaced unasked', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'a', 'b', 'set.csv');
    await makeRoom(folder, file, { force: false });
    expect(existsSync(path.dirname(file))).toBe(true);
    writeFileSync(file, 'x');
    await expect(makeRoom(folder, file, { force: false })).rejects.toMatchObject({ code: 'conflict' });
    await makeRoom(folder, file, { force: true });
  });

  it('is not made outside of the workspace, by links neither, nor in its own folder', async () => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    symlinkSync(elsewhere, path.join(folder, 'link'));
    mkdirSync(path.join(folder, '.modelyard'));
    for (const file of ['link/set.csv', '../set.csv', '.modelyard/objects/set.csv'])
      await expect(makeRoom(folder, path.join(folder, file), { force: true })).rejects.toMatchObject({
        code: 'params.invalid',
      });
  });
});
