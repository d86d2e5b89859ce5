import { describe, expect, test } from 'vitest';
import { directionOf } from '../../../engine/gates/metricDirection';
import type { SignatureColumnInfo } from '../../../engine/protocol/registryMoves';
import { metricChanges, pairedOf, reversed } from '../../../engine/registry/versionDiff/metricChanges';
import { readSignature } from '../../../engine/registry/versionDiff/readSignature';
import { featureChanges, signatureDiff } from '../../../engine/registry/versionDiff/signatureDiff';

const side = (metrics: Record<string, number>, intervals: Record<string, readonly [number, number]> = {}) => ({
  metrics,
  intervals,
});
const byName = (changes: ReturnType<typeof metricChanges>) => Object.fromEntries(changes.map(one => [one.name, one]));

describe('metrics', () => {
  const before = side({ auc: 0.75, log_loss: 0.5, old: 1 }, { auc: [0.7, 0.8] });
  const after = side({ auc: 0.78, log_loss: 0.5, fresh: 2 }, { auc: [0.72, 0.83] });

  test('of other rows each has its own interval, and nothing is claimed of the difference', () => {
    const changes = byName(metricChanges({ before, after }, undefined, directionOf));
    expect(changes['auc']).toEqual({
      name: 'auc',
      before: { value: 0.75, interval: [0.7, 0.8] },
      after: { value: 0.78, interval: [0.72, 0.83] },
      difference: expect.closeTo(0.03, 12),
      verdict: 'higher',
    });
    expect(changes['log_loss']).toMatchObject({ difference: 0, verdict: 'same' });
    expect(changes['old']).toEqual({ name: 'old', before: { value: 1 }, verdict: 'gone' });
    expect(changes['fresh']).toEqual({ name: 'fresh', after: { value: 2 }, verdict: 'new' });
  });

  const difference = (own: number, champion: number, interval?: readonly [number, number]) => ({
    ...{ own, champion, difference: own - champion },
    ...(interval && { interval, higher: 0.9 }),
  });
  const comparison = {
    ...({ version: 1, model: 'm', modelVersion: 1, stage: 'production', rows: 300, seen: 7 } as const),
    metrics: {
      auc: difference(0.78, 0.76, [0.005, 0.035]),
      log_loss: difference(0.55, 0.5, [0.01, 0.09]),
      brier: difference(0.1, 0.12, [-0.05, 0.01]),
      threshold: difference(0.4, 0.2, [0.1, 0.3]),
      rows: difference(5, 5),
    },
  };

  test('of the same rows the verdict is by the interval of the difference, in the way in which the metric gets better', () => {
    const changes = byName(metricChanges({ before, after }, pairedOf(comparison), directionOf));
    expect(changes['auc']).toEqual({
      name: 'auc',
      before: { value: 0.76 },
      after: { value: 0.78, interval: [0.72, 0.83] },
      difference: expect.closeTo(0.02, 12),
      interval: [0.005, 0.035],
      verdict: 'better',
    });
    expect(changes['log_loss'], 'lower is better').toMatchObject({ verdict: 'worse' });
    expect(changes['brier'], 'zero is inside').toMatchObject({ verdict: 'unsure' });
    expect(changes['threshold'], 'neither way is better').toMatchObject({ verdict: 'higher' });
    expect(changes['rows']).toMatchObject({ difference: 0, verdict: 'same' });
  });

  test('seen from the older version, what was better is worse', () => {
    const back = reversed(pairedOf(comparison));
    const changes = byName(metricChanges({ before: after, after: before }, back, directionOf));
    expect(changes['auc']).toMatchObject({
      ...{ before: { value: 0.78 }, after: { value: 0.76 }, verdict: 'worse' },
      interval: [-0.035, -0.005],
    });
    expect(back.metrics['auc']!.higher).toBeCloseTo(0.1, 12);
    expect(reversed(back).metrics['auc']).toMatchObject({ own: 0.78, champion: 0.76, interval: [0.005, 0.035] });
  });

  test("without draws AUC has DeLong's interval", () => {
    const delong = { difference: 0.02, standardError: 0.01, interval: [0.001, 0.039], p: 0.04 } as const;
    const drawn = { ...comparison, metrics: { auc: difference(0.78, 0.76) }, delong };
    expect(byName(metricChanges({ before, after }, pairedOf(drawn), directionOf))['auc']).toMatchObject({
      ...{ interval: [0.001, 0.039], verdict: 'better' },
    });
  });
});

