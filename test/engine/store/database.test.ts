import { describe, expect, test, vi } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import type { Database, SqlValue } from '../../../engine/store/database';
import { openTestStore } from '../../support/store';

async function openTable(): Promise<Database> {
  const { db } = await openTestStore();
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, x, u TEXT UNIQUE, n INTEGER, r REAL)');
  return db;
}
const count = (db: Database): SqlValue | undefined => db.prepare('SELECT count(*) AS n FROM t').get()?.['n'];
const caught = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('values', () => {
  const values: readonly [string, SqlValue][] = [
    ['zero', 0],
    ['the largest 32-bit integer', 2 ** 31 - 1],
    ['beyond 32 bits', 2 ** 31],
    ['the smallest safe integer', Number.MIN_SAFE_INTEGER],
    ['the largest safe integer', Number.MAX_SAFE_INTEGER],
    ['2^53 + 1, which no double is', 2n ** 53n + 1n],
    ['the largest 64-bit integer', 2n ** 63n - 1n],
    ['the smallest 64-bit integer', -(2n ** 63n)],
  ];
  test.each(values)('%s comes back from an integer column', async (_name, value) => {
    const db = await openTable();
    db.prepare('INSERT INTO t (n) VALUES (?)').run([value]);
    expect(db.prepare('SELECT n, typeof(n) AS type FROM t WHERE n = ?').get([value])).toEqual({
      n: value,
      type: 'integer',
    });
  });

  test('a small bigint comes back as a number', async () => {
    const db = await openTable();
    db.prepare('INSERT INTO t (n) VALUES (?), (?)').run([7n, -(2n ** 40n)]);
    expect(db.prepare('SELECT n FROM t ORDER BY n DESC').all()).toEqual([{ n: 7 }, { n: -(2 ** 40) }]);
  });

  test('a bigint of more than 64 bits is refused by name', async () => {
    const db = await openTable();
    expect(() => db.prepare('INSERT INTO t (n) VALUES (?)').run([2n ** 63n])).toThrow(
      '9223372036854775808 does not fit into 64 bits.',
    );
  });

  test.each<[string, SqlValue]>([
    ['a fraction', 0.1],
    ['infinity', Infinity],
    ['the smallest double', 5e-324],
    ['null', null],
    ['an empty text', ''],
    ['a text with NUL, umlaut and emoji', 'a\0ä😀'],
    ['a long text', 'né'.repeat(50_000)],
    ['no bytes', new Uint8Array(0)],
    ['bytes', new Uint8Array([0, 255, 1])],
    ['more bytes', new Uint8Array(20_000).fill(7)],
  ])('%s comes back', async (_name, value) => {
    const db = await openTable();
    db.prepare('INSERT INTO t (x) VALUES (?)').run([value]);
    expect(db.prepare('SELECT x FROM t').get()).toEqual({ x: value });
  });

  test('NaN is NULL', async () => {
    const db = await openTable();
    db.prepare('INSERT INTO t (r) VALUES (?)').run([Number.NaN]);
    expect(db.prepare('SELECT r FROM t').get()).toEqual({ r: null });
  });

  test('bytes that were read stay when the memory is used again', async () => {
    const db = await openTable();
    db.prepare('INSERT INTO t (x) VALUES (?), (?)').run([new Uint8Array(9).fill(1), new Uint8Array(9).fill(2)]);
    const [first] = db.prepare('SELECT x FROM t').iterate();
    db.prepare('SELECT x FROM t WHERE id = 2').all();
    expect(first).toEqual({ x: new Uint8Array(9).fill(1) });
  });
});

