import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import { ConfigService } from '../../../engine/config/service';
import { temporaryFolder } from '../../support/store';

const text = (params: string, more = ''): string => `name: x
datasets: {a: {path: a.csv}}
pipelines:
  train:
    params: ${params}
    steps:
      split: {uses: split, with: {dataset: a, test: "\${{ params.share }}", seed: 7}}
      report:
        run: "python report.py --title '\${{ params.title }} of \${{params.share}}'"
        env: {COLUMNS: "\${{ params.columns }}"}
${more}`;
const good = '{share: 0.3, title: Rates, columns: 80}';
const step = (config: ReturnType<typeof parseConfig>['config'], name: string): unknown =>
  config?.pipelines['train']?.steps[name];

describe('parameters of a pipeline', () => {
  test('stand in steps with their type, or as a part of a text', () => {
    const { config, diagnostics } = parseConfig(text(good), 'modelyard.yaml');
    expect(diagnostics).toEqual([]);
    expect(step(config, 'split')).toMatchObject({ with: { test: 0.3 } });
    expect(step(config, 'report')).toMatchObject({
      run: "python report.py --title 'Rates of 0.3'",
      env: { COLUMNS: '80' },
    });
    expect(config?.pipelines['train']?.params).toEqual({ share: 0.3, title: 'Rates', columns: 80 });
  });

  test('may be lists', () => {
    const more = '      drop: {uses: prepare, needs: split, with: {label: y, drop: "${{ params.share }}"}}\n';
    const { config } = parseConfig(
      text(good, more.replace('params.share', 'params.gone')).replace('share: 0.3', 'share: 0.3, gone: [b, c]'),
      'm',
    );
    expect(step(config, 'drop')).toMatchObject({ with: { drop: ['b', 'c'] } });
  });

  test('are judged where they stand, by what they are', () => {
    const { diagnostics } = parseConfig(text('{share: 3, title: T, columns: 80}'), 'modelyard.yaml');
    expect(diagnostics).toMatchObject([
      { code: 'out-of-range', key: 'pipelines.train.steps.split.with.test', range: { startLine: 7, startColumn: 53 } },
    ]);
  });

  test.each([
    [
      '{shore: 0.3, title: T, columns: 80}',
      'unknown-param',
      /`params.share` is not a parameter of this pipeline. Did you mean `params.shore`/,
    ],
    [
      '{share: 0.3, title: [a, b], columns: 80}',
      'bad-param',
      /`params.title` is a list, which cannot be a part of a text/,
    ],
    ['{share: {a: 1}, title: T, columns: 80}', 'wrong-type', /`share` must be/],
  ])('%s is wrong', (params, code, message) => {
    const { diagnostics } = parseConfig(text(params), 'modelyard.yaml');
    expect(diagnostics.map(one => one.code)).toContain(code);
    expect(diagnostics.map(one => one.message).join('\n')).toMatch(message);
  });
});

describe('values given for one run', () => {
  const load = (params: Record<string, string>) => {
    const root = temporaryFolder();
    writeFileSync(path.join(root, 'modelyard.yaml'), text(good));
    const service = new ConfigService({ root, configFile: 'modelyard.yaml', columns: () => Promise.resolve([]) });
    return service.load({ pipeline: 'train', params });
  };

  test('replace parameters, and options of steps by their name', async () => {
    const { config } = await load({ share: '0.25', 'split.seed': '8', 'report.COLUMNS': '"100"', title: 'a' });
    expect(step(config, 'split')).toMatchObject({ with: { test: 0.25, seed: 8 } });
    expect(step(config, 'report')).toMatchObject({
      run: "python report.py --title 'a of 0.25'",
      env: { COLUMNS: '100' },
    });
  });

  test('add an option that the file does not say', async () => {
    const { config } = await load({ 'split.stratify': 'y' });
    expect(step(config, 'split')).toMatchObject({ with: { stratify: 'y' } });
  });

  test('are checked as if they stood there', async () => {
    await expect(load({ share: '7' })).rejects.toMatchObject({ code: 'config.invalid' });
    await expect(load({ 'split.stratifi': 'y' })).rejects.toMatchObject({ code: 'config.invalid' });
  });

  test.each([
    [{ shar: '0.1' }, /has no parameter shar/, /Did you mean `share`/],
    [{ 'nosuch.C': '1' }, /has no parameter nosuch.C/, /There are `share`, `title` and `columns`/],
    [{ share: 'a: b' }, /no YAML/, /quotes/],
    [{ share: '1\nother: 2' }, /no YAML/, /quotes/],
  ])('%j is refused', async (params, message, fix) => {
    await expect(load(params as Record<string, string>)).rejects.toMatchObject({
      code: 'params.invalid',
      message: expect.stringMatching(message),
      fix: expect.stringMatching(fix),
    });
  });
});

test('variables of a pipeline are those of all its commands, after their own', () => {
  const { config, diagnostics } = parseConfig(
    `name: x
pipelines:
  p:
    params: {level: 3}
    env: {LEVEL: "\${{ params.level }}", TOKEN: {env: MY_TOKEN}, MODE: fast}
    steps:
      a: {run: "true"}
      b: {run: "true", env: {MODE: slow, TOKEN: none}}
      c: {run: "true", env: {LEVEL: {env: DEEP}}}
`,
    'modelyard.yaml',
  );
  expect(diagnostics).toEqual([]);
  const { a, b, c } = config!.pipelines['p']!.steps;
  expect(a).toMatchObject({ env: { LEVEL: '3', MODE: 'fast' }, secrets: { TOKEN: 'MY_TOKEN' } });
  expect(b).toMatchObject({ env: { LEVEL: '3', MODE: 'slow', TOKEN: 'none' } });
  expect(b).not.toHaveProperty('secrets');
  expect(c).toMatchObject({ env: { MODE: 'fast' }, secrets: { TOKEN: 'MY_TOKEN', LEVEL: 'DEEP' } });
});
