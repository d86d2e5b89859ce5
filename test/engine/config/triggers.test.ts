import { describe, expect, test } from 'vitest';
import { ConfigService } from '../../../engine/config/service';
import { parseConfig } from '../../../engine/config/parse';

const text = (on: string, more = ''): string => `
name: t
datasets:
  applications: {path: data/applications.csv}
models:
  risk: {stages: [dev, live]}
pipelines:
  train:
    on: ${on}
    steps:
      s: {run: echo}
${more}`;

const read = (on: string) => parseConfig(text(on), 'modelyard.yaml').config?.pipelines['train']?.on;

test('short and long forms are the same', () => {
  expect(read('{schedule: "0 3 * * 1", change: applications, files: "in/*.csv", model: risk}')).toEqual(
    read(
      '{schedule: {cron: "0 3 * * 1"}, change: {datasets: [applications]}, files: {patterns: ["in/*.csv"]}, model: {name: risk}}',
    ),
  );
  expect(read('{change: [applications], cool_down: 10m, budget: {runs: 3, per: day}, overlap: skip}')).toEqual({
    change: { datasets: ['applications'] },
    cool_down: 600_000,
    budget: { runs: 3, per: 'day' },
    overlap: 'skip',
    manual: true,
  });
});

test.each([
  ['{schedule: "0 3 * 1"}', 'bad-cron', '0 3 * 1', undefined],
  ['{schedule: {cron: "0 3 * * 9"}}', 'bad-cron', '0 3 * * 9', undefined],
  ['{schedule: "0 3 30 2 *"}', 'never-fires', '0 3 30 2 *', undefined],
  ['{schedule: {cron: "@daily", timezone: Europe/Berln}}', 'unknown-zone', 'Europe/Berln', 'Europe/Berlin'],
  ['{change: aplications}', 'unknown-dataset', 'aplications', 'applications'],
  ['{change: {datasets: [nope]}}', 'unknown-dataset', 'nope', undefined],
  ['{model: {name: risk, stage: lve}}', 'unknown-stage', 'lve', 'live'],
  ['{files: {patterns: "../*.csv"}}', 'bad-path', '../*.csv', undefined],
  ['{schedule: {cron: "@daily", missed: twice}}', 'not-allowed', 'twice', undefined],
  ['{metric: {key: auc, condition: "= 3"}}', 'bad-condition', '= 3', undefined],
  ['{metric: {key: auc, condition: 0.7}}', 'wrong-type', '0.7', '"0.7"'],
  ['{metric: {key: auc, condition: "< 0.7", agregate: mean}}', 'unknown-key', 'agregate', 'aggregate'],
  ['{metric: {key: auc, condition: "< 0.7", aggregate: mean, over: 1}}', 'out-of-range', '1', undefined],
  ['{drift: {dataset: aplications, model: risk}}', 'unknown-dataset', 'aplications', 'applications'],
  ['{drift: {dataset: applications, model: rsk}}', 'unknown-model', 'rsk', 'risk'],
  ['{drift: {dataset: applications, model: risk, psi: 0}}', 'out-of-range', '0', undefined],
  ['{budget: {runs: 0, per: day}}', 'out-of-range', '0', undefined],
  ['{shedule: "@daily"}', 'unknown-key', 'shedule', 'schedule'],
])('%s: %s at `%s`', (on, code, marked, suggestion) => {
  const whole = text(on);
  const found = parseConfig(whole, 'modelyard.yaml').diagnostics;
  expect(found.map(one => one.code)).toEqual([code]);
  const [{ range, suggestion: offered } = { range: undefined, suggestion: undefined }] = found;
  const line = whole.split('\n')[(range?.startLine ?? 0) - 1] ?? '';
  expect(line.slice((range?.startColumn ?? 0) - 1, (range?.endColumn ?? 0) - 1).replaceAll('"', '')).toBe(marked);
  expect(offered).toBe(suggestion);
});

test('a metric with all that it may say, and what its parts must be', () => {
  expect(read('{metric: {key: auc, condition: "<0.75"}}')?.metric).toEqual({
    ...{ key: 'auc', condition: { operator: '<', value: 0.75 }, nested: false, aggregate: 'last', over: 1 },
  });
  const more = 'until: "<= 1e2", experiment: live, aggregate: median, over: 20, cool_down: 1h';
  expect(read(`{metric: {key: p99, condition: ">= 120", ${more}}}`)?.metric).toEqual({
    ...{ key: 'p99', condition: { operator: '>=', value: 120 }, until: { operator: '<=', value: 100 } },
    ...{ experiment: 'live', nested: false, aggregate: 'median', over: 20, cool_down: 3_600_000 },
  });
  expect(read('{metric: {key: auc, condition: "< 0.7", aggregate: mean}}')?.metric?.over).toBe(10);
  const said = (metric: string): readonly string[] =>
    parseConfig(text(`{metric: {key: auc, ${metric}}}`), 'modelyard.yaml').diagnostics.map(({ message }) => message);
  for (const until of ['< 0.8', '>= 0.6'])
    expect(said(`condition: "< 0.7", until: "${until}"`)).toEqual([
      '`metric` must have an `until` on the other side of `condition`, such as ">= 0.7".',
    ]);
  expect(said('condition: "< 0.7", over: 5')).toEqual([
    '`metric` has `over`, which needs `aggregate: mean`, `median`, `min` or `max`.',
  ]);
});