describe('signatures', () => {
  const column = (name: string, type: string, required = true): SignatureColumnInfo => ({ name, type, required });
  const info = (inputs: SignatureColumnInfo[], outputs = [column('p', 'double')]) => ({ inputs, outputs });
  const a = column('a', 'long');

  test.each<[string, SignatureColumnInfo[], SignatureColumnInfo[], string]>([
    ['the same', [a], [a], 'same'],
    ['another order', [a, column('b', 'string')], [column('b', 'string'), a], 'same'],
    ['a new required input', [a], [a, column('b', 'string')], 'breaking'],
    ['a new optional input', [a], [a, column('b', 'string', false)], 'compatible'],
    ['an input less', [a, column('b', 'string')], [a], 'compatible'],
    ['a wider type', [a], [column('a', 'double')], 'compatible'],
    ['a narrower type', [column('a', 'double')], [a], 'breaking'],
    ['another type', [a], [column('a', 'string')], 'breaking'],
    ['required now', [column('a', 'long', false)], [a], 'breaking'],
    ['required now and wider', [column('a', 'long', false)], [column('a', 'double')], 'breaking'],
    ['optional now', [a], [column('a', 'long', false)], 'compatible'],
  ])('inputs: %s', (_, before, after, verdict) => {
    expect(signatureDiff(info(before), info(after)).verdict).toBe(verdict);
  });

  test.each<[string, SignatureColumnInfo[], SignatureColumnInfo[], string]>([
    ['one more', [a], [a, column('b', 'string')], 'compatible'],
    ['one less', [a, column('b', 'string')], [a], 'breaking'],
    ['a narrower type', [column('a', 'double')], [a], 'compatible'],
    ['a wider type', [a], [column('a', 'double')], 'breaking'],
  ])('outputs: %s', (_, before, after, verdict) => {
    expect(signatureDiff(info([], before), info([], after)).verdict).toBe(verdict);
  });

  test('says each change in a sentence, and which features are new, gone or of another type', () => {
    const diff = signatureDiff(info([a, column('c', 'double')]), info([column('a', 'string'), column('b', 'long')]));
    expect(diff.changes.map(({ sentence }) => sentence)).toEqual([
      'input a: long → string: what was sent before is refused',
      'input b (long) is new: callers that do not send it are refused',
      'input c is not asked for any more; it may still be sent',
    ]);
    expect(featureChanges(diff)).toEqual([
      { name: 'a', before: 'long', after: 'string' },
      { name: 'b', after: 'long' },
      { name: 'c', before: 'double' },
    ]);
  });

  test('what is not known of both is not judged', () => {
    expect(signatureDiff(undefined, info([a]))).toEqual({ verdict: 'unknown', changes: [] });
  });

  const mlmodel = (signature: object): string => `artifact_path: model\nsignature: ${JSON.stringify(signature)}\n`;

  test("MLflow's files are read: columns, tensors, nested types, and those without names", () => {
    const inputs = JSON.stringify([
      { type: 'long', name: 'a' },
      { type: 'double', required: false },
      { type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, 28] } },
      { type: 'array', name: 'n', items: { type: 'string' } },
    ]);
    expect(readSignature(mlmodel({ inputs, outputs: null }))).toEqual({
      inputs: [
        { name: 'a', type: 'long', required: true },
        { name: '#2', type: 'double', required: false },
        { name: '#3', type: 'tensor(float32, -1×28)', required: true },
        { name: 'n', type: 'array', required: true },
      ],
      outputs: [],
    });
  });

  test.each([
    ['no signature', 'artifact_path: model\n'],
    ['not YAML', 'a: [b\n'],
    ['no JSON', mlmodel({ inputs: '[{' })],
    ['no list', mlmodel({ inputs: '{}' })],
    ['a bomb of aliases', `a: &a [x, x]\nb: &b [*a, *a]\nsignature: {inputs: *b}\n`],
  ])('%s is no signature', (_, text) => {
    expect(readSignature(text)).toBeUndefined();
  });
});
