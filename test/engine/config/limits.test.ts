import { expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';

const parse = (text: string) => parseConfig(text, 'modelyard.yaml');
const first = (text: string) => parse(text).diagnostics[0]!;

/** Least milliseconds of processor time of some rounds: other work on the machine does not count. */
function cost(work: () => unknown, rounds = 3): number {
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

/** Four times the text must not cost the sixteen times of quadratic work. */
function growsLinearly(textOf: (size: number) => string, size: number): void {
  parse(textOf(size));
  const small = cost(() => parse(textOf(size)));
  const large = cost(() => parse(textOf(4 * size)));
  expect(large / small).toBeLessThan(10);
}

test('10 MB are refused without being read', () => {
  const text = 'a: 1\n'.repeat(2_000_000);
  expect(first(text)).toEqual({
    severity: 'error',
    code: 'too-big',
    message:
      'This file has 10,000,000 characters; a config may have at most 1,000,000. Is it the right file? Data belongs into files of its own, named under `datasets`.',
    range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 },
    key: '',
  });
  expect(cost(() => parse(text))).toBeLessThan(cost(() => parse('a: 1\n'.repeat(2_000))));
});

test('within the size, a text of too many parts is refused where they become too many', () => {
  const found = first('a: 1\n'.repeat(60_000));
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
  const found = first(text);
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
  const found = parse(`${bomb.join('\n')}\n`).diagnostics.filter(one => one.code === 'aliases');
  expect(found).toMatchObject([
    {
      message:
        'With its aliases expanded this file has more than 20,000 values; that is refused. Write fewer aliases of aliases.',
      range: { startLine: 5 },
    },
  ]);
});

test('many keys cost no more than their number', () => {
  const textOf = (size: number): string =>
    `name: x\nmodels:\n${Array.from({ length: size }, (_, index) => `  m${index}: {}\n`).join('')}`;
  expect(Object.keys(parse(textOf(2_000)).config!.models)).toHaveLength(2_000);
  growsLinearly(textOf, 1_000);
});

test('a chain of 2,000 steps costs no more than its length', () => {
  const textOf = (size: number): string => {
    const steps = Array.from(
      { length: size },
      (_, i) => `      s${i}: {run: ls${i === 0 ? '' : `, needs: s${i - 1}`}}\n`,
    );
    return `name: x\npipelines:\n  p:\n    steps:\n${steps.join('')}`;
  };
  const { config, diagnostics } = parse(textOf(2_000));
  expect(diagnostics).toEqual([]);
  expect(Object.keys(config!.pipelines['p']!.steps)).toHaveLength(2_000);
  growsLinearly(textOf, 500);
});

test('a matrix of many values is judged value by value', () => {
  const steps = (size: number): string =>
    `name: x\npipelines:\n  p:\n    steps:\n      s: {run: "echo \${{ matrix.a }}", matrix: {a: [${Array.from({ length: size }, (_, i) => i).join(', ')}]}}\n`;
  expect(parse(steps(1000)).config?.pipelines['p']?.steps['s (a=999)']).toMatchObject({ run: 'echo 999' });
  growsLinearly(steps, 250);
});
