import { expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';

const parse = (text: string) => parseConfig(text, 'modelyard.yaml');
const first = (text: string) => parse(text).diagnostics[0]!;

/** What a machine under load needs for the usual text a hundred times over: a bound that only runaway work exceeds. */
function answersAtOnce<T>(work: () => T): T {
  const started = performance.now();
  const result = work();
  expect(performance.now() - started).toBeLessThan(10_000);
  return result;
}

test('10 MB are refused without being read', () => {
  const text = 'a: 1\n'.repeat(2_000_000);
  const started = performance.now();
  expect(first(text)).toEqual({
    severity: 'error',
    code: 'too-big',
    message:
      'This file has 10,000,000 characters; a config may have at most 1,000,000. Is it the right file? Data belongs into files of its own, named under `datasets`.',
    range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 },
    key: '',
  });
  expect(performance.now() - started).toBeLessThan(100);
});

test('within the size, a text of too many parts is refused where they become too many', () => {
  const found = answersAtOnce(() => first('a: 1\n'.repeat(60_000)));
  expect(found).toMatchObject({
    code: 'too-big',
    message: expect.stringMatching(/^This file has more than 250,000 parts/),
  });
  expect(found.range.startLine).toBeGreaterThan(30_000);
});

test.each([
  ['brackets', '['.repeat(10_000), 65],
  ['closed brackets', '['.repeat(10_000) + ']'.repeat(10_000), 65],
  ['braces', '{a: '.repeat(10_000), 257],
  ['lists in a line', '- '.repeat(10_000), undefined],
  ['questions', '? '.repeat(10_000), undefined],
  ['block mappings', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''), undefined],
])('10,000 nested %s are refused with their place', (_, text, column) => {
  const found = answersAtOnce(() => first(text));
  expect(found).toMatchObject({
    code: 'too-deep',
    message: 'This is nested more than 64 levels deep, which no config needs.',
  });
  if (column !== undefined) expect(found.range.startColumn).toBe(column);
});

test('an alias bomb is refused at the alias that is too much', () => {
  const levels = 'abcdefghij'.split('');
  const bomb = levels.map((name, index) => {
    const items = index === 0 ? '"lol"' : Array.from({ length: 10 }, () => `*${levels[index - 1]}`).join(', ');
    return `${name}: &${name} [${items}]`;
  });
  const found = answersAtOnce(() => parse(`${bomb.join('\n')}\n`)).diagnostics.filter(one => one.code === 'aliases');
  expect(found).toMatchObject([
    {
      message:
        'With its aliases expanded this file has more than 20,000 values; that is refused. Write fewer aliases of aliases.',
      range: { startLine: 5 },
    },
  ]);
});

test('many keys cost no more than their number', () => {
  const text = `name: x\nmodels:\n${Array.from({ length: 10_000 }, (_, index) => `  m${index}: {}\n`).join('')}`;
  const { config } = answersAtOnce(() => parse(text));
  expect(Object.keys(config!.models)).toHaveLength(10_000);
});

test('a chain of 3,000 steps is no problem', () => {
  const steps = Array.from(
    { length: 3_000 },
    (_, i) => `      s${i}: {run: ls${i === 0 ? '' : `, needs: s${i - 1}`}}\n`,
  );
  const { config, diagnostics } = answersAtOnce(() =>
    parse(`name: x\npipelines:\n  p:\n    steps:\n${steps.join('')}`),
  );
  expect(diagnostics).toEqual([]);
  expect(Object.keys(config!.pipelines['p']!.steps)).toHaveLength(3_000);
});
