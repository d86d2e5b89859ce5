import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../../engine/config/parse';
import type { StepConfig } from '../../../../engine/protocol/workspaceConfig';
import { errorsOf, marked } from '../marked';
import { serviceOn } from '../serviceKit';

const head = `name: x
datasets: {a: {path: a.csv}, b: {path: b.csv}}
models: {m: {stages: [dev]}}
pipelines:
  p:
    params: {strengths: [0.1, 1, 10]}
    steps:
      split: {uses: split, with: {dataset: a, seed: 7}}
      prepare: {uses: prepare, needs: split, with: {label: y}}
`;
const train = `      train:
        uses: train
        needs: prepare
        matrix: {C: [0.1, 1], weight: [none, balanced]}
        with: {learner: logistic, C: "\${{ matrix.C }}", class_weight: "\${{ matrix.weight }}"}
`;
const parse = (steps: string) => parseConfig(`${head}${steps}`, 'modelyard.yaml');
function steps(text: string): Readonly<Record<string, StepConfig>> {
  const { config, diagnostics } = parse(text);
  expect(diagnostics.filter(one => one.severity === 'error')).toEqual([]);
  return config?.pipelines['p']?.steps ?? {};
}

describe('a matrix', () => {
  test('makes a step of each combination, with its values', () => {
    const made = steps(train);
    expect(Object.keys(made)).toEqual([
      'split',
      'prepare',
      'train (C=0.1, weight=none)',
      'train (C=0.1, weight=balanced)',
      'train (C=1, weight=none)',
      'train (C=1, weight=balanced)',
    ]);
    expect(made['train (C=1, weight=balanced)']).toMatchObject({
      needs: ['prepare'],
      matrix: { step: 'train', values: { C: 1, weight: 'balanced' } },
      with: { learner: 'logistic', C: 1, class_weight: 'balanced' },
    });
  });

  test('takes a list of parameters, and another one for one run', () => {
    const made = steps(
      `      say: {run: "echo \${{ matrix.C }}", matrix: {C: "\${{ params.strengths }}"}, env: {C: "\${{ matrix.C }}"}, if: "\${{ matrix.C != 1 }}"}\n`,
    );
    expect(made['say (C=10)']).toMatchObject({ run: 'echo 10', env: { C: '10' }, if: true });
    expect(made['say (C=1)']).toMatchObject({ if: false });
  });

  test('may choose the learner, each with its own options', () => {
    const made = steps(`      train:
        uses: train
        needs: prepare
        matrix: {learner: [logistic, forest]}
        with: {learner: "\${{ matrix.learner }}"}
`);
    expect(made['train (learner=forest)']).toMatchObject({ with: { learner: 'forest', trees: 300 } });
    expect(made['train (learner=logistic)']).toMatchObject({ with: { learner: 'logistic', C: 1 } });
  });

  test('of which a command needs all, and a matrix that goes on with it each its own', () => {
    const made = steps(`${train}      evaluate: {uses: evaluate, needs: train, matrix: train, with: {threshold: 0.5}}
      report: {run: ls, needs: [train, evaluate]}
`);
    expect(made['evaluate (C=1, weight=none)']?.needs).toEqual(['train (C=1, weight=none)']);
    expect(made['report']?.needs).toHaveLength(8);
  });

  test('over several levels keeps what belongs together together', () => {
    const made =
      steps(`      cut: {uses: split, matrix: {seed: [1, 2], data: [a, b]}, with: {dataset: "\${{ matrix.data }}", seed: "\${{ matrix.seed }}"}}
      clean: {uses: prepare, needs: cut, matrix: cut, with: {label: y}}
      fit: {uses: train, needs: clean, matrix: {from: clean, C: [1, 2]}, with: {learner: logistic, C: "\${{ matrix.C }}"}}
      judge: {uses: evaluate, needs: [fit, cut], matrix: fit}
      best: {uses: register, needs: judge, matrix: {from: cut, exclude: [{data: b}]}, pick: auc, with: {model: m}}
`);
    expect(made['cut (seed=2, data=b)']).toMatchObject({ with: { dataset: 'b', seed: 2 } });
    expect(made['judge (seed=2, data=a, C=1)']?.needs).toEqual(['fit (seed=2, data=a, C=1)', 'cut (seed=2, data=a)']);
    expect(made['best (seed=1, data=a)']).toMatchObject({
      needs: ['judge (seed=1, data=a, C=1)', 'judge (seed=1, data=a, C=2)'],
      pick: { metric: 'auc', best: 'highest', step: 'judge' },
    });
    expect(Object.keys(made).filter(name => name.startsWith('best'))).toEqual([
      'best (seed=1, data=a)',
      'best (seed=2, data=a)',
    ]);
  });

  test('of data gives each split that follows its own', () => {
    const made = steps(`      check: {uses: validate, matrix: {data: [a, b]}, with: {dataset: "\${{ matrix.data }}"}}
      cut: {uses: split, needs: check, matrix: check}
`);
    expect(made['cut (data=b)']).toMatchObject({ with: { dataset: 'b' } });
  });
});

