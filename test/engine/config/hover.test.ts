import { expect, test } from 'vitest';
import { slice, withCursor } from './marked';
import { serviceOn } from './serviceKit';

const text = `name: x
datasets: {a: {path: a.csv, description: Rows}}
pipelines:
  p:
    steps:
      v: {uses: validate, with: {dataset: a}}
      s: {uses: split, needs: v, with: {test: 0.2, stratify: good}}
      c: {uses: prepare, needs: s, with: {label: nothing, numeric: {scale: none}}}
models:
  m: {description: Scores, stages: [dev, prod], gates: {prod: [{metric: auc, better_than: dev}]}}
`;

const cases: readonly (readonly [string, string, string, string])[] = [
  [
    'a key',
    'te|>st:',
    'test',
    '**test** · number · default 0.2\n\nShare of rows for the test part.\n\nDefault: `0.2`.',
  ],
  [
    'its value',
    '0.|>2',
    '0.2',
    '**test** · number · default 0.2\n\nShare of rows for the test part.\n\nDefault: `0.2`.',
  ],
  [
    'a closed list',
    'sc|>ale',
    'scale',
    '**scale** · standard | min-max | none · default standard\n\nHow numbers are scaled.\n\nOne of `standard`, `min-max`, `none`.\n\nDefault: `standard`.',
  ],
  ['a built-in step', 'spl|>it', 'split', 'Splits a dataset into a part to train on and a part to test on.'],
  ['a dataset', 'dataset: |>a', 'a', 'dataset **a** · `a.csv`\n\nRows'],
  ['the key of a dataset', '{|>a: {path', 'a', 'dataset **a** · `a.csv`\n\nRows'],
  [
    'a step',
    'needs: |>v',
    'v',
    'step **v** · validate\n\nReads a dataset, records its version and profile, and checks what it `expect`s.',
  ],
  ['a column', 'stratify: go|>od', 'good', 'column **good** · string'],
  ['a column that is not there', 'label: no|>thing', 'nothing', 'column **nothing**'],
  ['a model', '|>m: {desc', 'm', 'model **m** · dev → prod\n\nScores'],
  ['a stage', 'gates: {pr|>od', 'prod', 'stage **prod** of model **m** · 1 gate'],
  ['a stage without gates', 'better_than: |>dev', 'dev', 'stage **dev** of model **m** · 0 gates'],
];

test.each(cases)('%s', async (_, where, marked, contents) => {
  const { service } = serviceOn({});
  const found = await service.hover(withCursor(text.replace(where.replace('|>', ''), where)));
  expect(found?.contents).toBe(contents);
  expect(slice(text, found!.range)).toBe(marked);
});

test('nothing where nothing is', async () => {
  const { service } = serviceOn({});
  expect(await service.hover({ text: 'name: x\n\n', line: 2, column: 1 })).toBeNull();
  expect(await service.hover({ text: '', line: 1, column: 1 })).toBeNull();
});
