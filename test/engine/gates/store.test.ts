import { expect, test } from 'vitest';
import { GateStore } from '../../../engine/gates/store';
import type { GateReport } from '../../../engine/protocol/gates';
import { openTestRegistry } from '../../support/registry';

test('the newest report of each stage, and of each version; no other one is read', async () => {
  const { models, register, store } = await openTestRegistry();
  models['m'] = { stages: ['dev', 'staging', 'live'], gates: {} };
  models['n'] = { stages: ['dev', 'live'], gates: {} };
  for (const model of ['m', 'm', 'm', 'n']) await register(model);
  const gates = new GateStore(store.db);
  let judgedAt = 0;
  const record = (model: string, version: number, stage: string): GateReport & { readonly version: number } => {
    const report: GateReport = { model, stage, verdict: 'passed', judgedAt: ++judgedAt, results: [] };
    gates.record({ ...report, version });
    return { ...report, version };
  };
  record('m', 1, 'live');
  record('m', 2, 'live');
  const staging = record('m', 1, 'staging');
  const second = record('m', 2, 'live');
  const first = record('m', 1, 'live');
  const other = record('n', 1, 'live');
  const third = record('m', 3, 'live');
  expect(gates.latest(['m', 'n', 'nobody'])).toEqual(
    new Map([
      ['m', [third, staging]],
      ['n', [other]],
    ]),
  );
  expect(gates.ofVersions('m', [1, 3])).toEqual([third, first, staging]);
  expect(gates.ofVersions('m', [])).toEqual([]);
  // were it read, it would be an error
  store.db.prepare('UPDATE gate_report SET report = ? WHERE judged_at NOT IN (?, ?)').run(['{', second.judgedAt, 7]);
  expect(gates.ofVersions('m', [2])).toEqual([second]);
  store.db.prepare('UPDATE gate_report SET report = ? WHERE judged_at = ?').run([JSON.stringify(staging), 3]);
  expect(gates.latest(['m'])).toEqual(new Map([['m', [third, staging]]]));
});
