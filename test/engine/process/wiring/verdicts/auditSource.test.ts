import { expect, test } from 'vitest';
import { auditSource } from '../../../../../engine/process/wiring/verdicts/auditSource';
import type { AuditFinding, AuditReport } from '../../../../../engine/protocol/audit';
import type { WorkspaceConfig } from '../../../../../engine/protocol/workspaceConfig';
import { AuditStore } from '../../../../../engine/security/audit/store';
import { Selection } from '../../../../../engine/verdicts/selection';
import type { Asked } from '../../../../../engine/verdicts/source';
import { openTestStore } from '../../../../support/store';

const { signal } = new AbortController();
const config: WorkspaceConfig = { name: 'w', datasets: {}, pipelines: {}, models: {}, tracking: { system_metrics: false }, security: { secrets: {}, licences: {} } }; // prettier-ignore
const asked = (fresh: boolean): Asked => ({ selection: new Selection(undefined), config, diagnostics: [], fresh, progress: () => undefined }); // prettier-ignore
const secret: AuditFinding = {
  ...{ part: 'secrets', rule: 'github-token', verdict: 'block', severity: 'high', file: 'app.py', line: 3 },
  ...{ sentence: 'A token of GitHub (40 characters).', fix: 'Take it back.', fingerprint: 'abc' },
};
const report: AuditReport = {
  verdict: 'block',
  parts: [
    { part: 'secrets', verdict: 'block', isJudged: true, sentence: '4 texts were looked through.' },
    { part: 'licences', verdict: 'pass', isJudged: true, sentence: '9 packages.' },
  ],
  ...{ findings: [secret], omitted: 0 },
};

test('what was found last is told by another engine on the same store, with its age', async () => {
  const { db } = await openTestStore();
  let audited = 0;
  const open = () => auditSource({ audit: () => Promise.resolve((audited++, report)), audits: new AuditStore(db) });
  const [before] = await open().judge(asked(false), signal);
  expect(before?.verdicts).toMatchObject([{ outcome: 'unknown', pending: true }]);
  const [fresh] = await open().judge(asked(true), signal);
  expect(fresh?.verdicts[1]).toMatchObject({ outcome: 'failed', hints: ['Take it back.'] });

  const [again, licences] = await open().judge(asked(false), signal);
  expect(audited).toBe(1);
  expect(again?.judgedAt).toBe(fresh?.judgedAt);
  expect(again?.verdicts[1]).toMatchObject({
    ...{ outcome: 'failed', sentence: secret.sentence, hints: ['Take it back.', 'Found just now.'] },
    place: { file: 'app.py', line: 3 },
  });
  expect(licences?.verdicts).toMatchObject([{ outcome: 'passed', sentence: '9 packages.' }]);
  expect(licences?.verdicts[0]).not.toHaveProperty('hints');

  new AuditStore(db).keep('secrets', { at: Date.now() - 3 * 86_400_000, report });
  const [old] = await open().judge(asked(false), signal);
  expect(old?.verdicts[1]?.hints).toEqual(['Take it back.', 'Found 3 days ago.']);
});
