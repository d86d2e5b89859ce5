import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ScanReport } from '../../../engine/protocol/security';
import { placesOf, scanPlaces } from '../../../engine/security/scan/scanPaths';
import type { ScanRequest, VersionFiles } from '../../../engine/security/service';
import { SecurityService } from '../../../engine/security/service';
import { security as gate } from '../../../engine/gates/kinds/security';
import { openTestStore, temporaryFolder } from '../../support/store';
import { calling, harmless } from './corpus/assemble';

/** A room whose one model has version 1, and what it was asked to scan. */
async function room(content: Buffer) {
  const { db } = await openTestStore();
  db.exec(`INSERT INTO registered_model (id, name, description, created_at, updated_at) VALUES (1, 'm', '', 0, 0);
    INSERT INTO model_version (model_id, version, source, storage, stage, description, created_at, updated_at, created_by, metrics, lineage)
    VALUES (1, 1, '', '', 'dev', '', 0, 0, 'ana', '{}', '{}')`);
  const file = path.join(temporaryFolder(), 'model.pkl');
  writeFileSync(file, content);
  const state = {
    allow: [] as string[],
    files: { places: [{ file: 'model.pkl', path: file }], content: 'a' } as VersionFiles,
  };
  const scans: ScanRequest[] = [];
  const changed: string[] = [];
  const service = new SecurityService({
    db,
    allow: () => Promise.resolve(state.allow),
    files: () => state.files,
    scan: request => {
      scans.push(request);
      return Promise.resolve(scanPlaces({ places: request.places }, { allow: request.allow }));
    },
    changed: model => changed.push(model),
    log: () => undefined,
    busy: () => ({ release: () => undefined }),
    now: () => 7,
  });
  return { service, state, scans, changed };
}
const subject = { name: 'm', version: 1 };

test('a version is scanned once for its files and what is allowed, and what was found stays with it', async () => {
  const { service, state, scans, changed } = await room(calling('my_pkg.model', 'Net'));
  expect(await service.known('m', 1)).toBeUndefined();
  expect(await service.scanVersion(subject)).toMatchObject({
    scannedAt: 7,
    isCurrent: true,
    report: { verdict: 'review' },
  });
  await service.scanVersion(subject);
  expect(scans).toHaveLength(1);
  expect(changed).toEqual(['m']);
  expect(service.summaries(['m']).get('m')).toEqual([
    { version: 1, scannedAt: 7, verdict: 'review', blocks: 0, reviews: 1 },
  ]);
  state.allow = ['my_pkg.model:Net'];
  expect(await service.known('m', 1)).toMatchObject({ isCurrent: false });
  expect(await service.scanVersion(subject)).toMatchObject({ report: { verdict: 'pass' } });
  state.files = { ...state.files, content: 'b' };
  await service.scanVersion(subject);
  expect(scans).toHaveLength(3);
});

test('files that are in no store of the workspace are to be reviewed', async () => {
  const { service, state, scans } = await room(harmless());
  state.files = { elsewhere: 'are at s3://bucket/m' };
  expect((await service.scanVersion(subject)).report).toMatchObject({
    verdict: 'review',
    findings: [{ kind: 'unreadable' }],
  });
  expect(scans).toEqual([]);
});

test('what is denied is not allowed by modelyard.yaml', () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'm.pkl'), calling('os', 'system'));
  expect(scanPlaces(placesOf(['m.pkl'], folder), { allow: ['os:system'] }).verdict).toBe('block');
});

test('the gate holds for nothing but a scan without findings, or what it lets be reviewed', () => {
  const rule = { severity: 'error', allow_review: false } as const;
  const evidence = {
    model: 'm',
    version: 1,
    stage: 'prod',
    evaluation: { rows: 0, metrics: {} },
    holder: () => undefined,
  };
  const found = (verdict: ScanReport['verdict']): ScanReport => ({
    ...{ verdict, files: [], omitted: 0, rules: 1 },
    findings:
      verdict === 'pass'
        ? []
        : [{ file: 'm.pkl', kind: 'malformed', verdict, severity: 'high', sentence: 'It breaks off.' }],
  });
  const judge = (scan: ScanReport | undefined, isLenient = false) =>
    gate.judge({ ...rule, allow_review: isLenient }, { ...evidence, ...(scan && { scan }) });
  expect(judge(undefined)).toMatchObject({
    held: undefined,
    sentence: 'The files were not scanned: modelyard scan --model m 1.',
  });
  expect(judge(found('pass')).held).toBe(true);
  expect(judge(found('review')).held).toBe(false);
  expect(judge(found('review'), true).held).toBe(true);
  expect(judge(found('block'), true)).toMatchObject({
    held: false,
    sentence: 'The files are not safe to load: m.pkl: It breaks off.',
  });
});
