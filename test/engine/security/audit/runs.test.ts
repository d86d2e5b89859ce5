import { expect, test } from 'vitest';
import { runContent } from '../../../../engine/process/wiring/openAudit';
import { secretsInFiles } from '../../../../engine/security/secrets/scanFiles';
import { openTestTracking } from '../../../support/tracking';
import { planted } from '../secrets/planted';

test('parameters, tags and texts of runs are looked through, each content once', async () => {
  const { tracking, store, newRun } = await openTestTracking();
  const token = planted().find(({ rule }) => rule === 'github-token')?.secret ?? '';
  const [first, second] = [newRun('first'), newRun('second')];
  tracking.logParams(first, { depth: '3', credential: token });
  tracking.setTags(second, { note: `with ${token} it works` });
  for (const run of [first, second]) tracking.logArtifactBytes(run, 'logs/out.txt', Buffer.from(`a\nsaid ${token}\n`));
  tracking.logArtifactBytes(first, 'model.onnx', Buffer.from(token));
  const { texts, stored } = runContent({ tracking, store });
  const found = secretsInFiles(stored, texts, { allow: [] }).findings;
  // of the same content either run may be named
  const places = found.map(({ file, line }) => `${file.replace(/r-[12]\/logs/, 'r-n/logs')}:${line}`);
  expect(places.sort()).toEqual([
    'run r-1 (parameters):1',
    expect.stringMatching(/^run r-2 \(tags\):\d+$/),
    'run r-n/logs/out.txt:2',
  ]);
  expect(JSON.stringify(found)).not.toContain(token);
});
