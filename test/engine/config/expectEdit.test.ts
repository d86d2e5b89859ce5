import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import { serviceOn } from './serviceKit';

const rules = [
  { column: 'age in years', between: [0, 110] },
  { column: 'yes', in_set: ['no', 'a: b', '1', 'own', null, true] },
];
const first = '{column: age in years, between: [0, 110]}';
const second = '{column: "yes", in_set: ["no", "a: b", "1", own, null, true]}';
const rest = 'pipelines: {p: {steps: {s: {run: echo}}}}\n';

async function edited(datasets: string, name = 'a'): Promise<string | undefined> {
  const { service } = serviceOn({});
  const text = `name: x\n${datasets}${rest}`;
  const found = await service.editExpect(name, rules, text);
  if (found === null) return undefined;
  expect(found.before).toBe(text);
  const { config, diagnostics } = parseConfig(found.after, 'modelyard.yaml');
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(config?.datasets[name]?.expect.slice(-2)).toMatchObject(rules);
  return found.after.slice('name: x\n'.length, found.after.length - rest.length);
}

describe('rules are put where they belong, and all else stays', () => {
  test.each([
    [
      'behind the last of a list, and its comment',
      'datasets:\n  a:\n    path: a.csv # here\n    expect:\n    # why\n    - column: x\n      not_null: true # last\n\n  b: {path: b.csv}\n',
      `datasets:\n  a:\n    path: a.csv # here\n    expect:\n    # why\n    - column: x\n      not_null: true # last\n    - ${first}\n    - ${second}\n\n  b: {path: b.csv}\n`,
    ],
    [
      'into a list in brackets',
      'datasets:\n  a:\n    path: a.csv\n    expect: [{row_count: 5}] # short\n',
      `datasets:\n  a:\n    path: a.csv\n    expect: [{row_count: 5}, ${first}, ${second}] # short\n`,
    ],
    [
      'into an empty one',
      'datasets: {a: {path: a.csv, expect: []}}\n',
      `datasets: {a: {path: a.csv, expect: [${first}, ${second}]}}\n`,
    ],
    [
      'into brackets over several lines, with a comma at the end',
      'datasets:\n  a:\n    path: a.csv\n    expect: [\n      {row_count: 5},\n    ]\n',
      `datasets:\n  a:\n    path: a.csv\n    expect: [\n      {row_count: 5},${first}, ${second}\n    ]\n`,
    ],
    [
      'as a new key',
      'datasets:\n  a:\n    path: a.csv\n    missing: ["-"] # none\n\n# others\n',
      `datasets:\n  a:\n    path: a.csv\n    missing: ["-"] # none\n    expect:\n      - ${first}\n      - ${second}\n\n# others\n`,
    ],
    [
      'as a new key in braces',
      'datasets:\n  a: { path: a.csv }\n',
      `datasets:\n  a: { path: a.csv, expect: [${first}, ${second}] }\n`,
    ],
    [
      'with the line ends that are there',
      'datasets:\r\n  a:\r\n    path: a.csv\r\n',
      `datasets:\r\n  a:\r\n    path: a.csv\r\n    expect:\r\n      - ${first}\r\n      - ${second}\r\n`,
    ],
  ])('%s', async (_, before, after) => {
    expect(await edited(before)).toBe(after);
  });

  test('not where nothing can be put', async () => {
    expect(await edited('datasets:\n  a: {path: a.csv}\n', 'b')).toBeUndefined();
    expect(await edited('datasets:\n  a: &a\n    path: a.csv\n  b: *a\n', 'b')).toBeUndefined();
  });
});
