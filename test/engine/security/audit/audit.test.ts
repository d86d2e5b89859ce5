import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { AuditReport } from '../../../../engine/protocol/audit';
import type { CheckReport } from '../../../../engine/protocol/verdicts';
import { journey } from '../../../support/journey';
import { calling } from '../corpus/assemble';
import { planted } from '../secrets/planted';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = journey();
const token = planted().find(({ rule }) => rule === 'github-token')?.secret ?? '';
const config = (security: string, param = 'none') => `name: audited
pipelines:
  p:
    params: {token: ${param}}
    steps:
      a: {run: 'node -e 0 \${{ params.token }}'}
${security}`;
const lock = '{\n  "lockfileVersion": 3,\n  "packages": {\n    "node_modules/lodash": {"version": "4.17.15"}\n  }\n}\n';
const advisory = JSON.stringify({
  id: 'GHSA-1',
  summary: 'Prototype pollution',
  database_specific: { severity: 'HIGH' },
  affected: [
    {
      package: { ecosystem: 'npm', name: 'lodash' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.20' }] }],
    },
  ],
});

test('secrets, packages and model files of a workspace, from the command line and in checks', async () => {
  at.write({ 'modelyard.yaml': config('', token), 'settings.py': `\nTOKEN = "${token}"\n`, 'clean/a.py': 'x = 1\n' });
  const run = await at.run('p');
  expect(run.pipelineRun.status, JSON.stringify(run.error)).toBe('succeeded');

  const said = await at.text('scan', '--secrets');
  expect([said.code, said.stderr]).toEqual([1, '']);
  expect(said.stdout).toContain('settings.py:2:10');
  expect(said.stdout).not.toContain(token);
  const json = await at.text('scan', '--secrets', '--json');
  const report: AuditReport = JSON.parse(json.stdout);
  expect(json.stdout).not.toContain(token);
  const files = report.findings.map(({ file }) => file);
  expect(files).toEqual(expect.arrayContaining(['settings.py', 'modelyard.yaml', 'run r-1/modelyard.yaml']));
  const written = await at.text('scan', '--secrets', path.join(at.folder, 'settings.py'), '--format', 'sarif');
  expect([written.code, written.stderr]).toEqual([1, '']);
  const sarif = JSON.parse(written.stdout);
  expect(sarif.runs[0].results).toMatchObject([
    {
      ruleId: 'github-token',
      level: 'error',
      locations: [
        { physicalLocation: { artifactLocation: { uri: 'settings.py' }, region: { startLine: 2, startColumn: 10 } } },
      ],
    },
  ]);
  expect(JSON.stringify(sarif)).not.toContain(token);
  expect(await at.text('scan', '--secrets', path.join(at.folder, 'clean'))).toMatchObject({ code: 0 });
  expect(await at.text('scan', '--secrets', path.dirname(at.folder))).toMatchObject({ code: 2 });
  expect(await at.text('scan')).toMatchObject({ code: 2 });

  // packages: without advisories not judged, with some on their line
  at.write({ 'package-lock.json': lock, 'clean/model.pkl': calling('os', 'system', 'true') });
  expect(await at.text('scan', '--dependencies')).toMatchObject({
    code: 3,
    stdout: expect.stringContaining('cannot be judged'),
  });
  at.write({ 'osv/GHSA-1.json': advisory });
  expect(await at.text('scan', '--dependencies', '--advisories', path.join(at.folder, 'osv'))).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('package-lock.json:4'),
  });
  const all = await at.text('scan', '--all', path.join(at.folder, 'clean'), '--json');
  expect(all.code).toBe(1);
  const parts: AuditReport['parts'] = JSON.parse(all.stdout).parts;
  expect(parts.map(({ part, verdict }) => `${part} ${verdict}`)).toEqual([
    'secrets pass',
    'dependencies pass',
    'licences pass',
    'models block',
  ]);

  // in checks: only what modelyard.yaml names
  const check = async (): Promise<CheckReport> => JSON.parse((await at.text('check', '--json')).stdout);
  at.write({ 'modelyard.yaml': config('') });
  expect((await check()).groups.filter(({ kind }) => kind === 'security')).toEqual([]);
  at.write({ 'modelyard.yaml': config('security: {secrets: {}, dependencies: {advisories: osv}}\n') });
  const [secrets, dependencies] = (await check()).groups.filter(({ kind }) => kind === 'security');
  expect(secrets?.verdicts).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        outcome: 'failed',
        rule: 'github-token',
        place: expect.objectContaining({ file: 'settings.py', line: 2 }),
      }),
    ]),
  );
  expect(dependencies?.verdicts).toMatchObject([
    { id: 'security/workspace/dependencies/all', outcome: 'passed' },
    { rule: 'GHSA-1', outcome: 'failed', place: { file: 'package-lock.json', line: 4 } },
  ]);
  expect(await at.text('check', '--only', 'security')).toMatchObject({ code: 1 });

  // what is allowed by its fingerprint, excluded or ignored does not count
  const allow = report.findings.map(({ fingerprint }) => fingerprint).join(', ');
  at.write({
    'modelyard.yaml': config(
      `security: {secrets: {allow: [${allow}]}, dependencies: {advisories: osv, ignore: [GHSA-1]}}\n`,
    ),
  });
  expect((await check()).outcome).toBe('passed');
});
