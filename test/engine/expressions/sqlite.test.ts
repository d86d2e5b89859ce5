import fc from 'fast-check';
import initSqlJs from 'sql.js';
import { beforeAll, expect, it } from 'vitest';
import { computed, type TestTable } from './batch';

/** Rows with nulls, zeros, and texts that differ in a letter's case. */
const table: TestTable = {
  a: { type: 'integer', values: [0, 1, -7, 12, null, 100, -1, 3] },
  b: { type: 'integer', values: [2, 0, null, -5, 4, 100, 7, 3] },
  x: { type: 'number', values: [0.5, -2.25, 1e6, null, 0.1, -0.125, 3, 7.75] },
  s: { type: 'string', values: ['Alpha', 'alpha', '', null, 'b_c', '50%', 'Ä', 'zz'] },
  u: { type: 'string', values: ['a', 'Alpha', null, 'q', 'b_c', '', 'ä', 'z'] },
  p: { type: 'boolean', values: [true, false, null, true, false, null, true, false] },
};

interface Pair {
  readonly ours: string;
  readonly theirs: string;
}
const same = (text: string): Pair => ({ ours: text, theirs: text });
const joined =
  (build: (...parts: readonly string[]) => string) =>
  (parts: readonly Pair[]): Pair => ({
    ours: build(...parts.map(({ ours }) => ours)),
    theirs: build(...parts.map(({ theirs }) => theirs)),
  });

/**
 * What both understand alike. SQLite divides integers without their rest, so that it gets a real number there; its `min` is
 * null when one value is, it replaces an empty text by null with nothing, and `upper` knows ASCII only: those are not here.
 */
const { number, text, truth } = fc.letrec<{ number: Pair; text: Pair; truth: Pair }>(tie => {
  const [n, t, c] = [tie('number'), tie('text'), tie('truth')];
  const of = (build: (...parts: readonly string[]) => string, ...parts: readonly fc.Arbitrary<Pair>[]) =>
    fc.tuple(...parts).map(joined(build));
  const operator = (operators: readonly string[], part: fc.Arbitrary<Pair>) =>
    fc.constantFrom(...operators).chain(sign => of((l, r) => `(${l} ${sign} ${r})`, part, part));
  return {
    number: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('a', 'b', 'x', '0', '1', '3', '2.5', '-4').map(same),
      operator(['+', '-', '*'], n),
      fc.tuple(n, n).map(([l, r]) => ({
        ours: `(${l.ours} / ${r.ours})`,
        theirs: `(cast(${l.theirs} as real) / ${r.theirs})`,
      })),
      of(v => `-(${v})`, n),
      of(v => `abs(${v})`, n),
      of((when, then, otherwise) => `case when ${when} then ${then} else ${otherwise} end`, c, n, n),
      of((when, then) => `case when ${when} then ${then} end`, c, n),
      of((l, r) => `coalesce(${l}, ${r})`, n, n),
      of((l, r) => `nullif(${l}, ${r})`, n, n),
      of(v => `length(${v})`, t),
      of((v, part) => `instr(${v}, ${part})`, t, t),
    ),
    text: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('s', 'u', "'a'", "'Alpha'", "''", "'it''s'").map(same),
      of((l, r) => `(${l} || ${r})`, t, t),
      of(v => `trim(${v})`, t),
      of((v, from) => `replace(${v}, ${from}, 'q')`, t, t),
      of(v => `substr(${v}, 2)`, t),
      of(v => `substr(${v}, 1, 3)`, t),
      of((when, then, otherwise) => `case when ${when} then ${then} else ${otherwise} end`, c, t, t),
      of((l, r) => `coalesce(${l}, ${r})`, t, t),
    ),
    truth: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('p', 'true', 'false').map(same),
      operator(['=', '<>', '!=', '<', '<=', '>', '>='], n),
      operator(['=', '<>', '<', '>='], t),
      operator(['and', 'or'], c),
      of(v => `(not ${v})`, c),
      of(v => `(${v} is null)`, n),
      of(v => `(${v} is not null)`, t),
      of((v, low, high) => `(${v} between ${low} and ${high})`, n, n, n),
      of((v, low, high) => `(${v} not between ${low} and ${high})`, n, n, n),
      of((v, one, two) => `(${v} in (${one}, ${two}))`, n, n, n),
      of((v, one, two) => `(${v} not in (${one}, null, ${two}))`, t, t, t),
      fc.tuple(n, n).map(([l, r]) => ({
        ours: `(${l.ours} is distinct from ${r.ours})`,
        theirs: `(${l.theirs} is not ${r.theirs})`,
      })),
    ),
  };
});

let database: initSqlJs.Database;

beforeAll(async () => {
  const sql = await initSqlJs();
  database = new sql.Database();
  database.run('create table t (a integer, b integer, x real, s text, u text, p integer)');
  for (let row = 0; row < 8; row++)
    database.run(
      'insert into t values (?, ?, ?, ?, ?, ?)',
      Object.values(table).map(({ values }) => {
        const value = values[row] ?? null;
        return typeof value === 'boolean' ? Number(value) : value;
      }),
    );
});

const sqlite = (expression: string): readonly unknown[] =>
  database.exec(`select ${expression} from t order by rowid`)[0]!.values.map(([value]) => value);

it.each([
  ['numbers', number],
  ['texts', text],
  ['conditions', truth],
] as const)('computes %s as SQLite does', (_, expressions) => {
  fc.assert(
    fc.property(expressions, ({ ours, theirs }) => {
      fc.pre(ours.length < 1500);
      const found = computed(ours, table).values.map(value => (typeof value === 'boolean' ? Number(value) : value));
      const wanted = sqlite(theirs);
      for (const [row, value] of wanted.entries())
        expect({ ours, row, value: found[row] }).toEqual({ ours, row, value: nearly(value) });
    }),
    { numRuns: 200 },
  );
});

/** Sums of large and small numbers may be rounded otherwise where SQLite has an integer and we a number. */
const nearly = (value: unknown): unknown =>
  typeof value === 'number' ? (Number.isFinite(value) ? expect.closeTo(value, 6) : null) : value;
