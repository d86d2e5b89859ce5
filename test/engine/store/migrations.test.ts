import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { migrate, migrations, versionOf } from '../../../engine/store/migrations';
import { openTestStore } from '../../support/store';

const first = migrations;
const second = 'CREATE TABLE added (x INTEGER); INSERT INTO added VALUES (1)';

test('every numbered file is in the list, in order', () => {
  const files = readdirSync(path.resolve('engine/store/migrations')).sort();
  expect(files.map(file => Number(file.slice(0, 4)))).toEqual(migrations.map((_, index) => index + 1));
});

describe('migrate', () => {
  test('does only what is missing, each with its number', async () => {
    const { db, path: file } = await openTestStore();
    expect(migrate(db, file, [...first, second])).toBe(first.length + 1);
    expect(versionOf(db)).toBe(first.length + 1);
    expect(migrate(db, file, [...first, second])).toBe(first.length + 1);
    expect(db.prepare('SELECT count(*) AS n FROM added').get()).toEqual({ n: 1 });
    expect(db.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
  });

  test('a step that fails leaves the version before it, whole', async () => {
    const { db, path: file } = await openTestStore();
    const broken = 'CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)';
    expect(() => migrate(db, file, [...first, second, broken])).toThrow('no such table: nowhere');
    expect(versionOf(db)).toBe(first.length + 1);
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").get()).toBeUndefined();
    expect(db.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
  });

  test('may rebuild a table that others refer to, but not break a reference', async () => {
    const { db, path: file } = await openTestStore();
    db.exec("INSERT INTO metric_key (id, name) VALUES (1, 'auc')");
    const breaking = 'INSERT INTO param VALUES (77, 1, 1)';
    expect(() => migrate(db, file, [...first, breaking])).toThrow('the table param refers to rows that do not exist');
    expect(versionOf(db)).toBe(first.length);
  });

  test('never goes back', async () => {
    const { db, path: file } = await openTestStore();
    migrate(db, file, [...first, second]);
    expect(() => migrate(db, file, first)).toThrow(expect.objectContaining({ code: 'store.newer' }));
  });
});
