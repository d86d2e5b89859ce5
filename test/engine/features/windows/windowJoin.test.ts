import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WindowJoin } from '../../../../engine/features/windows/windowJoin';
import { aggregates } from '../../../../engine/protocol/featureConfig';
import type { JoinMode } from '../../../../engine/protocol/featureJoins';

interface Row {
  readonly key: number;
  readonly event: number;
  /** NaN: nothing says. */
  readonly created: number;
  readonly keep: boolean;
  readonly masked: boolean;
  readonly value: number | null;
  /** −1: none. */
  readonly identity: number;
}
interface Case {
  readonly asked: readonly { readonly key: number; readonly time: number }[];
  readonly rows: readonly Row[];
  readonly over: number;
  readonly mode: JoinMode;
  readonly hasCreated: boolean;
  readonly hasIdentity: boolean;
  readonly batch: number;
}
const keyCount = 3;

function join({ asked, rows, over, mode, hasCreated, hasIdentity, batch }: Case) {
  const made = new WindowJoin(
    { keys: Int32Array.from(asked, a => a.key), keyCount, times: Float64Array.from(asked, a => a.time) },
    { mode, hasCreated, hasIdentity, windows: aggregates.map(aggregate => ({ aggregate, over })) },
  );
  for (let at = 0; at < rows.length; at += batch) {
    const some = rows.slice(at, at + batch);
    const values = { kind: 'number', values: Float64Array.from(some, row => row.value ?? Number.NaN) } as const;
    const mask = Uint8Array.from(some, row => (row.masked ? 0 : 1));
    made.add({
      rows: some.length,
      firstRow: at,
      keys: Int32Array.from(some, row => row.key),
      events: Float64Array.from(some, row => row.event),
      ...(hasCreated && { created: Float64Array.from(some, row => row.created) }),
      ...(hasIdentity && { identities: Int32Array.from(some, row => row.identity) }),
      keep: Uint8Array.from(some, row => (row.keep ? 1 : 0)),
      values: aggregates.map(() => values),
      masks: aggregates.map(() => mask),
    });
  }
  return made.finish();
}

const found = (one: Case) => {
  const joined = join(one);
  return one.asked.map((_, row) =>
    Object.fromEntries(
      aggregates.map((aggregate, index) => {
        const value = joined.value(index, row);
        const later = joined.later(index, row);
        const { newest, rows } = joined.matched(index, row) ?? { rows: 0 };
        return [
          aggregate,
          { status: joined.status(index, row), value, rows, newest: newest?.row, later: later ? later.value : value },
        ];
      }),
    ),
  );
};

type At = Row & { readonly at: number };

/** The rules, a row at a time, over whole numbers, whose sums are exact. */
function expected({ asked, rows, over, mode, hasCreated, hasIdentity }: Case) {
  const strict = mode === 'known' && hasCreated;
  const since = (row: Row) => (hasCreated && !Number.isNaN(row.created) ? row.created : -1e18);
  const within = (key: number, time: number, isStrict: boolean): At[] => {
    let of = rows
      .map((row, at) => ({ ...row, at }))
      .filter(row => row.keep && row.key === key && row.event === row.event);
    if (isStrict) of = of.filter(row => row.created <= time);
    if (hasIdentity)
      of = of.filter(
        row =>
          row.identity < 0 ||
          !of.some(
            other =>
              other.identity === row.identity &&
              (since(other) > since(row) || (since(other) === since(row) && other.at > row.at)),
          ),
      );
    return of
      .filter(row => !row.masked && row.event <= time && row.event > time - over)
      .sort((a, b) => a.event - b.event || since(a) - since(b) || a.at - b.at);
  };
  const values = (of: readonly At[]) => {
    const some = of.flatMap(row => row.value ?? []);
    const sum = some.reduce((all, value) => all + value, 0);
    const mean = some.length === 0 ? null : sum / some.length;
    const squares = some.reduce((all, value) => all + value * value, 0);
    const n = some.length;
    const spread = (n * squares - sum * sum) / (n * (n - 1));
    return {
      ...{ count: n, sum, mean, min: n === 0 ? null : Math.min(...some), max: n === 0 ? null : Math.max(...some) },
      ...{ last: some.at(-1) ?? null, distinct: new Set(some).size, std: n < 2 ? null : Math.sqrt(spread) },
    };
  };
  return asked.map(({ key, time }) => {
    const none = key < 0 || Number.isNaN(time);
    const of = none ? [] : within(key, time, strict);
    const all = none ? [] : within(key, time, false);
    return Object.fromEntries(
      aggregates.map(aggregate => {
        const value = none ? null : values(of)[aggregate];
        const reason = of.length > 0 ? 'null-value' : all.length > 0 ? 'not-yet-known' : 'no-row';
        const status = key < 0 ? 'no-key' : none ? 'no-time' : value === null ? reason : 'present';
        const later = none ? null : values(all)[aggregate];
        return [aggregate, { status, value, rows: of.length, newest: of.at(-1)?.at, later }];
      }),
    );
  });
}

