import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import type { TextRange } from '../../../engine/protocol/config';
import { parseCondition } from '../../../engine/data/condition';

const sample = readFileSync('test/fixtures/config/sample.yaml', 'utf8');

/** How much: 1 takes seconds; `MODELYARD_FUZZ=20` minutes, and cuts the sample at every character. */
const effort = Number(process.env['MODELYARD_FUZZ'] ?? 1);

/** Whatever the text: no throw, every place inside the text, a config exactly when nothing is wrong. */
function holds(text: string): void {
  const parsed = parseConfig(text, 'modelyard.yaml', { readCondition: parseCondition });
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const must = (holding: boolean, what: unknown): void => {
    if (!holding) expect.fail(`${JSON.stringify(what)} for ${JSON.stringify(text)}`);
  };
  const isPlace = (line: number, column: number): boolean =>
    line >= 1 && line <= lines.length && column >= 1 && column <= lines[line - 1]!.length + 1;
  const isInside = ({ startLine, startColumn, endLine, endColumn }: TextRange): boolean =>
    isPlace(startLine, startColumn) &&
    isPlace(endLine, endColumn) &&
    (startLine < endLine || (startLine === endLine && startColumn <= endColumn));
  for (const one of parsed.diagnostics) {
    must(isInside(one.range), one);
    must(/^[^ ].*[.?]$/s.test(one.message), one);
    must(!/undefined|\[object|Invalid type/.test(one.message) || /undefined|object|Invalid/.test(text), one);
    must(/^[a-z-]+$/.test(one.code), one);
  }
  const { datasets, pipelines, models, features, services } = parsed.outline;
  for (const one of [...datasets, ...pipelines, ...models, ...features, ...services]) must(isInside(one.range), one);
  for (const step of parsed.outline.pipelines.flatMap(one => one.steps)) must(isInside(step.range), step);
  for (const stage of parsed.outline.models.flatMap(one => one.stages)) {
    must(isInside(stage.range) && stage.rules.every(isInside), stage);
  }
  const failed = parsed.diagnostics.some(one => one.severity === 'error');
  must((parsed.config === undefined) === failed, parsed.diagnostics);
}

test('a header of a block that is not one', () => holds('|!'));

test('the sample cut off after each byte', () => {
  const step = effort > 1 ? 1 : 9;
  for (let length = 0; length <= sample.length; length += step) holds(sample.slice(0, length));
}, 600_000);

test('a short text cut off after each byte', () => {
  const text = `name: "x"
datasets: {a: {path: 'a.csv', expect: [{column: y, between: [1, null]}]}}
pipelines:
  p:
    steps:
      s: &s {uses: split}
      t: {run: |
        ls, needs: [s]} # comment
models: {m: {stages: [dev], gates: {dev: [*s]}}}
`;
  for (let length = 0; length <= text.length; length++) holds(text.slice(0, length));
}, 600_000);

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
    { numRuns: 80 * effort },
  );
}, 600_000);

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
    { numRuns: 60 * effort },
  );
}, 600_000);

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
    { numRuns: 100 * effort },
  );
}, 600_000);

test('random text', () => {
  fc.assert(
    fc.property(
      fc.array(fragment, { maxLength: 40 }).map(parts => parts.join('')),
      holds,
    ),
    { numRuns: 120 * effort },
  );
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), holds), { numRuns: 60 * effort });
}, 600_000);
