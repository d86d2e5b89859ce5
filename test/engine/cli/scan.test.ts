import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { modelyard } from '../../support/commandLine';
import { workspaces } from '../../support/workspaces';
import { calling, harmless } from '../security/corpus/assemble';

vi.setConfig({ testTimeout: 90_000 }); // processes start slowly on a busy machine
const { make } = workspaces();

test('scans files in any folder, says what it found, and ends with it', async () => {
  const folder = make();
  writeFileSync(path.join(folder, 'good.pkl'), harmless());
  writeFileSync(path.join(folder, 'bad.pkl'), calling('os', 'system'));
  writeFileSync(path.join(folder, 'new.pkl'), calling('my_pkg.model', 'Net'));
  expect(await modelyard(['scan', 'good.pkl'], folder)).toMatchObject({ code: 0 });
  expect(await modelyard(['scan', 'new.pkl'], folder)).toMatchObject({ code: 3 });
  const bad = await modelyard(['scan', '.'], folder);
  expect(bad.code).toBe(1);
  expect(bad.stdout).toContain('It asks for os:system, which runs code or commands.');
  expect(bad.stdout).toMatch(/^✗ 3 files scanned .*, 1 without findings: not safe to load$/m);
  await modelyard(['scan', 'bad.pkl', '--format', 'sarif', '--output', 'scan.sarif'], folder);
  expect(JSON.parse(readFileSync(path.join(folder, 'scan.sarif'), 'utf8'))).toMatchObject({
    runs: [{ results: [{ ruleId: 'denied-global', level: 'error', properties: { global: 'os:system' } }] }],
  });
  expect(await modelyard(['scan', 'gone.pkl'], folder)).toMatchObject({ code: 2 });
});

test('allows in a workspace what its modelyard.yaml allows, but nothing that is denied', async () => {
  const folder = make('name: small\nsecurity: {allow: [my_pkg.model:Net, os:system]}\n');
  writeFileSync(path.join(folder, 'new.pkl'), calling('my_pkg.model', 'Net'));
  writeFileSync(path.join(folder, 'bad.pkl'), calling('os', 'system'));
  expect(await modelyard(['scan', 'new.pkl'], folder)).toMatchObject({ code: 0 });
  expect(await modelyard(['scan', 'bad.pkl'], folder)).toMatchObject({ code: 1 });
});
