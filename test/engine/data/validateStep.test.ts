import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runValidate } from '../../../engine/data/validateStep';
import type { DatasetSource, Job } from '../../../engine/protocol/jobs';
import { temporaryFolder } from '../../support/store';
import { errorOf, fixture, never, sourceOf, type Options } from './support';

type ValidateJob = Extract<Job, { readonly uses: 'validate' }>;

function jobOf(expectRules: Options['expect'], options: Partial<DatasetSource> = {}, name = 'd'): ValidateJob {
  const {
    name: named,
    path: file,
    format,
    missing,
    expect: rules,
  } = sourceOf(fixture('applications.csv'), {
    expect: expectRules ?? [],
  });
  const source = { name: named, path: file, format, missing, expect: rules };
  return {
    uses: 'validate',
    with: { dataset: name },
    step: 'validate',
    workspace: path.dirname(path.dirname(fixture('x'))),
    workDir: temporaryFolder(),
    datasets: [{ ...source, ...options }],
    inputs: [],
  };
}

async function run(job: ValidateJob) {
  const said = { log: [] as string[], progress: [] as (number | undefined)[] };
  const result = await runValidate(job, {
    signal: never,
    progress: (_, fraction) => said.progress.push(fraction),
    log: line => said.log.push(line),
    metric: () => undefined,
  });
  const json = (name: string): unknown => JSON.parse(readFileSync(path.join(job.workDir, name), 'utf8'));
  return { result, said, json };
}

test('what passes: dataset, checks and profile as outputs, a summary, the digest', async () => {
  const job = jobOf([{ unique: 'application_id' }, { column: 'age_in_years', between: [18, 100], not_null: true }]);
  const { result, said, json } = await run(job);
  const digest = createHash('sha256')
    .update(readFileSync(fixture('applications.csv')))
    .digest('hex');
  expect(result).toEqual({
    outputs: [
      { kind: 'dataset', path: 'dataset.json' },
      { kind: 'file', path: 'checks.json', artifactPath: 'checks/d.json' },
      { kind: 'file', path: 'profile.json', artifactPath: 'profiles/d.json' },
    ],
    params: {},
    metrics: {},
    tags: {},
    inputs: [{ dataset: 'd', digest, context: 'validate' }],
    summary: '250 rows · 3 checks',
  });
  expect(json('dataset.json')).toMatchObject({
    source: { name: 'd', file: 'data/applications.csv' },
    digest,
    bytes: readFileSync(fixture('applications.csv')).length,
    profile: { rows: 250 },
    checks: [{ passed: true }, { passed: true }, { passed: true }],
  });
  expect(said).toEqual({ log: [], progress: [1] });
});

test('a failed check fails the step, but its outputs are kept', async () => {
  const job = jobOf([
    { column: 'purpose', not_null: true },
    { column: 'age_in_years', between: [20, 60] },
    { row_count: 1000 },
  ]);
  const { result, said, json } = await run(job);
  expect(result.summary).toBe('250 rows · 3 checks · 2 failed');
  expect(result.outputs.map(output => output.artifactPath)).toEqual([undefined, 'checks/d.json', 'profiles/d.json']);
  expect(result.error).toEqual({
    code: 'data.expectation',
    message:
      'Dataset d (data/applications.csv): age_in_years between 20 and 60: 15 of 250 rows fail; first at line 2: 67.' +
      ` ${linesOver60()} 1 other check failed too.`,
    place: { file: 'data/applications.csv', line: 2, key: 'age_in_years' },
    fix: 'Correct the rows, or the rule in modelyard.yaml (`mostly: 0.99` lets some rows fail, `severity: warn` goes on).',
    data: { dataset: 'd', rule: 'age_in_years between 20 and 60', expect: 1, failing: 15, checked: 250 },
  });
  expect(json('checks.json')).toMatchObject([{ passed: true }, { passed: false, failing: 15 }, { passed: false }]);
  expect(said.log).toEqual([
    'error: age_in_years between 20 and 60: 15 of 250 rows fail; first at line 2: 67.',
    'error: row count 1,000: there are 250.',
  ]);
});

/** The first five failing lines, found without the product. */
function linesOver60(): string {
  const [header, ...rows] = readFileSync(fixture('applications.csv'), 'utf8').trim().split('\n');
  const column = header!.split(',').indexOf('age_in_years');
  const lines = rows.flatMap((row, i) => {
    const age = Number(row.split(',')[column]);
    return age < 20 || age > 60 ? [i + 2] : [];
  });
  expect(lines).toHaveLength(15);
  return `Lines ${lines.slice(0, 5).join(', ')}, ….`;
}

test('a warning is only said', async () => {
  const { result, said } = await run(jobOf([{ row_count: 1000, severity: 'warn' }]));
  expect(result.error).toBeUndefined();
  expect(result.summary).toBe('250 rows · 1 check · 1 warning');
  expect(said.log).toEqual(['warn: row count 1,000: there are 250.']);
});

test('a dataset that the config lacks', async () => {
  const error = await errorOf(run(jobOf([], { name: 'applications' }, 'aplications')));
  expect(error.toWire()).toEqual({
    code: 'not-found',
    message: 'There is no dataset aplications in modelyard.yaml.',
    fix: 'Did you mean `applications`?',
  });
});
