import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { KeyTable } from '../../../../engine/features/join/keyTable';
import { PointInTimeJoin } from '../../../../engine/features/join/pointInTime';
import type { JoinMode } from '../../../../engine/protocol/featureJoins';

const maybe = v.nullable(v.number());
const answers = v.array(v.strictTuple([maybe, maybe]));
const fixture = v.strictObject({
  source: v.array(v.strictTuple([v.string(), v.number(), maybe, maybe])),
  asked: v.array(v.strictTuple([v.string(), v.number()])),
  known: answers,
  tieBreak: answers,
});
const { source, asked, known, tieBreak } = v.parse(
  fixture,
  JSON.parse(readFileSync(path.resolve('test/fixtures/features/join.json'), 'utf8')),
);

function join(mode: JoinMode) {
  const table = new KeyTable(['string']);
  const keys = new Int32Array(asked.length);
  table.add([{ text: row => asked[row]![0] }], asked.length, keys);
  const joined = new PointInTimeJoin(
    { keys, keyCount: table.size, times: Float64Array.from(asked, ([, time]) => time) },
    { mode, hasCreated: true, kinds: ['number'] },
  );
  const codes = new Int32Array(source.length);
  table.find([{ text: row => source[row]![0] }], source.length, codes);
  joined.add({
    rows: source.length,
    firstRow: 0,
    keys: codes,
    events: Float64Array.from(source, ([, event]) => event),
    created: Float64Array.from(source, ([, , created]) => created ?? Number.NaN),
    values: [{ kind: 'number', values: Float64Array.from(source, row => row[3] ?? Number.NaN) }],
  });
  const found = joined.finish();
  return asked.map((_, row) => [found.matched(row)?.row ?? null, found.value(0, row)]);
}

test('every row is that of DuckDB’s ASOF join, by what was known and by ties alone', () => {
  expect(known.filter(([row], index) => row !== tieBreak[index]![0]).length).toBeGreaterThan(100);
  expect(join('known')).toEqual(known);
  expect(join('tie-break')).toEqual(tieBreak);
});