describe('statements', () => {
  test('a wrong number of parameters is refused, with the statement', async () => {
    const db = await openTable();
    const insert = db.prepare('INSERT INTO t (x, n) VALUES (?, ?)');
    for (const params of [[], [1], [1, 2, 3]]) {
      expect(() => insert.run(params)).toThrow(
        `takes 2 parameters but was given ${params.length}: INSERT INTO t (x, n) VALUES (?, ?)`,
      );
    }
    expect(count(db)).toBe(0);
  });

  test.each(['', ' -- nothing', 'SELECT 1; SELECT 2', 'SELECT 1; x'])('%j is not one statement', async sql => {
    const db = await openTable();
    expect(() => db.prepare(sql)).toThrow('Not exactly one SQL statement');
    expect(db.prepare('SELECT 1 AS one').all()).toEqual([{ one: 1 }]);
  });

  test('an error of syntax is a defect and quotes the statement', async () => {
    const db = await openTable();
    const error = caught(() => db.prepare('SELEKT 1'));
    expect(error).toMatchObject({ code: 'internal', message: expect.stringContaining('near "SELEKT": syntax error') });
    expect(error).toMatchObject({ message: expect.stringContaining('SELEKT 1') });
  });

  test('a broken UNIQUE is a conflict, and the statement can be used again', async () => {
    const db = await openTable();
    const insert = db.prepare('INSERT INTO t (u) VALUES (?)');
    insert.run(['a']);
    expect(caught(() => insert.run(['a']))).toMatchObject({
      code: 'conflict',
      message: 'UNIQUE constraint failed: t.u.',
    });
    insert.run(['b']);
    expect(db.prepare('SELECT u FROM t ORDER BY u').all()).toEqual([{ u: 'a' }, { u: 'b' }]);
  });

  test('foreign keys are enforced', async () => {
    const { db } = await openTestStore();
    expect(() => db.prepare("INSERT INTO param VALUES (99, 'k', 'v')").run()).toThrow('FOREIGN KEY constraint failed');
  });

  test('get() of INSERT … RETURNING inserts', async () => {
    const db = await openTable();
    expect(db.prepare('INSERT INTO t (x) VALUES (1), (2) RETURNING id').get()).toEqual({ id: 1 });
    expect(count(db)).toBe(2);
  });

  test('the same text is compiled once, and hundreds of texts do no harm', async () => {
    const db = await openTable();
    const first = db.prepare('SELECT 0 AS v');
    expect(db.prepare('SELECT 0 AS v')).toBe(first);
    for (let value = 1; value < 600; value++) expect(db.prepare(`SELECT ${value} AS v`).get()).toEqual({ v: value });
    expect(first.get()).toEqual({ v: 0 }); // forgotten, and compiled again
  });

  test('names of columns as they are asked for', async () => {
    const db = await openTable();
    expect(db.prepare('SELECT 1 AS "a b", 2 AS "ö"').get()).toEqual({ 'a b': 1, ö: 2 });
  });
});

