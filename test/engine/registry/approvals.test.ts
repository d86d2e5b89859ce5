import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { RegistryStore } from '../../../engine/registry/store';
import { openTestRegistry } from '../../support/registry';
import type { TestRegistry } from '../../support/registry';
import { openTestRegistryApi } from '../../support/registryApi';

const ana = { account: 'ana', email: 'ana@x.org', emailFrom: 'account' } as const;
const bea = { account: 'bea', email: 'bea@x.org', emailFrom: 'account' } as const;
const carl = { account: 'carl', email: 'carl@x.org', emailFrom: 'account' } as const;

let parts: TestRegistry;
const runOf = (user: string) =>
  parts.tracking.createRun({ experimentId: parts.tracking.experimentByName('Default').id, user }).id;
const rule = (more: object = {}) =>
  ({ check: 'approval', count: 1, separate_accounts: false, severity: 'error', ...more }) as const;

beforeEach(async () => {
  parts = await openTestRegistry();
  parts.models['m'] = {
    stages: ['dev', 'staging', 'production'],
    gates: { production: [{ metric: 'auc', at_least: 0.75, severity: 'error' }, rule()] },
  };
  parts.evaluate({ auc: 0.8 });
  parts.who.person = ana;
  await parts.register('m', runOf('ana'));
});

const decide = (decision: 'approved' | 'rejected', more: object = {}) =>
  parts.registry.approvals.decide({ name: 'm', version: 1, stage: 'production', decision, comment: '', ...more });
const promote = (version = 1) => parts.registry.promote({ name: 'm', version, to: 'production', reason: 'because' });
const standing = () =>
  parts.registry.approvals.list('m').approvals.map(one => [one.decision, one.reviewer, one.standing]);

test('authors are looked up once, however many versions there are', async () => {
  for (let i = 0; i < 5; i++) await parts.register('m', runOf('ana'));
  parts.who.person = bea;
  await decide('approved');
  const asked = vi.spyOn(RegistryStore.prototype, 'runUsers');
  onTestFinished(() => asked.mockRestore());
  expect(parts.registry.approvals.list('m').authors).toHaveLength(6);
  await parts.registry.get('m');
  expect(asked.mock.calls.length).toBeLessThanOrEqual(3);
});