const time = fc.integer({ min: 0, max: 12 });
const maybe = <T>(of: fc.Arbitrary<T>, none: T) => fc.oneof({ weight: 9, arbitrary: of }, fc.constant(none));
const cases: fc.Arbitrary<Case> = fc.record({
  asked: fc.array(
    fc.record({ key: maybe(fc.integer({ min: 0, max: keyCount - 1 }), -2), time: maybe(time, Number.NaN) }),
    { maxLength: 12 },
  ),
  rows: fc.array(
    fc.record({
      key: fc.integer({ min: -1, max: keyCount - 1 }),
      event: maybe(time, Number.NaN),
      created: maybe(time, Number.NaN),
      keep: maybe(fc.constant(true), false),
      masked: maybe(fc.constant(false), true),
      value: fc.option(fc.integer({ min: -9, max: 9 }), { freq: 5 }),
      identity: fc.integer({ min: -1, max: 8 }).map(identity => identity),
    }),
    { maxLength: 40 },
  ),
  over: fc.integer({ min: 1, max: 8 }),
  mode: fc.constantFrom('known', 'tie-break'),
  hasCreated: fc.boolean(),
  hasIdentity: fc.boolean(),
  batch: fc.integer({ min: 1, max: 40 }),
});
/** An event is of one key. */
const consistent = cases.map(one => ({
  ...one,
  rows: one.rows.map(row => ({ ...row, key: row.identity < 0 ? row.key : row.key < 0 ? -1 : row.identity % keyCount })),
}));

test('every window has what looking through all rows finds', () => {
  fc.assert(
    fc.property(consistent, one => {
      expect(found(one)).toEqual(expected(one));
    }),
    { numRuns: 600 },
  );
});

describe('versions of an event', () => {
  const row = (event: number, created: number, value: number): Row => ({
    ...{ key: 0, keep: true, masked: false, identity: 7 },
    ...{ event, created, value },
  });
  const sum = (rows: readonly Row[], hasIdentity: boolean) =>
    found({
      asked: [{ key: 0, time: 10 }],
      ...{ rows, over: 9, mode: 'known', hasCreated: true, hasIdentity, batch: 9 },
    })[0]!['sum'];

  test('count once, as they were known then', () => {
    const rows = [row(5, 6, 50), row(5, 8, 40), row(5, 11, 30)];
    expect(sum(rows, true)).toMatchObject({ value: 40, rows: 1, later: 30 });
    expect(sum(rows, false)).toMatchObject({ value: 90, rows: 2, later: 120 });
  });

  test('that move the event out of the window take it away', () => {
    expect(sum([row(5, 6, 50), row(1, 8, 50)], true)).toMatchObject({ value: 0, rows: 0, later: 0 });
  });
});

test('one row is told apart from none by its place, and text has a newest and a number of different ones', () => {
  const made = new WindowJoin(
    { keys: Int32Array.of(0), keyCount: 1, times: Float64Array.of(10) },
    {
      ...{ mode: 'known', hasCreated: false, hasIdentity: false },
      windows: [
        { aggregate: 'last', over: 5 },
        { aggregate: 'distinct', over: 5 },
      ],
    },
  );
  const texts = ['a', 'b', 'a', null];
  const values = { kind: 'text', text: (row: number) => texts[row]! } as const;
  made.add({
    ...{ rows: 4, firstRow: 0, keys: new Int32Array(4), events: Float64Array.of(6, 7, 8, 9) },
    ...{ values: [values, values], masks: [undefined, undefined] },
  });
  const joined = made.finish();
  expect([joined.value(0, 0), joined.value(1, 0), joined.matched(0, 0)?.rows]).toEqual(['a', 2, 4]);
});