describe('what is wrong with a matrix is said at its place', () => {
  const tail = (text: string): string => `${head}${text}`;
  test.each([
    [
      'too many combinations',
      `      s: {run: ls, «matrix»: {a: [${Array.from({ length: 100 }, (_, i) => i)}], b: [${Array.from({ length: 100 }, (_, i) => i)}]}}\n`,
      'matrix-too-big',
      'This matrix makes 10,000 steps of `s`; at most 1,000 are run. Leave values out, or let a step with `uses: tune` search among them.',
    ],
    [
      'more than can be counted out',
      `      s: {run: ls, «matrix»: {${['a', 'b', 'c', 'd'].map(name => `${name}: [${Array.from({ length: 60 }, (_, i) => i)}]`).join(', ')}}}\n`,
      'matrix-too-big',
      'This matrix makes 12,960,000 steps of `s`; at most 1,000 are run. Leave values out, or let a step with `uses: tune` search among them.',
    ],
    [
      'a misspelt name',
      `      s: {run: «"echo \${{ matrix.seeed }}"», matrix: {seed: [1, 2]}}\n`,
      'unknown-param',
      '`matrix.seeed` is not a name of this matrix. Did you mean `matrix.seed`?',
    ],
    [
      'no matrix',
      `      s: {run: «"echo \${{ matrix.seed }}"»}\n`,
      'unknown-param',
      '`matrix.seed` has a value only in a step with a `matrix`.',
    ],
    [
      'a name that only some combinations have',
      `      s: {run: «"echo \${{ matrix.b }}"», matrix: {a: [1, 2], include: [{a: 1, b: 3}]}}\n`,
      'unknown-param',
      '`matrix.b` has no value in the combination a=2 of this matrix. Did you mean `matrix.a`?',
    ],
    [
      'a value that its place does not allow, in one combination',
      `      s: {uses: split, matrix: {share: [0.2, 2]}, with: {dataset: a, test: «"\${{ matrix.share }}"»}}\n`,
      'out-of-range',
      '`test` must lie between 0 and 1, both excluded; here it is 2.',
    ],
    [
      'a dataset that is not there',
      `      s: {uses: split, matrix: {data: [a, bb]}, with: {dataset: «"\${{ matrix.data }}"»}}\n`,
      'unknown-dataset',
      '`bb` is not a dataset. Did you mean `b`?',
    ],
    [
      'an exclude of an unknown name',
      `      s: {run: ls, matrix: {seed: [1, 2], exclude: [{«sed»: 1}]}}\n`,
      'unknown-matrix-name',
      '`sed` is not a name of this matrix. Did you mean `seed`?',
    ],
    [
      'everything left out',
      `      s: {run: ls, «matrix»: {seed: [1, 2], exclude: [{seed: 1}, {seed: 2}]}}\n`,
      'matrix-empty',
      'This matrix has no combination: give it names with values, or leave less out.',
    ],
    [
      'a step that has none',
      `      s: {run: ls, matrix: «prepare»}\n`,
      'no-matrix',
      '`prepare` has no matrix, so there is nothing that `s` can go on with.',
    ],
    [
      'an unknown step',
      `      s: {run: ls, matrix: «prepar»}\n`,
      'unknown-step',
      '`prepar` is not a step of this pipeline. Did you mean `prepare`?',
    ],
    [
      'matrices in a circle',
      `      s: {run: ls, matrix: «t»}\n      t: {run: ls, matrix: s}\n`,
      'cycle',
      'The matrices of these steps go on with each other: s → t → s. Give one of them values of its own.',
    ],
    [
      'steps in a circle through a matrix',
      `      s: {run: ls, needs: t, matrix: {a: [1, 2]}}\n      t: {run: ls, needs: «s»}\n`,
      'cycle',
      'These steps wait for each other: s → t → s. Remove one of these `needs`.',
    ],
    [
      'a need of each combination',
      `      s: {run: ls, needs: «"\${{ matrix.a }}"», matrix: {a: [split, prepare]}}\n`,
      'unknown-param',
      '`matrix.a` cannot stand here: which step this is, and what it needs, is the same for all combinations.',
    ],
    [
      'one output of all',
      `      s: {run: ls, matrix: {a: [1, 2]}, outs: «model.bin»}\n`,
      'output-twice',
      '`model.bin` is written by `s (a=1)` and by `s (a=2)`. Let each have its own: put a value of the matrix into the path, such as `${{ matrix.NAME }}`.',
    ],
    [
      'one output of two steps',
      `      s: {run: ls, outs: out/a.csv}\n      t: {run: ls, outs: [b.csv, «./out/a.csv»]}\n`,
      'output-twice',
      '`out/a.csv` is written by `s` and by `t`. Give one of them another path.',
    ],
    [
      'one output within the folder of another',
      `      s: {run: ls, outs: [other.txt, reports]}\n      t: {run: ls, outs: «reports/t.csv»}\n`,
      'output-twice',
      '`reports/t.csv` is written by `s` and by `t`. Give one of them another path.',
    ],
    [
      'a folder around the output of another',
      `      s: {run: ls, outs: reports/s.csv}\n      t: {run: ls, outs: «reports»}\n`,
      'output-twice',
      '`reports` is written by `s` and by `t`. Give one of them another path.',
    ],
    [
      'several models for one evaluation',
      `${train}      evaluate: {uses: «evaluate», needs: train}\n`,
      'ambiguous-input',
      'Each `train` of the matrix makes a model, and `evaluate` (`evaluate`) takes only one. Add `matrix: train` for one `evaluate` each, and `pick: auc` in the step that is to go on with the best of them.',
    ],
    [
      'several cross-validations for one threshold',
      `      cut: {uses: split, with: {dataset: a}}\n      clean: {uses: prepare, needs: cut, with: {label: y}}\n      t: {uses: train, needs: clean, with: {learner: logistic}}\n      folds: {uses: cross-validate, needs: clean, matrix: {seed: [1, 2]}, with: {seed: "\${{ matrix.seed }}", learners: {l: {learner: logistic}}}}\n      judge: {uses: «evaluate», needs: [t, folds], with: {threshold: held-out}}\n`,
      'ambiguous-input',
      'Each `folds` of the matrix makes a cross-validation, and `judge` (`evaluate`) takes only one. Add `matrix: folds` for one `judge` each.',
    ],
    [
      'several splits for one preparation',
      `      cut: {uses: split, matrix: {seed: [1, 2]}, with: {dataset: a, seed: "\${{ matrix.seed }}"}}\n      clean: {uses: «prepare», needs: cut, with: {label: y}}\n`,
      'ambiguous-input',
      'Each `cut` of the matrix makes a split, and `clean` (`prepare`) takes only one. Add `matrix: cut` for one `clean` each.',
    ],
    [
      'a model that comes around the picked one',
      `${train}      evaluate: {uses: evaluate, needs: train, matrix: train}\n      take: {uses: «register», needs: [evaluate, train], pick: {metric: auc, step: evaluate}, with: {model: m}}\n`,
      'ambiguous-input',
      'Each `train` of the matrix makes a model, and `take` (`register`) takes only one. Add `matrix: train` for one `take` each, or `pick: auc` (a metric of their runs) for the best one.',
    ],
    [
      'nothing to pick from',
      `      take: {run: ls, needs: prepare, «pick»: auc}\n`,
      'no-matrix',
      '`take` needs no step with a matrix, so there is nothing to pick from.',
    ],
    [
      'a metric of which nobody knows which value is better',
      `${train}      take: {uses: register, needs: train, «pick»: rows, with: {model: m}}\n`,
      'ambiguous-pick',
      'Nobody knows whether a high or a low `rows` is better: write `{metric: rows, best: highest}` or `best: lowest`.',
    ],
    [
      'a key for a matrix without one',
      `      s: {run: ls, «max-parallel»: 2}\n`,
      'misplaced-key',
      '`max-parallel` is only for a step with a `matrix`.',
    ],
    [
      'needs of all with all',
      `      s: {run: ls, matrix: {a: [${Array.from({ length: 400 }, (_, i) => i)}]}}\n      t: {run: ls, needs: s, «matrix»: {a: [${Array.from({ length: 400 }, (_, i) => i)}]}}\n`,
      'matrix-too-big',
      'With `t` the steps of this pipeline need each other more than 100,000 times: every step of its matrix needs all of another one. Let it go on with that one: `matrix: {from: ...}`.',
    ],
  ])('%s', (_, source, code, message) => {
    const { text, range } = marked(tail(source));
    const { diagnostics, config } = parseConfig(text, 'modelyard.yaml');
    expect(errorsOf(diagnostics)).toMatchObject([{ code, message, range }]);
    expect(config).toBeUndefined();
  });

  test('and what leaves nothing out is only warned of', () => {
    const { text, range } = marked(tail(`      s: {run: ls, matrix: {a: [1, 2], exclude: [«{a: 3}»]}}\n`));
    const { diagnostics, config } = parseConfig(text, 'modelyard.yaml');
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'matrix-exclude', range }]);
    expect(Object.keys(config?.pipelines['p']?.steps ?? {})).toHaveLength(4);
  });
});

test('`parallel` of a pipeline', () => {
  const text = (many: string): string => `name: x\npipelines:\n  p: {parallel: ${many}, steps: {s: {run: ls}}}\n`;
  expect(parseConfig(text('2'), 'modelyard.yaml').config?.pipelines['p']).toMatchObject({ parallel: 2 });
  expect(parseConfig(text('0'), 'modelyard.yaml').diagnostics).toMatchObject([
    { code: 'out-of-range', message: '`parallel` must be a whole number from 1 to 1,000; here it is 0.' },
  ]);
});

test('values of a matrix are no values of one run, of which hints could tell', async () => {
  const { service } = serviceOn({});
  const [pipeline] = await service.parameters(`${head}${train}`);
  expect(pipeline?.trains).toEqual(['train']);
  expect([...new Set(pipeline?.parameters.map(({ step }) => step))]).toEqual(['split', 'prepare']);
});
