import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PointInTimeJoin } from '../../../../engine/features/join/pointInTime';
import type { JoinMode } from '../../../../engine/protocol/featureJoins';

interface Asked {
  /** −2: none. */
  readonly key: number;
  /** NaN: none. */
  readonly time: number;
}
interface Row {
  /** −1: nobody asks for it. */
  readonly key: number;
  readonly event: number;
  readonly created: number;
  readonly keep: boolean;
  readonly value: number | null;
  readonly text: string | null;
}
interface Case {
  readonly asked: readonly Asked[];
  readonly rows: readonly Row[];
  readonly ttl?: number;
  readonly mode: JoinMode;
  readonly hasCreated: boolean;
  /** Rows of a batch. */
  readonly batch: number;
}

const keyCount = 4;

function join({ asked, rows, ttl, mode, hasCreated, batch }: Case) {
  const made = new PointInTimeJoin(
    { keys: Int32Array.from(asked, a => a.key), keyCount, times: Float64Array.from(asked, a => a.time) },
    { mode, hasCreated, kinds: ['number', 'text'], ...(ttl !== undefined && { ttl }) },
  );
  for (let at = 0; at < rows.length; at += batch) {
    const some = rows.slice(at, at + batch);
    made.add({
      rows: some.length,
      firstRow: at,
      keys: Int32Array.from(some, row => row.key),
      events: Float64Array.from(some, row => row.event),
      ...(hasCreated && { created: Float64Array.from(some, row => row.created) }),
      keep: Uint8Array.from(some, row => (row.keep ? 1 : 0)),
      values: [
        { kind: 'number', values: Float64Array.from(some, row => row.value ?? Number.NaN) },
        { kind: 'text', text: row => some[row]!.text },
      ],
    });
  }
  return made.finish();
}

const found = (test: Case) => {
  const joined = join(test);
  return test.asked.map((_, row) => ({
    status: [joined.status(0, row), joined.status(1, row)],
    value: [joined.value(0, row), joined.value(1, row)],
    matched: joined.matched(row)?.row,
    later: joined.later(0, row)?.matched.row,
    laterText: joined.later(1, row)?.value,
    number: joined.numbers(0)[row],
  }));
};

/** The rules, a row at a time: all candidates, sorted. */
function expected({ asked, rows, ttl = Infinity, mode, hasCreated }: Case) {
  const best = (list: readonly (Row & { readonly at: number })[]) =>
    [...list].sort((a, b) => a.event - b.event || since(a) - since(b) || a.at - b.at).at(-1);
  const since = (row: Row) => (hasCreated && !Number.isNaN(row.created) ? row.created : -1e18);
  return asked.map(({ key, time }) => {
    const of = rows
      .map((row, at) => ({ ...row, at }))
      .filter(row => row.keep && row.key === key && key >= 0 && row.event <= time);
    const strict = mode === 'known' && hasCreated;
    const match = best(strict ? of.filter(row => row.created <= time) : of);
    const other = strict ? best(of) : match;
    const reason =
      key < 0
        ? 'no-key'
        : Number.isNaN(time)
          ? 'no-time'
          : match === undefined
            ? of.length > 0
              ? 'not-yet-known'
              : 'no-row'
            : match.event < time - ttl
              ? 'expired'
              : undefined;
    const status = (value: unknown) => reason ?? (value === null ? 'null-value' : 'present');
    const later = other !== undefined && other.at !== match?.at && other.event >= time - ttl ? other : undefined;
    return {
      status: [status(match?.value), status(match?.text)],
      value: reason === undefined ? [match!.value, match!.text] : [null, null],
      matched: match?.at,
      later: later?.at,
      laterText: later?.text,
      number: reason === undefined ? (match!.value ?? Number.NaN) : Number.NaN,
    };
  });
}