test('metrics and experiments that nobody knows, and a filter that is none, are marked where they stand', async () => {
  const service = new ConfigService({
    ...{ root: '/nowhere', configFile: 'modelyard.yaml', columns: async () => undefined },
    measured: {
      experiments: () => ['t', 'live'],
      metrics: experiment => (experiment === 't' ? ['auc', 'ks'] : []),
      filterProblem: filter => (filter === 'tags.' ? 'The filter ends too early.' : undefined),
    },
  });
  const found = async (metric: string): Promise<readonly string[]> => {
    const all = await service.diagnose(text(`{metric: {condition: "< 0.7", ${metric}}}`));
    return all.flatMap(({ code, severity, key, message, suggestion = '' }) =>
      code === 'missing-file' ? [] : [`${severity} ${key} ${message} ${suggestion}`.trim()],
    );
  };
  const at = 'pipelines.train.on.metric';
  expect(await found('key: auc')).toEqual([]);
  expect(await found('key: latency')).toEqual([]);
  expect(await found('key: acu')).toEqual([
    `warning ${at}.key No run of \`t\` has logged \`acu\` yet. Did you mean \`auc\`? auc`,
  ]);
  expect(await found('key: auc, experiment: lives')).toEqual([
    `warning ${at}.experiment There is no experiment \`lives\` yet. Did you mean \`live\`? live`,
  ]);
  expect(await found('key: auc, runs: tags.')).toEqual([`error ${at}.runs The filter ends too early.`]);
});

test('a schedule that never comes keeps nothing else from running', () => {
  expect(read('{schedule: "0 3 30 2 *"}')?.schedule?.cron).toBe('0 3 30 2 *');
});

describe('pipelines that start each other', () => {
  const loops = (train: string, more: string): readonly string[] =>
    parseConfig(text(train, more), 'modelyard.yaml').diagnostics.flatMap(({ code, message, severity, key }) =>
      code === 'trigger-loop' ? [`${severity} at ${key}: ${message}`] : [],
    );
  const score = (on: string, outs: string): string =>
    `  score:\n    on: ${on}\n    steps:\n      s: {run: echo, outs: ${outs}}\n`;

  test('by a model and a file', () => {
    const registering = score('{files: out/**}', 'data').replace(
      'steps:',
      'steps:\n      r: {uses: register, with: {model: risk}}',
    );
    expect(loops('{change: applications}', registering)).toEqual([]);
    expect(loops('{model: risk}', registering.replace('out/**', 'nothing/**'))).toEqual([]);
    const round = registering.replace(
      'data}',
      'data}\n  third: {on: {model: {name: risk, stage: dev}}, steps: {s: {run: echo, outs: out/x.csv}}}',
    );
    expect(loops('{schedule: "@daily"}', round)).toEqual([
      'warning at pipelines.third.on.model: This would never end: third makes out/x.csv, then score makes a version of risk, and that starts third again. Remove one of these triggers.',
    ]);
  });

  test('by a dataset that lies in a folder it makes', () => {
    expect(loops('{schedule: "@daily"}', score('{change: applications}', 'data/'))).toEqual([
      'warning at pipelines.score.on.change: This would never end: score makes dataset applications, and that starts score again. Remove one of these triggers.',
    ]);
    expect(loops('{schedule: "@daily"}', score('{change: applications}', 'database'))).toEqual([]);
    expect(loops('{schedule: "@daily"}', score('{drift: {dataset: applications, model: risk}}', 'data'))).toHaveLength(
      1,
    );
  });
});

describe('in the editor', () => {
  const service = new ConfigService({ root: '/nowhere', configFile: 'modelyard.yaml', columns: async () => undefined });
  const complete = async (on: string): Promise<readonly string[]> => {
    const whole = text(on.replace('|', ''));
    const line = whole.split('\n').findIndex(one => one.includes('    on:')) + 1;
    const column = '    on: '.length + on.indexOf('|') + 1;
    return (await service.complete({ text: whole, line, column })).map(({ label }) => label);
  };

  test('keys, datasets, stages, zones and cron texts are proposed', async () => {
    expect(await complete('{|}')).toEqual([
      'schedule',
      'change',
      'files',
      'model',
      'metric',
      'drift',
      'manual',
      'overlap',
      'cool_down',
      'budget',
    ]);
    expect(await complete('{change: |}')).toContain('applications');
    expect(await complete('{model: {name: risk, stage: |}}')).toEqual(['dev', 'live']);
    expect(await complete('{schedule: {cron: "@daily", timezone: |}}')).toContain('Europe/Berlin');
    expect(await complete('{schedule: |}')).toContain('0 3 * * 1');
    expect(await complete('{overlap: |}')).toEqual(['queue', 'skip']);
  });

  test('a key is explained, and the outline has its place', async () => {
    const whole = text('{schedule: "@daily"}');
    const hover = await service.hover({ text: whole, line: 9, column: 11 });
    expect(hover?.contents).toContain('Times at which it starts');
    expect(hover?.contents).toMatch(/Next: .*; .*; .*\.$/);
    const zoned = text('{schedule: {cron: "0 3 29 2 *", timezone: Asia/Tokyo}}');
    const times = await service.hover({ text: zoned, line: 9, column: 30 });
    expect(times?.contents).toMatch(/Next: \w+, 29 Feb \d+, 03:00; .*\(Asia\/Tokyo\)\.$/);
    expect((await service.outline(whole)).pipelines[0]?.on).toEqual({
      startLine: 9,
      startColumn: 5,
      endLine: 9,
      endColumn: 7,
    });
  });
});