describe('who may', () => {
  test('nobody approves what they have registered; somebody else lets it through, with all that was seen', async () => {
    await expect(decide('approved')).rejects.toMatchObject({
      code: 'conflict',
      message: 'ana@x.org is an author of version 1 of m.',
    });
    expect(await promote()).toMatchObject({
      promoted: false,
      gates: {
        results: [
          { verdict: 'passed' },
          {
            ...{ check: 'approval', verdict: 'failed', rule: '1 approval', value: 0, bound: 1 },
            sentence:
              'Nobody whose word counts has approved it for production, 1 approval is required. ' +
              'Somebody who is no author: modelyard approve m 1 --stage production.',
          },
        ],
      },
    });
    parts.who.person = bea;
    const made = await decide('approved', { comment: 'saw the slices' });
    expect(made).toMatchObject({
      ...{ decision: 'approved', by: bea, reviewer: 'bea@x.org', comment: 'saw the slices', standing: 'counts' },
      ...{ isSameAccount: false, gates: { verdict: 'passed', results: [{ rule: 'auc ≥ 0.75', value: 0.8 }] } },
    });
    expect(made.gates.results).toHaveLength(1);
    expect(await promote()).toMatchObject({
      promoted: true,
      gates: {
        results: [{}, { verdict: 'passed', sentence: 'bea@x.org has approved it for production, as required.' }],
      },
    });
  });

  test('another account with the same address is the same person, in whatever case it is written', async () => {
    parts.who.person = { account: 'root', email: 'Ana@X.org' };
    await expect(decide('approved')).rejects.toMatchObject({ data: { reason: 'author' } });
  });

  test('without addresses the account tells people apart', async () => {
    parts.who.person = { account: 'ana' };
    await expect(decide('approved')).rejects.toMatchObject({ fix: expect.stringContaining('user.email') });
    parts.who.person = { account: 'bea' };
    expect(await decide('approved')).toMatchObject({ reviewer: 'bea', standing: 'counts' });
  });

  test('who made the run is an author as well', async () => {
    parts.who.person = ana;
    await parts.register('m', runOf('dora'));
    parts.who.person = { account: 'dora', email: 'dora@x.org' };
    await expect(decide('approved', { version: 2 })).rejects.toMatchObject({ data: { reason: 'author' } });
    expect(parts.registry.approvals.list('m', 2).authors).toEqual([
      { version: 2, people: [{ account: 'ana', email: 'ana@x.org' }, { account: 'dora' }] },
    ]);
  });

  test("another address from the author's account counts, is marked, and does not count where accounts must differ", async () => {
    parts.who.person = { account: 'ana', email: 'bea@x.org', emailFrom: 'repository' };
    expect(await decide('approved')).toMatchObject({ isSameAccount: true, by: { emailFrom: 'repository' } });
    const judged = await parts.registry.gates('m', 1, 'production');
    expect(judged.results[1]).toMatchObject({
      verdict: 'passed',
      sentence: "bea@x.org (from the author's account ana) has approved it for production, as required.",
    });
    parts.models['m'] = { ...parts.models['m']!, gates: { production: [rule({ separate_accounts: true })] } };
    expect((await parts.registry.gates('m', 1, 'production')).results[0]).toMatchObject({
      verdict: 'failed',
      sentence: expect.stringContaining("does not count: it came from the author's account ana."),
    });
  });

  test('an author may reject what is theirs', async () => {
    expect(await decide('rejected')).toMatchObject({ standing: 'counts' });
  });

  test('nothing is approved for where versions begin, nor for the archive, nor what is not there', async () => {
    parts.who.person = bea;
    await expect(decide('approved', { stage: 'dev' })).rejects.toMatchObject({ code: 'params.invalid' });
    await expect(decide('approved', { stage: 'archived' })).rejects.toMatchObject({ code: 'params.invalid' });
    await expect(decide('approved', { stage: 'live' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(decide('approved', { version: 9 })).rejects.toMatchObject({ code: 'not-found' });
    expect(parts.registry.approvals.list('m').approvals).toEqual([]);
  });
});

describe('what counts', () => {
  beforeEach(() => {
    parts.who.person = bea;
  });

  test('an approval is for one version and one stage', async () => {
    await decide('approved', { stage: 'staging' });
    expect((await promote()).promoted).toBe(false);
    await decide('approved');
    parts.who.person = ana;
    await parts.register('m', runOf('ana'));
    expect((await promote(2)).promoted).toBe(false);
    expect((await promote(1)).promoted).toBe(true);
  });

  test('a withdrawn one does not, and only its reviewer withdraws it, once', async () => {
    await decide('approved');
    const withdraw = () =>
      parts.registry.approvals.withdraw({ name: 'm', version: 1, stage: 'production', reason: 'wrong file' });
    parts.who.person = carl;
    await expect(withdraw()).rejects.toMatchObject({ code: 'not-found' });
    parts.who.person = bea;
    expect(await withdraw()).toMatchObject({
      standing: 'withdrawn',
      why: 'it was withdrawn by bea@x.org: wrong file',
      withdrawn: { by: bea, reason: 'wrong file' },
    });
    await expect(withdraw()).rejects.toMatchObject({ code: 'not-found' });
    const { gates } = await promote();
    expect(gates.results[1]).toMatchObject({
      verdict: 'failed',
      sentence: expect.stringContaining('The approval by bea@x.org does not count: it was withdrawn'),
    });
  });

  test('the last word of a reviewer counts; a rejection stands against any approvals until it is withdrawn', async () => {
    await decide('approved');
    await decide('approved');
    parts.who.person = carl;
    await decide('approved');
    await decide('rejected', { comment: 'label was wrong' });
    expect(standing()).toEqual([
      ['rejected', 'carl@x.org', 'counts'],
      ['approved', 'carl@x.org', 'superseded'],
      ['approved', 'bea@x.org', 'counts'],
      ['approved', 'bea@x.org', 'superseded'],
    ]);
    expect((await promote()).gates.results[1]).toMatchObject({
      verdict: 'failed',
      sentence: 'carl@x.org has rejected it for production (“label was wrong”), which stands until it is withdrawn.',
    });
    await parts.registry.approvals.withdraw({ name: 'm', version: 1, stage: 'production', reason: '' });
    expect((await promote()).promoted).toBe(true);
  });

  test('gates that became worse void it, better ones do not, new ones that pass do not', async () => {
    await decide('approved');
    const { gates } = parts.models['m']!;
    const [auc, approval] = gates['production']!;
    const judge = async (...rules: NonNullable<typeof gates.production>) => {
      parts.models['m'] = { ...parts.models['m']!, gates: { production: rules } };
      return (await parts.registry.gates('m', 1, 'production')).results.at(-1);
    };
    expect(await judge(approval!), 'a rule is gone').toMatchObject({ verdict: 'passed' });
    expect(
      await judge(auc!, { metric: 'auc', at_least: 0.7, severity: 'error' }, approval!),
      'a new rule passes',
    ).toMatchObject({ verdict: 'passed' });
    expect(
      await judge(auc!, { metric: 'auc', at_least: 0.9, severity: 'warn' }, approval!),
      'a new rule warns',
    ).toMatchObject({ verdict: 'failed', sentence: expect.stringContaining('become worse since: auc ≥ 0.9') });
    parts.evaluate({ auc: 0.7 });
    expect(await judge(auc!, approval!), 'a rule fails that passed').toMatchObject({ verdict: 'failed' });
    expect(standing()).toEqual([['approved', 'bea@x.org', 'outdated']]);
    parts.evaluate({ auc: 0.8 });
    expect(await judge(auc!, approval!), 'and passes again').toMatchObject({ verdict: 'passed' });
  });

  test('what failed when it was approved may go on failing: other rules keep it out', async () => {
    parts.evaluate({ auc: 0.7 });
    await decide('approved');
    const { promoted, gates } = await promote();
    expect(promoted).toBe(false);
    expect(gates.results.map(({ verdict }) => verdict)).toEqual(['failed', 'passed']);
    parts.evaluate({ auc: 0.8 });
    expect((await promote()).promoted).toBe(true);
  });

  test('as many as are asked for, of those that are named: by address in any case, or by account', async () => {
    const gates = { production: [rule({ count: 2, by: ['BEA@x.org', 'carl'] })] };
    parts.models['m'] = { ...parts.models['m']!, gates };
    await decide('approved');
    parts.who.person = { account: 'dora', email: 'dora@x.org' };
    await decide('approved');
    expect((await promote()).gates.results[0]).toMatchObject({
      ...{ rule: '2 approvals by BEA@x.org and carl', verdict: 'failed', value: 1, bound: 2 },
      sentence: expect.stringMatching(/^bea@x.org has approved it for production, 2 approvals are required\./),
    });
    parts.who.person = carl;
    await decide('approved');
    expect((await promote()).promoted).toBe(true);
  });

  test('a gate of approvals alone needs no evaluation', async () => {
    parts.models['m'] = { ...parts.models['m']!, gates: { production: [rule()] } };
    parts.evaluate({});
    await decide('approved');
    expect((await promote()).promoted).toBe(true);
  });

  test('what was approved is known by a digest that changes with what the gates said', async () => {
    const first = await decide('approved');
    const same = await decide('approved');
    parts.evaluate({ auc: 0.81 });
    const other = await decide('approved');
    expect(first.subject).toMatch(/^[0-9a-f]{64}$/);
    expect(same.subject).toBe(first.subject);
    expect(other.subject).not.toBe(first.subject);
  });
});

test('a client of MLflow moves nothing that is not approved, and has no way to approve', async () => {
  const api = await openTestRegistryApi();
  api.models['m'] = { stages: ['None', 'Production'], gates: { Production: [rule()] } };
  api.who.person = ana;
  await api.call('POST registered-models/create', { name: 'm' });
  await api.call('POST model-versions/create', { name: 'm', source: 's3://b/a' });
  const move = () => api.call('POST model-versions/transition-stage', { name: 'm', version: '1', stage: 'Production' });
  const refused = await move();
  expect(refused.status).toBe(400);
  expect(refused.at('message')).toContain('Nobody whose word counts has approved it for Production');
  await api.call('POST model-versions/set-tag', { name: 'm', version: '1', key: 'approval', value: 'approved' });
  expect((await move()).status).toBe(400);
  api.who.person = bea;
  await api.registry.approvals.decide({
    ...{ name: 'm', version: 1, stage: 'Production', decision: 'approved', comment: '' },
  });
  expect((await move()).status).toBe(200);
});
