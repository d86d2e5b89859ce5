import { describe, expect, it } from 'vitest';
import { ModelyardError } from '../../../../engine/errors';
import { answerCell, givenVector } from '../../../../engine/features/online/cells';
import { onlineWorld as world, start } from './onlineWorld';
import { day } from './views';

describe('reading', () => {
  it('says of each value whether it is present, null, not found or too old', async () => {
    const { push, loan, get, state, online } = await world();
    await push('loans', [loan(1, start - day, 5, null), loan(2, start - 20 * day, 7)]);
    state.now = start + 15 * day;
    expect(await get(['loans'], { applicant_id: [1, 2, 3] })).toEqual([
      { name: 'amount', values: [5, null, null], statuses: ['PRESENT', 'OUTSIDE_MAX_AGE', 'NOT_FOUND'] },
      { name: 'grade', values: [null, null, null], statuses: ['NULL_VALUE', 'OUTSIDE_MAX_AGE', 'NOT_FOUND'] },
    ]);
    const answer = await online.get({ features: ['loans:amount'], entities: { applicant_id: [1, 2, 3] } });
    expect(answer.features[0]?.eventTimes).toEqual([start - day, start - 20 * day, null]);
  });

  it('expires a value one moment after its ttl', async () => {
    const { push, loan, get, state } = await world();
    await push('loans', [loan(1, start, 5)]);
    state.now = start + 30 * day;
    expect(await get(['loans:amount'], { applicant_id: [1] })).toMatchObject([{ statuses: ['PRESENT'] }]);
    state.now++;
    expect(await get(['loans:amount'], { applicant_id: [1] })).toMatchObject([{ statuses: ['OUTSIDE_MAX_AGE'] }]);
    state.now = start + 600 * day;
    expect(await get(['loans:amount'], { applicant_id: [1] })).toMatchObject([{ statuses: ['OUTSIDE_MAX_AGE'] }]);
  });

  it('takes keys in whatever form, and finds nothing for those that are none', async () => {
    const { push, loan, get } = await world();
    await push('loans', [loan('1', start, 5), loan(9007199254740000, start, 6)]);
    expect(
      await get(['loans:amount'], { applicant_id: [1, '1', '1.0', '01', true, null, 1.5, '9007199254740000'] }),
    ).toEqual([
      {
        name: 'amount',
        values: [5, 5, 5, null, null, null, null, 6],
        statuses: [...Array<string>(3).fill('PRESENT'), ...Array<string>(4).fill('NOT_FOUND'), 'PRESENT'],
      },
    ]);
  });

  it('computes windows as they are at the time of reading', async () => {
    const { push, get, state, loan } = await world();
    const spent = [0.1, 0.2, -0.3, 1e100, -1e100].map((amount, index) => loan(1, start - index * day, amount));
    await push('spending', spent);
    const both = ['spending:spent_7d', 'spending:paid_7d', 'spending:last_7d'];
    // fsum([0.1, 0.2, -0.3, 1e100, -1e100]) of Python is 2.7755575615628914e-17
    expect((await get(both, { applicant_id: [1] })).map(({ values }) => values[0])).toEqual([
      2.7755575615628914e-17, 3, 0.1,
    ]);
    state.now = start + 6.5 * day;
    expect((await get(both, { applicant_id: [1] })).map(({ values }) => values[0])).toEqual([0.1, 1, 0.1]);
    state.now = start + 7 * day;
    expect(await get(both, { applicant_id: [1] })).toEqual([
      { name: 'spent_7d', values: [0], statuses: ['PRESENT'] },
      { name: 'paid_7d', values: [0], statuses: ['PRESENT'] },
      { name: 'last_7d', values: [null], statuses: ['NOT_FOUND'] },
    ]);
  });

  it('counts no event before its time has come', async () => {
    const { push, get, state, loan } = await world();
    await push('spending', [loan(1, start + 30_000, 5)]);
    expect(await get(['spending:spent_7d'], { applicant_id: [1] })).toMatchObject([{ values: [0] }]);
    state.now = start + 30_000;
    expect(await get(['spending:spent_7d'], { applicant_id: [1] })).toMatchObject([{ values: [5] }]);
  });

  it('evaluates what is computed on demand with what the request gives', async () => {
    const { push, get, loan } = await world();
    await push('loans', [loan(1, start, 4), loan(2, start, 0)]);
    const asked = { applicant_id: [1, 2, 3], asked: [2, 2, '2'] };
    expect(await get(['affordability'], asked)).toEqual([
      { name: 'share', values: [0.5, null, null], statuses: ['PRESENT', 'NULL_VALUE', 'NULL_VALUE'] },
    ]);
    await expect(get(['affordability'], { applicant_id: [1], asked: ['much'] })).rejects.toThrow(
      'asked must be a number, but value 1 is "much".',
    );
  });

  it('answers with times to the microsecond, and takes them so', () => {
    const micros = Date.UTC(2024, 1, 29, 12, 30, 5, 123) + 0.456;
    expect(answerCell('datetime', micros)).toBe('2024-02-29T12:30:05.123456Z');
    expect(answerCell('datetime', micros - 0.456)).toBe('2024-02-29T12:30:05.123Z');
    expect(answerCell('date', Date.UTC(2024, 1, 29))).toBe('2024-02-29');
    const given = ['2024-02-29T12:30:05.123456Z', '2024-02-29 13:30:05.1234569+01:00', '2024-02-29T12:30:05.123456'];
    expect(givenVector('at', 'datetime', given)).toMatchObject({ values: Float64Array.of(micros, micros, micros) });
    expect(() => givenVector('at', 'datetime', ['soon'])).toThrow('at must be a datetime, but value 1 is "soon".');
  });

  it('refuses what does not fit, by name', async () => {
    const { get } = await world();
    await expect(get(['loans'], {})).rejects.toThrow('`applicant_id` is missing.');
    await expect(get(['loans'], { applicant_id: [1], aplicant_id: [1] })).rejects.toMatchObject({
      message: 'None of the features needs `aplicant_id`.',
      fix: 'Did you mean `applicant_id`?',
    });
    await expect(get(['affordability'], { applicant_id: [1, 2], asked: [1] })).rejects.toMatchObject({
      message: 'asked has 1 value, but applicant_id has 2.',
      fix: 'Give as many values of each, one an entity.',
    });
    await expect(get(['loan'], { applicant_id: [1] })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('finds out once what a request means, until modelyard.yaml is another', async () => {
    const { get, state } = await world();
    await get(['loans'], { applicant_id: [1] });
    await get(['loans'], { applicant_id: [2] });
    expect(state.selections).toBe(1);
    state.stamp = '2';
    await get(['loans'], { applicant_id: [2] });
    expect(state.selections).toBe(2);
  });

  it('answers as before what it was asked before while modelyard.yaml is wrong', async () => {
    const { get, push, loan, state } = await world();
    await push('loans', [loan(1, start, 4)]);
    const before = await get(['loans'], { applicant_id: [1] });
    state.stamp = '2';
    state.problem = new ModelyardError('config.invalid', 'modelyard.yaml:3:1: nothing of the kind.');
    expect(await get(['loans'], { applicant_id: [1] })).toEqual(before);
    await expect(get(['loans:amount'], { applicant_id: [1] })).rejects.toMatchObject({ code: 'config.invalid' });
    expect(state.selections).toBe(2);
    state.stamp = '3';
    state.problem = undefined;
    expect(await get(['loans'], { applicant_id: [1] })).toEqual(before);
    expect(state.selections).toBe(3);
  });

  it('keeps a sample of what it has answered', async () => {
    const { get, push, loan, online } = await world();
    await push('loans', [loan(1, start, 4)]);
    await get(['loans'], { applicant_id: [1, 2, 'x'] });
    await get(['affordability'], { applicant_id: [1], asked: [1] });
    const rows = online.served({ view: 'loans', version: 1 }, { limit: 10 });
    expect(rows.map(({ key, values }) => ({ key, values }))).toEqual([
      { key: '1', values: { amount: 4, grade: 'A' } },
      { key: '2', values: { amount: null, grade: null } },
      { key: '1', values: { amount: 4 } },
    ]);
    expect(online.served({ view: 'loans', version: 1 }, { limit: 2 })).toEqual(rows.slice(1));
  });
});
