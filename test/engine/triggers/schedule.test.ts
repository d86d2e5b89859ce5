import { expect, test } from 'vitest';
import { TriggerWorld } from '../../support/triggers';

const daily = (more = '') => `
name: t
pipelines:
  a:
    on: {schedule: {cron: "0 3 * * *", timezone: UTC${more}}}
    steps: {s: {run: echo}}
`;

async function watched(text: string): Promise<TriggerWorld> {
  const world = await TriggerWorld.open(text);
  world.service.watch();
  await world.service.look();
  return world;
}

test('a schedule starts its pipeline once at its time, and its run says why', async () => {
  const it = await watched(daily());
  await it.at('2026-03-03T02:59:59Z');
  expect(it.names()).toEqual([]);
  await it.at('2026-03-03T03:00:01Z');
  await it.at('2026-03-03T03:00:03Z');
  expect(it.started).toMatchObject([
    {
      pipeline: 'a',
      tags: {
        'modelyard.trigger': 'schedule',
        'modelyard.trigger.cause': 'it was 2026-03-03 03:00',
        'modelyard.trigger.chain': 'a',
      },
    },
  ]);
  await it.end('a');
  await it.at('2026-03-04T03:00:00Z');
  expect(it.names()).toEqual(['a', 'a']);
  expect(await it.state('a')).toMatchObject({ fired: 2, skipped: 0, next: Date.parse('2026-03-05T03:00Z') });
});

test('it is waited for nothing while nobody watches', async () => {
  const it = await TriggerWorld.open(daily());
  const watching = it.service.watch();
  await it.service.look();
  watching.release();
  await it.at('2026-03-03T03:00:01Z');
  expect(it.names()).toEqual([]);
  it.service.watch();
  await it.service.look();
  expect(it.names()).toEqual(['a']);
});

test.each([
  ['once', ['it was 2026-03-05 03:00, which makes up for 3 missed times']],
  ['skip', []],
  ['all', ['it was 2026-03-03 03:00', 'it was 2026-03-04 03:00', 'it was 2026-03-05 03:00']],
])('what was missed while nothing ran: %s', async (missed, causes) => {
  const it = await watched(daily(`, missed: ${missed}`));
  it.service.close();
  it.now = Date.parse('2026-03-05T10:00:00Z');
  it.restart();
  await it.service.look();
  for (const _ of causes) {
    await it.end('a');
    await it.service.look();
  }
  expect(it.started.map(({ tags }) => tags['modelyard.trigger.cause'])).toEqual(causes);
  const { lastSkip, skipped } = await it.state('a');
  if (missed === 'skip') {
    expect(lastSkip).toMatchObject({
      reason: 'missed',
      message: '3 missed times up to 2026-03-05 03:00 while nothing ran: not made up for.',
    });
    expect(skipped).toBe(3);
  } else expect(lastSkip).toBeUndefined();
  await it.at('2026-03-06T03:00:00Z');
  expect(it.names()).toHaveLength(causes.length + 1);
});

test.each([
  ['all', 100, '900 or more missed times up to 2026-03-04 10:20 while nothing ran: not made up for.'],
  ['once', 1, undefined],
])('of very many missed times (%s) no more is done than makes sense', async (missed, waiting, message) => {
  const it = await watched(daily(`, missed: ${missed}`).replace('0 3 * * *', '* * * * *'));
  it.service.close();
  it.now = Date.parse('2026-03-04T12:00:30Z');
  it.restart();
  await it.service.look();
  const state = await it.state('a');
  expect(state.fired).toBe(waiting);
  expect(state.lastSkip?.message).toBe(message);
  if (missed === 'once')
    expect(it.started[0]?.tags['modelyard.trigger.cause']).toBe(
      'it was 2026-03-04 12:00, which makes up for 999 or more missed times',
    );
});

