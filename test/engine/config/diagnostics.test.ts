import { describe, expect, test } from 'vitest';
import { parseCondition } from '../../../engine/data/condition';
import { parseConfig } from '../../../engine/config/parse';
import { expressions, featureSteps, services, views } from './cases/features';
import { expectations, gates, graph } from './cases/meaning';
import { chain, gated, steps } from './cases/helpers';
import { keys, values, yaml } from './cases/text';
import { tuning } from './cases/tuning';
import { errorsOf, marked } from './marked';

describe.each(
  Object.entries({
    yaml,
    keys,
    values,
    expectations,
    graph,
    gates,
    tuning,
    views,
    services,
    featureSteps,
    expressions,
  }),
)('%s', (_, cases) => {
  test.each(cases.map(one => [one.title, one] as const))(
    '%s',
    (_title, { source, code, message, key, suggestion, others }) => {
      const { text, range } = marked(source);
      const parsed = parseConfig(text, 'modelyard.yaml', { readCondition: parseCondition });
      const errors = errorsOf(parsed.diagnostics);
      const says = (text: string): boolean => (typeof message === 'string' ? text === message : message.test(text));
      const found = errors.find(one => one.code === code && one.key === key && says(one.message));
      expect({ ...found }, JSON.stringify(errors, null, 1)).toEqual({
        severity: 'error',
        code,
        message: typeof message === 'string' ? message : expect.stringMatching(message),
        range,
        key,
        ...(suggestion !== undefined && { suggestion }),
      });
      expect(errors.filter(one => one !== found).map(one => one.code)).toEqual(others ?? []);
      expect(parsed.config).toBeUndefined();
    },
  );
});

test.each([
  ['the evaluation of the same model', gated(`${chain}\n  r: {uses: register, needs: [e, t], with: {model: m}}`)],
  [
    'a command that may have evaluated it',
    gated(`${chain}\n  o: {run: python judge.py, needs: t}\n  r: {uses: register, needs: o, with: {model: m}}`),
  ],
  ['no gates and no evaluation', steps(`${chain}\n  r: {uses: register, needs: t, with: {model: m}}`)],
])('a version may be registered with %s', (_, text) => {
  expect(errorsOf(parseConfig(text, 'modelyard.yaml').diagnostics)).toEqual([]);
});

test.each(['', '\n\n', '# nothing but a comment\n', '---\n', '\uFEFF'])('an empty file says how to begin: %j', text => {
  expect(parseConfig(text, 'modelyard.yaml').diagnostics).toMatchObject([
    {
      code: 'empty',
      message:
        'modelyard.yaml is empty. Begin with `name:`, then say under `datasets:` where the data is and under `pipelines:` what is made of it.',
    },
  ]);
});

test('a duplicate key is marked at both places', () => {
  const { diagnostics } = parseConfig('name: x\ndatasets: {}\nname: y\nname: z\n', 'modelyard.yaml');
  expect(diagnostics.map(one => [one.range.startLine, one.severity, one.code, one.message])).toEqual([
    [1, 'information', 'duplicate-key', '`name` is given again on line 3.'],
    [3, 'error', 'duplicate-key', '`name` is given twice: it stands on line 1 already. Keep one of the two.'],
    [4, 'error', 'duplicate-key', '`name` is given twice: it stands on line 1 already. Keep one of the two.'],
  ]);
});

test('every problem of a file is said at once, in its order', () => {
  const text = `datasets:
  a: {path: /a.csv}
pipelines:
  p:
    steps:
      s: {uses: splt}
`;
  expect(parseConfig(text, 'modelyard.yaml').diagnostics.map(one => [one.range.startLine, one.code])).toEqual([
    [1, 'missing-key'],
    [2, 'bad-path'],
    [6, 'unknown-uses'],
  ]);
});

test('no more than 200 problems are listed', () => {
  const text = `name: x\n${Array.from({ length: 500 }, (_, index) => `zz${index}: 1\n`).join('')}`;
  const { diagnostics } = parseConfig(text, 'modelyard.yaml');
  expect(diagnostics).toHaveLength(201);
  expect(diagnostics.at(-1)).toMatchObject({ code: 'more', message: 'There are 300 more problems below.' });
});
