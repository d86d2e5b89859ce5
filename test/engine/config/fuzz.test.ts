import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import type { TextRange } from '../../../engine/protocol/config';
import { parseCondition } from '../../../engine/data/condition';

const sample = readFileSync('test/fixtures/config/sample.yaml', 'utf8');

/** Whatever the text: no throw, every place inside the text, a config exactly when nothing is wrong. */
function holds(text: string): void {
  const parsed = parseConfig(text, 'modelyard.yaml', { readCondition: parseCondition });
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const inside = (range: TextRange): void => {
    for (const [line, column] of [
      [range.startLine, range.startColumn],
      [range.endLine, range.endColumn],
    ] as const) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 2);
    }
    const before = range.startLine < range.endLine || range.startColumn <= range.endColumn;
    expect(before && range.startLine <= range.endLine).toBe(true);
  };
  for (const one of parsed.diagnostics) {
    inside(one.range);
    expect(one.message).toMatch(/^[^ ].*[.?]$/s);
    expect(one.message).not.toMatch(/undefined|\[object|Invalid type|\bNaN\b(?!`)/);
    expect(one.code).toMatch(/^[a-z-]+$/);
  }
  for (const { range } of [...parsed.outline.datasets, ...parsed.outline.pipelines, ...parsed.outline.models])
    inside(range);
  for (const { steps } of parsed.outline.pipelines) for (const { range } of steps) inside(range);
  const failed = parsed.diagnostics.some(one => one.severity === 'error');
  expect(parsed.config === undefined).toBe(failed);
}

test('the sample cut off after each byte', () => {
  for (let length = 0; length <= sample.length; length++) holds(sample.slice(0, length));
});

test('the sample without each of its lines', () => {
  const lines = sample.split('\n');
  for (let left = 0; left < lines.length; left++) holds(lines.filter((_, index) => index !== left).join('\n'));
});

const fragment = fc.oneof(
  fc.constantFrom(
    ...[
      ':',
      ': ',
      '- ',
      '\n',
      '\r\n',
      '\r',
      '\t',
      ' ',
      '  ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '#',
      ' #',
      '"',
      "'",
      '|',
      '>',
      '&a ',
      '*a',
    ],
    ...[
      '!',
      '!!str ',
      '%',
      '@',
      '`',
      '---\n',
      '...\n',
      '? ',
      '<<: ',
      '~',
      'null',
      'true',
      '.nan',
      '.inf',
      '-1',
      '1e999',
      '0x1F',
    ],
    ...[
      '__proto__',
      'constructor',
      'toString',
      'uses: ',
      'run: ',
      'with: ',
      'needs: ',
      'name: ',
      'expect: ',
      '\uFEFF',
      '\0',
      '\u2028',
      '🐘',
    ],
    ...['\\', '"\\u', '|2\n', '>-\n', '&', '*'],
  ),
  fc.string({ maxLength: 6 }),
);

test('random insertions into the sample', () => {
  const insertion = fc.array(fc.tuple(fc.nat(sample.length), fragment), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(insertion, insertions => {
      let text = sample;
      for (const [at, what] of insertions) text = text.slice(0, at) + what + text.slice(at);
      holds(text);
    }),
    { numRuns: 400 },
  );
});

test('parts of the sample deleted, doubled and moved', () => {
  const cut = fc.tuple(fc.nat(sample.length), fc.nat(60), fc.nat(sample.length), fc.boolean());
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), cuts => {
      let text = sample;
      for (const [from, length, to, keep] of cuts) {
        const part = text.slice(from, from + length);
        if (!keep) text = text.slice(0, from) + text.slice(from + length);
        text = text.slice(0, to) + part + text.slice(to);
      }
      holds(text);
    }),
    { numRuns: 300 },
  );
});

test('values of the sample exchanged for others', () => {
  const words = [...new Set(sample.match(/[\w.-]+/g))];
  const value = fc.constantFrom(
    '7',
    '-0.5',
    'true',
    'null',
    '[]',
    '{}',
    '[1, a]',
    '{a: b}',
    '""',
    '.nan',
    '2024-01-01',
    ...words,
  );
  const places = [...sample.matchAll(/[\w.-]+/g)].map(match => [match.index, match[0].length] as const);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...places), value), { minLength: 1, maxLength: 3 }), changes => {
      let text = sample;
      for (const [[at, length], to] of [...changes].sort((a, b) => b[0][0] - a[0][0])) {
        text = text.slice(0, at) + to + text.slice(at + length);
      }
      holds(text);
    }),
    { numRuns: 500 },
  );
});

test('random text', () => {
  fc.assert(
    fc.property(
      fc.array(fragment, { maxLength: 40 }).map(parts => parts.join('')),
      holds,
    ),
    { numRuns: 600 },
  );
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), holds), { numRuns: 300 });
});