test('a time that is on time counts beside those that were missed', async () => {
  const it = await watched(daily(', missed: skip'));
  await it.at('2026-03-05T03:00:20Z');
  expect(it.names()).toEqual(['a']);
  expect((await it.state('a')).lastSkip?.message).toBe(
    '2 missed times up to 2026-03-04 03:00 while nothing ran: not made up for.',
  );
});

test('a clock that is moved back fires nothing again, and says so once', async () => {
  const it = await watched(daily());
  await it.at('2026-03-03T03:00:01Z');
  await it.end('a');
  await it.at('2026-03-03T01:00:00Z');
  await it.at('2026-03-03T01:00:02Z');
  await it.at('2026-03-03T03:00:01Z');
  expect(it.names()).toEqual(['a']);
  expect((await it.state('a')).lastSkip?.reason).toBe('clock');
  expect(it.events.filter(({ reason }) => reason === 'clock')).toHaveLength(1);
  await it.at('2026-03-04T03:00:01Z');
  expect(it.names()).toEqual(['a', 'a']);
});

test('a clock that was years ahead does not stop the schedule when it is put right', async () => {
  const it = await watched(daily());
  await it.at('2026-03-03T03:00:01Z');
  await it.end('a');
  await it.at('2099-01-01T00:00:00Z');
  await it.end('a');
  expect(it.names()).toEqual(['a', 'a']);
  await it.at('2026-03-03T02:00:00Z');
  expect((await it.state('a')).lastSkip).toMatchObject({
    reason: 'clock',
    message: expect.stringContaining('goes on from 2026-03-03'),
  });
  await it.at('2026-03-03T03:00:01Z'); // has fired before
  expect(it.names()).toEqual(['a', 'a']);
  expect((await it.state('a')).lastSkip?.reason).toBe('duplicate');
  await it.at('2026-03-04T03:00:01Z');
  expect(it.names()).toEqual(['a', 'a', 'a']);
});

test('a schedule that never comes says so and starts nothing', async () => {
  const it = await watched(daily().replace('0 3 * * *', '0 3 30 2 *'));
  await it.at('2036-03-03T03:00:01Z');
  expect(it.names()).toEqual([]);
  const state = await it.state('a');
  expect(state.problem).toBe('`0 3 30 2 * (UTC)` never comes: no month has such a day.');
  expect(state.next).toBeUndefined();
});

test('another cron text begins anew: nothing of the old one is made up for', async () => {
  const it = await watched(daily());
  it.now = Date.parse('2026-03-03T02:00:00Z');
  it.config(daily().replace('0 3 * * *', '0 1 * * *'));
  await it.service.look();
  expect(it.names()).toEqual([]);
  await it.at('2026-03-04T01:00:00Z');
  expect(it.names()).toEqual(['a']);
});

test('while modelyard.yaml is broken nothing starts and nothing is lost', async () => {
  const it = await watched(daily());
  it.config('pipelines: [');
  await it.at('2026-03-03T03:00:01Z');
  expect(it.names()).toEqual([]);
  expect((await it.service.list()).problem).toBeTruthy();
  it.config(daily());
  await it.at('2026-03-03T03:30:00Z');
  expect(it.names()).toEqual(['a']);
});

test('a paused trigger starts nothing, and nothing of the pause when it goes on', async () => {
  const it = await watched(daily());
  await it.service.pause('a', 'schedule');
  await it.at('2026-03-03T03:00:01Z');
  expect(it.names()).toEqual([]);
  expect((await it.state('a')).paused).toBe(true);
  it.now = Date.parse('2026-03-03T10:00:00Z');
  await it.service.resume('a');
  await it.service.look();
  expect(it.names()).toEqual([]);
  await it.at('2026-03-04T03:00:01Z');
  expect(it.names()).toEqual(['a']);
});