const time = fc.integer({ min: 0, max: 12 });
const maybe = <T>(of: fc.Arbitrary<T>, none: T) => fc.oneof({ weight: 9, arbitrary: of }, fc.constant(none));
const cases: fc.Arbitrary<Case> = fc.record(
  {
    asked: fc.array(
      fc.record({ key: maybe(fc.integer({ min: 0, max: keyCount - 1 }), -2), time: maybe(time, Number.NaN) }),
    ),
    rows: fc.array(
      fc.record({
        key: fc.integer({ min: -1, max: keyCount - 1 }),
        event: maybe(time, Number.NaN),
        created: maybe(time, Number.NaN),
        keep: maybe(fc.constant(true), false),
        value: fc.option(fc.integer({ min: 0, max: 99 }), { freq: 5 }),
        text: fc.option(fc.string({ maxLength: 2 }), { freq: 5 }),
      }),
      { maxLength: 40 },
    ),
    ttl: fc.integer({ min: 0, max: 6 }),
    mode: fc.constantFrom('known', 'tie-break'),
    hasCreated: fc.boolean(),
    batch: fc.integer({ min: 1, max: 40 }),
  },
  { requiredKeys: ['asked', 'rows', 'mode', 'hasCreated', 'batch'] },
);

test('every row that asks gets what looking through all rows finds', () => {
  fc.assert(
    fc.property(cases, one => {
      expect(found(one)).toEqual(expected(one));
    }),
    { numRuns: 2000 },
  );
});

describe('what a row gets', () => {
  const row = (event: number, created: number, value: number | null): Row => ({
    key: 0,
    event,
    created,
    keep: true,
    value,
    text: null,
  });
  const one = (rows: readonly Row[], more: Partial<Case> = {}) =>
    found({ asked: [{ key: 0, time: 10 }], rows, mode: 'known', hasCreated: true, batch: 100, ...more })[0]!;

  test('is what was known then; what a late correction would make of it is said', () => {
    expect(one([row(5, 6, 50), row(5, 11, 51)])).toMatchObject({ value: [50, null], matched: 0, later: 1 });
    expect(one([row(5, 6, 50), row(5, 11, 51)], { mode: 'tie-break' })).toMatchObject({
      value: [51, null],
      later: undefined,
    });
  });

  test('is the version that became known last, and of equal ones that which stands later', () => {
    expect(one([row(5, 8, 2), row(5, 7, 1)])).toMatchObject({ value: [2, null] });
    expect(one([row(5, 7, 1), row(5, 7, 2)])).toMatchObject({ value: [2, null] });
  });

  test('expires by the time that is asked for, not before', () => {
    expect(one([row(5, 5, 1)], { ttl: 5 })).toMatchObject({ value: [1, null] });
    expect(one([row(5, 5, 1)], { ttl: 4 })).toMatchObject({
      value: [null, null],
      status: ['expired', 'expired'],
      matched: 0,
    });
  });

  test('is null where the matched row has none, not the value before', () => {
    expect(one([row(4, 4, 1), row(5, 5, null)])).toMatchObject({
      value: [null, null],
      status: ['null-value', 'null-value'],
    });
  });

  test('is never of a row that does not say when it became known', () => {
    const rows = [row(5, Number.NaN, 1)];
    expect(one(rows)).toMatchObject({ status: ['not-yet-known', 'not-yet-known'], later: 0 });
    expect(one(rows, { mode: 'tie-break' })).toMatchObject({ value: [1, null] });
  });
});

test('rows that hold at all times answer whenever they are asked', () => {
  const made = new PointInTimeJoin(
    { keys: Int32Array.of(0, 1), keyCount: 2, times: Float64Array.of(-1e15, 1e15) },
    { mode: 'known', hasCreated: false, kinds: ['number'] },
  );
  made.add({ rows: 1, firstRow: 0, keys: Int32Array.of(0), values: [{ kind: 'number', values: Float64Array.of(7) }] });
  const joined = made.finish();
  expect([joined.value(0, 0), joined.status(0, 1)]).toEqual([7, 'no-row']);
});