describe('iterate', () => {
  async function openFive(): Promise<Database> {
    const db = await openTable();
    db.prepare('INSERT INTO t (n) VALUES (1), (2), (3), (4), (5)').run();
    return db;
  }
  const numbers = 'SELECT n FROM t ORDER BY n';

  test('may be left early, and the table be dropped right after', async () => {
    const db = await openFive();
    for (const row of db.prepare(numbers).iterate()) if (row['n'] === 2) break;
    db.exec('DROP TABLE t'); // fails while a statement reads the table
  });

  test('is not disturbed by the same statement within', async () => {
    const db = await openFive();
    const select = db.prepare(numbers);
    const pairs: SqlValue[] = [];
    for (const outer of select.iterate()) {
      for (const inner of select.iterate()) if (inner['n'] === 3) break;
      expect(select.all()).toHaveLength(5);
      pairs.push(outer['n'] ?? null);
    }
    expect(pairs).toEqual([1, 2, 3, 4, 5]);
  });

  test('goes on over a commit', async () => {
    const db = await openFive();
    const seen: SqlValue[] = [];
    for (const row of db.prepare(numbers).iterate()) {
      db.transaction(() => db.prepare('UPDATE t SET x = 1 WHERE n = ?').run([row['n'] ?? null]));
      seen.push(row['n'] ?? null);
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(db.prepare('SELECT sum(x) AS s FROM t').get()).toEqual({ s: 5 });
  });

  test('says so when the store is closed meanwhile', async () => {
    const store = await openTestStore();
    const rows = store.db.prepare('SELECT 1 AS a UNION ALL SELECT 2').iterate();
    rows.next();
    store.close();
    expect(() => rows.next()).toThrow('has been closed');
    expect(() => store.db.prepare('SELECT 1').get()).toThrow('has been closed');
    expect(() => store.db.transaction(() => 1)).toThrow('has been closed');
  });
});

describe('transaction', () => {
  test('returns what the work returns', async () => {
    const db = await openTable();
    expect(db.transaction(() => 'result')).toBe('result');
  });

  test('a throwing work undoes everything and its error goes on', async () => {
    const db = await openTable();
    const error = new Error('mine');
    const thrown = caught(() =>
      db.transaction(() => {
        db.prepare('INSERT INTO t (n) VALUES (1)').run();
        throw error;
      }),
    );
    expect(thrown).toBe(error);
    expect(count(db)).toBe(0);
    db.transaction(() => db.prepare('INSERT INTO t (n) VALUES (2)').run());
    expect(count(db)).toBe(1);
  });

  test('a failed statement that the work handles costs only itself', async () => {
    const db = await openTable();
    db.transaction(() => {
      const insert = db.prepare('INSERT INTO t (u) VALUES (?)');
      insert.run(['a']);
      expect(() => insert.run(['a'])).toThrow('UNIQUE');
      insert.run(['b']);
    });
    expect(count(db)).toBe(2);
  });

  test('a nested one joins: the outer error undoes both', async () => {
    const db = await openTable();
    const insert = db.prepare('INSERT INTO t (n) VALUES (?)');
    const thrown = caught(() =>
      db.transaction(() => {
        db.transaction(() => insert.run([1]));
        insert.run([2]);
        throw new Error('outer');
      }),
    );
    expect(thrown).toMatchObject({ message: 'outer' });
    expect(count(db)).toBe(0);
  });

  test('a nested one that threw cannot be half committed, even when its error is caught', async () => {
    const db = await openTable();
    const insert = db.prepare('INSERT INTO t (n) VALUES (?)');
    const thrown = caught(() =>
      db.transaction(() => {
        insert.run([1]);
        expect(() =>
          db.transaction(() => {
            insert.run([2]);
            throw new Error('inner');
          }),
        ).toThrow('inner');
      }),
    );
    expect(thrown).toMatchObject({ message: 'inner' });
    expect(count(db)).toBe(0);
  });

  test('asynchronous work is refused and undone', async () => {
    const db = await openTable();
    const thrown = caught(() =>
      db.transaction(() => {
        db.prepare('INSERT INTO t (n) VALUES (1)').run();
        return Promise.resolve();
      }),
    );
    expect(thrown).toMatchObject({ code: 'internal', message: expect.stringContaining('must not be asynchronous') });
    expect(count(db)).toBe(0);
  });

  test('a deferred foreign key that is still broken at COMMIT undoes everything', async () => {
    const db = await openTable();
    db.exec('CREATE TABLE child (t INTEGER REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED)');
    const thrown = caught(() => db.transaction(() => db.prepare('INSERT INTO child VALUES (9)').run()));
    expect(thrown).toMatchObject({ code: 'store.failed', message: expect.stringContaining('FOREIGN KEY') });
    expect(db.prepare('SELECT count(*) AS n FROM child').get()).toEqual({ n: 0 });
    db.transaction(() => db.prepare('INSERT INTO t (n) VALUES (1)').run());
  });
});

describe('onCommit', () => {
  test('is called once after each commit that changed something, outside the transaction', async () => {
    const db = await openTable();
    const insert = db.prepare('INSERT INTO t (n) VALUES (?)');
    const seen: unknown[] = [];
    db.onCommit(() => seen.push(count(db)));
    db.transaction(() => {
      insert.run([1]);
      db.transaction(() => insert.run([2]));
      expect(seen).toEqual([]);
    });
    expect(seen).toEqual([2]);
    insert.run([3]);
    db.prepare('INSERT INTO t (n) VALUES (4) RETURNING id').get();
    expect(seen).toEqual([2, 3, 4]);
    db.transaction(() => db.prepare('SELECT * FROM t').all());
    db.prepare('UPDATE t SET n = 0 WHERE n = 99').run();
    expect(() =>
      db.transaction(() => {
        insert.run([5]);
        throw new Error('undone');
      }),
    ).toThrow('undone');
    db.prepare('SELECT * FROM t').all();
    db.transaction(() => 1);
    expect(seen).toEqual([2, 3, 4]);
  });

  test('a listener may write, and one that throws does not make the commit fail', async () => {
    const db = await openTable();
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    let isFirst = true;
    db.onCommit(() => {
      throw new ModelyardError('internal', 'a listener failed');
    });
    db.onCommit(() => {
      if (isFirst) {
        isFirst = false;
        db.prepare('INSERT INTO t (n) VALUES (2)').run();
      }
    });
    expect(db.transaction(() => db.prepare('INSERT INTO t (n) VALUES (1)').run())).toBeUndefined();
    expect(count(db)).toBe(2);
    expect(warn.mock.calls.map(([warning]) => warning)).toEqual([
      expect.objectContaining({ message: 'a listener failed' }),
      expect.objectContaining({ message: 'a listener failed' }),
    ]);
    warn.mockRestore();
  });
});