test('the next times of all schedules, with the clock of their zone, over the change to summer time', async () => {
  const it = await watched(`
name: t
pipelines:
  berlin: {on: {schedule: {cron: "30 2 * * *", timezone: Europe/Berlin}}, steps: {s: {run: echo}}}
  tokyo: {on: {schedule: {cron: "0 12 * * *", timezone: Asia/Tokyo}}, steps: {s: {run: echo}}}
  never: {on: {schedule: "0 0 30 2 *"}, steps: {s: {run: echo}}}
  plain: {steps: {s: {run: echo}}}
`);
  it.now = Date.parse('2026-03-28T02:00:00Z');
  await it.service.pause('tokyo');
  const times = await it.service.next({ count: 4 });
  expect(
    times.map(({ pipeline, at, there, zone, paused }) => [pipeline, new Date(at).toISOString(), there, zone, paused]),
  ).toEqual([
    ['tokyo', '2026-03-28T03:00:00.000Z', '2026-03-28 12:00', 'Asia/Tokyo', true],
    ['berlin', '2026-03-29T01:00:00.000Z', '2026-03-29 03:00', 'Europe/Berlin', false], // 2:30 is left out
    ['tokyo', '2026-03-29T03:00:00.000Z', '2026-03-29 12:00', 'Asia/Tokyo', true],
    ['berlin', '2026-03-30T00:30:00.000Z', '2026-03-30 02:30', 'Europe/Berlin', false],
  ]);
  const local = new Date(times[0]!.at);
  expect(times[0]?.here).toContain(
    `${String(local.getHours()).padStart(2, '0')}:${String(local.getMinutes()).padStart(2, '0')}`,
  );
  expect(await it.service.next({ count: 3, pipeline: 'never' })).toEqual([]);
  await expect(it.service.next({ count: 1, pipeline: 'plain' })).rejects.toMatchObject({ code: 'not-found' });
  await expect(it.service.next({ count: 1, pipeline: 'tokio' })).rejects.toMatchObject({
    fix: 'Did you mean `tokyo`?',
  });
});

test.each([
  [
    'the hour that is left out',
    '2026-03-28T12:00Z',
    ['2026-03-29T00:59:58Z', '2026-03-29T01:00:02Z', '2026-03-29T01:30:02Z'],
    1,
  ],
  [
    'the hour that comes twice',
    '2026-10-24T12:00Z',
    ['2026-10-25T00:30:02Z', '2026-10-25T01:30:02Z', '2026-10-25T02:00:00Z'],
    1,
  ],
])('summer time, %s: 2:30 starts one run', async (_, begin, looks, runs) => {
  const it = await TriggerWorld.open(daily().replace('0 3 * * *', '30 2 * * *').replace('UTC', 'Europe/Berlin'));
  it.now = Date.parse(begin);
  it.service.watch();
  await it.service.look();
  for (const time of looks) {
    await it.at(time);
    if (it.names().length > 0) await it.end('a');
  }
  expect(it.names()).toHaveLength(runs);
  expect((await it.state('a')).missed).toBe(0);
});

test('a laptop that slept through the change to summer time makes up for each day once', async () => {
  const it = await watched(daily(', missed: all').replace('0 3 * * *', '30 2 * * *').replace('UTC', 'Europe/Berlin'));
  it.service.close();
  it.now = Date.parse('2026-03-31T10:00:00Z');
  it.restart();
  await it.service.look();
  const { fired, missed } = await it.state('a');
  expect([fired, missed]).toEqual([29, 29]); // 3 to 31 March
});

test.each(['once', 'skip', 'all'])(
  'times that nobody watched are counted (%s), over a pause and an engine',
  async missed => {
    const it = await watched(daily(`, missed: ${missed}`));
    await it.at('2026-03-05T10:00:00Z');
    expect((await it.state('a')).missed).toBe(3);
    it.restart();
    await it.service.pause('a');
    await it.service.resume('a');
    expect((await it.state('a')).missed).toBe(3);
    it.config(daily(`, missed: ${missed}`).replace('0 3 * * *', '0 4 * * *'));
    await it.service.look();
    expect((await it.state('a')).missed, 'another schedule').toBe(0);
  },
);
