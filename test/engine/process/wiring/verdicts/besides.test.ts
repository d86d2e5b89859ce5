import { expect, test } from 'vitest';
import { ciSource } from '../../../../../engine/process/wiring/verdicts/ciSource';
import { configSource } from '../../../../../engine/process/wiring/verdicts/configSource';
import { securitySource } from '../../../../../engine/process/wiring/verdicts/securitySource';
import type { CiFile, CiFileState } from '../../../../../engine/protocol/ci';
import type { GateRule } from '../../../../../engine/protocol/gateRules';
import type { ScanSummary } from '../../../../../engine/protocol/security';
import type { WorkspaceConfig } from '../../../../../engine/protocol/workspaceConfig';
import { Selection } from '../../../../../engine/verdicts/selection';
import type { Asked } from '../../../../../engine/verdicts/source';
import { openTestRegistry } from '../../../../support/registry';

const { signal } = new AbortController();
const base: WorkspaceConfig = { name: 'w', datasets: {}, pipelines: {}, models: {}, tracking: { system_metrics: false } }; // prettier-ignore
const asked = (config: WorkspaceConfig | undefined, more: Partial<Asked> = {}): Asked => ({
  ...{ selection: new Selection(more.only), config, diagnostics: [], fresh: true, progress: () => undefined },
  ...more,
});

const stages = ['dev', 'staging', 'production'];
const scan = (version: number, verdict: ScanSummary['verdict'], blocks = 0, reviews = 0): ScanSummary => ({
  ...{ version, scannedAt: 10 + version, verdict, blocks, reviews },
});

/** v1 holds production, v2 staging, v3 and v4 are in dev; v4 is the one that would enter staging. */
async function world(scans: readonly ScanSummary[], gates: Readonly<Record<string, readonly GateRule[]>> = {}) {
  const it = await openTestRegistry();
  it.models['m'] = { stages, gates: {} };
  for (let n = 0; n < 4; n++) await it.register('m');
  for (const [version, to] of [
    [1, 'staging'],
    [1, 'production'],
    [2, 'staging'],
  ] as const)
    // prettier-ignore
    await it.registry.promote({ name: 'm', version, to, reason: 'r' });
  const registered = await it.registry.get('m');
  const source = securitySource({ registry: { get: () => Promise.resolve({ ...registered, scans }) } });
  const config = { ...base, models: { m: { stages, gates } } };
  const judge = async (more?: Partial<Asked>) => {
    const groups = await source.judge(asked(config, more), signal);
    return groups.flatMap(({ verdicts }) => verdicts.map(({ id, outcome }) => `${id} ${outcome}`));
  };
  return { source, config, judge };
}

test('what a scan blocks in a version that is used or would be next fails, what is to be reviewed warns', async () => {
  const found = [scan(4, 'block', 2, 1), scan(3, 'block', 1), scan(2, 'review', 0, 1), scan(1, 'pass')];
  const { judge, source, config } = await world(found);
  expect(await judge()).toEqual(['security/m/v4 failed', 'security/m/v2 warned']); // v3 is on no way to anywhere
  const [group] = await source.judge(asked(config), signal);
  expect(group).toMatchObject({ kind: 'security', subject: 'm', judgedAt: 14 });
  expect(group?.verdicts[0]).toMatchObject({
    sentence:
      'The files of m v4, which is in dev, are not safe to load: 2 findings block, 1 is to be reviewed. `modelyard scan --model m 4` lists them.',
    key: 'models.m',
  });
  expect(group?.verdicts[1]?.sentence).toContain('which is in staging, have to be reviewed before they are loaded');
  expect(await judge({ stages: ['production'] })).toEqual(['security/m/v4 failed']);
  expect(await judge({ stages: ['production'], judge: 'holder' })).toEqual([]);
  expect(await judge({ only: ['dataset/a'] })).toEqual([]);
});

test('a gate that judges the version says it already', async () => {
  const security: GateRule = { check: 'security', severity: 'error', allow_review: false };
  const { judge } = await world([scan(4, 'block', 2), scan(2, 'block', 1)], { staging: [security] });
  expect(await judge()).toEqual(['security/m/v2 failed']);
  // of holders the gate of staging judges v2, and nobody v4
  expect(await judge({ judge: 'holder' })).toEqual(['security/m/v4 failed']);
});

test('a model that nobody has registered has no files', async () => {
  const it = await openTestRegistry();
  const config = { ...base, models: { m: { stages, gates: {} } } };
  expect(await securitySource({ registry: it.registry }).judge(asked(config), signal)).toEqual([]);
});

const file = (system: CiFile['system'], state: CiFileState): CiFile => ({
  ...{ system, file: `${system}.yml`, path: `/w/${system}.yml`, language: 'yaml', text: '', differences: [] },
  ...{ state, message: `${system} is ${state}.` },
});

test('workflows are as they are generated, or warn at their key; without `ci:` there are none', async () => {
  const states = ['current', 'missing', 'outdated', 'edited'] as const;
  const systems = ['github', 'gitlab', 'jenkins', 'azure'] as const;
  const files = systems.map((system, i) => file(system, states[i] ?? 'current'));
  const source = ciSource({ infrastructure: { status: () => Promise.resolve({ files, notes: [] }) } });
  const ci = { branches: ['main'], timeout: 1, comment: true, github: {} };
  const [group] = await source.judge(asked({ ...base, ci }), signal);
  expect(group?.verdicts.map(({ id, outcome, key }) => [id, outcome, key])).toEqual([
    ['ci/github', 'passed', 'ci.github'],
    ['ci/gitlab', 'warned', 'ci.gitlab'],
    ['ci/jenkins', 'warned', 'ci.jenkins'],
    ['ci/azure', 'warned', 'ci.azure'],
  ]);
  expect(group?.verdicts[1]?.sentence).toBe('gitlab is missing.');
  expect(await source.judge(asked({ ...base, ci }, { only: ['model'] }), signal)).toEqual([]);
  expect(await source.judge(asked(base), signal)).toEqual([]);
});

test('how workflows stand is no second verdict on modelyard.yaml', async () => {
  const range = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 };
  const drift = { severity: 'warning', code: 'ci-outdated', message: 'old', range, key: 'ci.github' } as const;
  const wrong = { ...drift, code: 'unknown-key', key: 'ci.githup', severity: 'error' } as const;
  const idsOf = async (diagnostics: Asked['diagnostics']) =>
    (await configSource('modelyard.yaml').judge(asked(base, { diagnostics }), signal)).flatMap(({ verdicts }) =>
      verdicts.map(({ id }) => id),
    );
  expect(await idsOf([drift])).toEqual(['config/valid']);
  expect(await idsOf([drift, wrong])).toEqual(['config/unknown-key/ci.githup']);
});
