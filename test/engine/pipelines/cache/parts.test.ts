import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesOf, changesText } from '../../../../engine/pipelines/cache/explain';
import { stepFlows } from '../../../../engine/pipelines/cache/flow';
import type { StepFacts } from '../../../../engine/pipelines/cache/parts';
import { fingerprintOf, partsOf } from '../../../../engine/pipelines/cache/parts';
import { ancestors, topologicalOrder } from '../../../../engine/pipelines/graph/graph';
import type { DatasetConfig, StepConfig, WorkspaceConfig } from '../../../../engine/protocol/workspaceConfig';
import { act, command } from '../../../support/pipelineWorld';

const config: WorkspaceConfig = {
  name: 'w',
  datasets: {},
  pipelines: {},
  models: {},
  tracking: { system_metrics: false },
};
const facts = (step: StepConfig, more: Partial<StepFacts> = {}): StepFacts => ({
  ...{ step, config, datasets: [], inputs: [], files: {} },
  ...more,
});
const print = (step: StepConfig, more: Partial<StepFacts> = {}): string => fingerprintOf(partsOf(facts(step, more)));
const dataset = (change: Partial<DatasetConfig> = {}, digest = 'd1'): Partial<StepFacts> => ({
  datasets: [{ name: 'a', digest, config: { path: 'a.csv', format: 'csv', missing: [], expect: [], ...change } }],
});

describe('the fingerprint of a step', () => {
  const run = command('make', { outs: ['o'] });
  test.each([
    ['a value', act('train', { C: 1 }), act('train', { C: 2 })],
    ['a text that looks like a number', act('split', { by: '1' }), act('split', { by: 1 })],
    ['a text that looks like nothing', act('split', { by: 'null' }), act('split', { by: null })],
    ['where one of several texts ends', act('split', { by: ['a, b'] }), act('split', { by: ['a', 'b'] })],
    ['an empty list', act('split', { by: [] }), act('split', {})],
    ['an empty list, from a text', act('split', { by: [] }), act('split', { by: '[]' })],
    ['the command', run, command('make all', { outs: ['o'] })],
    ['an output', run, command('make', { outs: ['p'] })],
    ['a variable', run, command('make', { outs: ['o'], env: { A: '' } } as never)],
  ])('changes with %s', (_, one, other) => {
    expect(print(one)).not.toBe(print(other));
  });

  const split = act('split', {});
  test.each([
    ['the data', dataset(), dataset({}, 'd2')],
    ['what counts as missing', dataset(), dataset({ missing: ['?'] })],
    [
      'a column that is read as text',
      dataset(),
      dataset({ expect: [{ column: 'zip', type: 'string', severity: 'error' }] }),
    ],
    ['what comes in', { inputs: [{ kind: 'split', digest: '1' }] }, { inputs: [{ kind: 'split', digest: '2' }] }],
    ['a file that it reads', { files: { 'a.py': '1' } }, { files: { 'a.py': '2' } }],
  ] satisfies [string, Partial<StepFacts>, Partial<StepFacts>][])('changes with %s', (_, one, other) => {
    expect(print(split, one)).not.toBe(print(split, other));
  });

  test('does not change with what changes no result', () => {
    const same = { ...act('split', {}), needs: ['x'], timeout: 5, cache: true } as StepConfig;
    expect(print(same)).toBe(print(split));
    expect(print(split, dataset({ path: 'b.csv', description: 'x' }))).toBe(print(split, dataset()));
    const rule = dataset({ expect: [{ column: 'age', not_null: true, severity: 'error' }] });
    expect(print(split, rule)).toBe(print(split, dataset()));
    expect(print(act('validate', {}), rule)).not.toBe(print(act('validate', {}), dataset()));
  });

  test('hangs on a cross-validation before it only where its threshold is taken', () => {
    const folds = (digest: string): Partial<StepFacts> => ({ inputs: [{ kind: 'cross-validation', digest }] });
    const heldOut = act('evaluate', { threshold: 'held-out' });
    expect(print(heldOut, folds('1'))).not.toBe(print(heldOut, folds('2')));
    for (const step of [act('evaluate', { threshold: 0.5 }), act('train', {})])
      expect(print(step, folds('1'))).toBe(print(step, folds('2')));
    const steps = {
      f: act('cross-validate', {}),
      t: { ...act('train', {}), needs: ['f'] } as StepConfig,
      e: { ...heldOut, needs: ['t'] } as StepConfig,
    };
    const flows = stepFlows(steps, topologicalOrder(steps));
    expect([...flows.get('t')!.takes]).toEqual([]);
    expect([...flows.get('e')!.takes].sort()).toEqual([
      ['cross-validation', 'f'],
      ['model', 't'],
    ]);
  });

  test('depends on no order of keys', () => {
    expect(print(act('split', { a: 1, b: 2 }))).toBe(print(act('split', { b: 2, a: 1 })));
  });
});

test('changes are said in words, the telling ones first', () => {
  const was = partsOf(
    facts(act('train', { C: 0.1, seed: 1 }), { ...dataset(), files: { 'a.py': '1', 'old.py': '1' } }),
  );
  const now = partsOf(
    facts(act('train', { C: 0.05, depth: 3 }), { ...dataset({}, 'd2'), files: { 'a.py': '2', 'new.py': '1' } }),
  );
  const changes = changesOf(was, now);
  expect(changesText(changes, { path: () => 'data/a.csv' })).toBe(
    '`with.C` 0.1 → 0.05, `with.depth` is new: 3, `with.seed` is gone and 4 more',
  );
  expect(changesText(changes.slice(3), { path: () => 'data/a.csv' })).toBe(
    'data/a.csv has changed, a.py has changed, new.py is new and 1 more',
  );
  expect(changesOf(was, was)).toEqual([]);
});

test('what a step takes is, of each kind, that of the nearest step before it, as at the run', () => {
  const uses = ['split', 'prepare', 'train', 'evaluate', 'run'] as const;
  const kinds = { split: 'split', prepare: 'preparation', train: 'model', evaluate: 'evaluation', run: undefined };
  const graph = fc.array(fc.tuple(fc.constantFrom(...uses), fc.array(fc.nat(20), { maxLength: 3 })), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(graph, nodes => {
      const steps: Record<string, StepConfig> = {};
      for (const [i, [use, before]] of nodes.entries())
        steps[`s${i}`] = {
          ...act(use as 'split', {}),
          needs: i === 0 ? [] : [...new Set(before.map(n => `s${n % i}`))],
        } as StepConfig;
      const flows = stepFlows(steps, topologicalOrder(steps));
      for (const name of Object.keys(steps)) {
        const expected = new Map<string, string>();
        for (const one of ancestors(steps, name)) {
          const kind = kinds[steps[one]!.uses as 'split'];
          if (kind !== undefined && !expected.has(kind)) expected.set(kind, one);
        }
        expect(new Map<string, string>(flows.get(name)!.takes)).toEqual(expected);
      }
    }),
  );
});
