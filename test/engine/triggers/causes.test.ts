import { expect, test } from 'vitest';
import { TriggerWorld } from '../../support/triggers';

async function watched(on: string, more = ''): Promise<TriggerWorld> {
  const world = await TriggerWorld.open(`
name: t
datasets:
  d: {path: data/d.csv}
  e: {path: data/e.csv}
models:
  m: {}
pipelines:
  a:
    on: ${on}
    steps: {s: {run: echo}}
  b:
    ${more === '' ? '' : `on: ${more}`}
    steps: {s: {run: echo}}
`);
  world.write('data/d.csv', 'one');
  world.service.watch();
  await world.service.look();
  return world;
}

test('data starts a pipeline when its content is another, not when its time is', async () => {
  const it = await watched('{change: d}');
  it.now += 1000;
  it.write('data/d.csv', 'one');
  await it.look();
  expect(it.names()).toEqual([]);
  it.now += 1000;
  it.write('data/d.csv', 'two');
  await it.service.look();
  expect(it.names(), 'it may still be written').toEqual([]);
  await it.service.look();
  expect(it.started[0]?.tags['modelyard.trigger.cause']).toBe('dataset d has changed');
  await it.end('a');
  await it.look();
  expect(it.names()).toEqual(['a']);
});

test('data that is written is not read before it rests', async () => {
  const it = await watched('{change: d}');
  const before = it.reads;
  for (const text of ['x', 'xy', 'xyz']) {
    it.now += 1000;
    it.write('data/d.csv', text);
    await it.service.look();
  }
  expect(it.reads).toBe(before);
  await it.service.look();
  expect(it.reads).toBe(before + 1);
  expect(it.names()).toEqual(['a']);
});

test('a change while nothing ran starts it once, and data that comes late does', async () => {
  const it = await watched('{change: [d, e]}');
  it.now += 1000;
  it.write('data/d.csv', 'two');
  it.write('data/e.csv', 'new');
  it.restart();
  await it.look();
  expect(it.started.map(({ tags }) => tags['modelyard.trigger.cause'])).toEqual(['datasets d, e have changed']);
});

test('data that is missing is said once, and is no change when it comes back', async () => {
  const it = await watched('{change: d}');
  it.files.delete('data/d.csv');
  await it.look();
  await it.look();
  expect(it.events).toMatchObject([
    { what: 'skipped', reason: 'unreadable', message: 'The file of dataset d is missing.' },
  ]);
  it.now += 1000;
  it.write('data/d.csv', 'one');
  await it.look();
  expect(it.names()).toEqual([]);
});

test('a file that fits a pattern starts it when it is new or another', async () => {
  const it = await watched('{files: "in/*"}');
  it.write('in/a.txt', 'one');
  it.write('in/b.txt', 'one');
  await it.look();
  await it.end('a');
  it.files.delete('in/b.txt');
  await it.look();
  it.now += 1000;
  it.write('in/a.txt', 'two!');
  await it.look();
  expect(it.started.map(({ tags }) => tags['modelyard.trigger.cause'])).toEqual([
    'in/a.txt and 1 more are new or have changed',
    'in/a.txt is new or has changed',
  ]);
});

test('files that come together start one run, and one that never rests holds up the others not for ever', async () => {
  const it = await watched('{files: "in/*"}');
  it.write('in/a.txt', 'whole');
  for (let look = 1; look <= 5; look++) {
    it.now += 2000;
    it.write('in/b.txt', 'x'.repeat(look));
    await it.service.look();
  }
  expect(it.names()).toEqual([]);
  await it.service.look();
  expect(it.started[0]?.tags['modelyard.trigger.cause']).toBe('in/a.txt and 1 more are new or have changed');
  await it.end('a');
  it.write('in/c.txt', 'whole');
  let looks = 0;
  while (it.names().length < 2 && looks < 100) {
    looks++;
    it.now += 2000;
    it.write('in/log.txt', 'x'.repeat(looks));
    await it.service.look();
  }
  expect(looks).toBe(17);
  expect(it.started[1]?.tags['modelyard.trigger.cause']).toBe('in/c.txt is new or has changed');
});

test('a model starts it when a version is registered, another when one enters its stage', async () => {
  const it = await watched('{model: m}', '{model: {name: m, stage: production}}');
  it.moves.push(
    { id: 7, version: 3, to: 'dev', at: it.now },
    { id: 8, version: 3, from: 'dev', to: 'staging', at: it.now },
  );
  await it.service.look();
  expect(it.names()).toEqual(['a']);
  it.moves.push({ id: 9, version: 3, from: 'staging', to: 'production', at: it.now });
  it.restart();
  await it.service.look();
  await it.service.look();
  expect(it.started.map(({ pipeline, tags }) => [pipeline, tags['modelyard.trigger.cause']])).toEqual([
    ['a', 'version 3 of m was registered'],
    ['b', 'version 3 of m entered production'],
  ]);
});

test('a pipeline that runs is started once more afterwards, however often its data changes', async () => {
  const it = await watched('{change: d}');
  for (const text of ['v1', 'v2', 'v3', 'v4']) {
    it.now += 1000;
    it.write('data/d.csv', text);
    await it.look();
  }
  expect(it.names()).toEqual(['a']);
  expect(it.events.map(({ what, reason }) => reason ?? what)).toEqual(['started', 'queued', 'queued', 'queued']);
  expect((await it.state('a', 'change')).queued).toBe(1);
  await it.end('a');
  expect(it.names()).toEqual(['a', 'a']);
  await it.end('a');
  await it.look();
  expect(it.names()).toEqual(['a', 'a']);
});

test('`overlap: skip` starts nothing while the pipeline runs', async () => {
  const it = await watched('{change: d, overlap: skip}');
  for (const text of ['v1', 'v2']) {
    it.now += 1000;
    it.write('data/d.csv', text);
    await it.look();
  }
  await it.end('a');
  await it.look();
  expect(it.names()).toEqual(['a']);
  expect((await it.state('a', 'change')).lastSkip).toMatchObject({
    reason: 'running',
    message: 'Dataset d has changed, but a was running (`overlap: skip`).',
  });
});

test('a cool-down holds data back until it is over, and lets a time pass', async () => {
  const it = await watched('{change: {datasets: d, cool_down: 10m}, schedule: {cron: "*/5 * * * *", cool_down: 7m}}');
  it.now = Date.parse('2026-03-02T12:01:00Z');
  it.write('data/d.csv', 'v1');
  await it.look();
  await it.end('a');
  it.now = Date.parse('2026-03-02T12:02:00Z');
  it.write('data/d.csv', 'v2');
  const reads = it.reads;
  await it.look();
  await it.look();
  expect(it.reads, 'a change that waits is not read again').toBe(reads + 1);
  expect((await it.state('a', 'change')).lastSkip?.message).toMatch(/^a cools down until 2026-03-02 \d\d:11\.$/);
  expect(it.events.filter(({ reason }) => reason === 'cool-down')).toHaveLength(1);
  await it.at('2026-03-02T12:05:01Z');
  await it.end('a');
  await it.at('2026-03-02T12:10:01Z');
  expect(it.names()).toEqual(['a', 'a']);
  expect((await it.state('a')).lastSkip?.reason).toBe('cool-down');
  await it.at('2026-03-02T12:11:01Z');
  expect(it.names()).toEqual(['a', 'a', 'a']);
  expect(it.started[2]?.tags['modelyard.trigger']).toBe('change');
});

test('a budget is for a trigger, or for all of a pipeline together', async () => {
  const it = await watched('{change: d, schedule: {cron: "0 * * * *"}, budget: {runs: 2, per: day}}');
  it.now = Date.parse('2026-03-02T12:30:00Z');
  it.write('data/d.csv', 'v1');
  await it.look();
  await it.end('a');
  await it.at('2026-03-02T13:00:00Z');
  await it.end('a');
  await it.at('2026-03-02T14:00:00Z');
  expect(it.names()).toEqual(['a', 'a']);
  expect(await it.state('a')).toMatchObject({
    budget: { runs: 2, per: 'day', used: 2 },
    lastSkip: {
      reason: 'budget',
      message: expect.stringMatching(/^The budget of 2 runs a day of a is spent until 2026-03-03/),
    },
  });
  await it.at('2026-03-03T12:30:01Z'); // one of the two is a day ago; what was missed meanwhile is made up for
  expect(it.names()).toEqual(['a', 'a', 'a']);
});

test('by hand it starts in spite of a pause, waits for its run, and may be forbidden', async () => {
  const it = await watched('{change: d, cool_down: 1h}', '{schedule: "@daily", manual: false}');
  await it.service.pause('a');
  expect(await it.service.fireByHand('a', 'new prices')).toMatchObject({ outcome: 'started' });
  expect(it.started[0]?.tags).toMatchObject({
    'modelyard.trigger': 'manual',
    'modelyard.trigger.cause': 'somebody fired it by hand (new prices)',
  });
  expect(await it.service.fireByHand('a', '')).toMatchObject({ outcome: 'queued' });
  expect(await it.service.fireByHand('a', '')).toMatchObject({
    outcome: 'queued',
    message: 'a is about to start already.',
  });
  await it.end('a');
  expect(it.names()).toEqual(['a', 'a']);
  await expect(it.service.fireByHand('b', '')).rejects.toMatchObject({ code: 'conflict' });
  await expect(it.service.fireByHand('nope', '')).rejects.toMatchObject({ code: 'not-found' });
});

test('what others find comes through the same door, and the same cause starts nothing twice', async () => {
  const it = await watched('{model: m}');
  const cause = { pipeline: 'a', kind: 'model' as const, key: 'elsewhere 1', says: 'a mirror has a new version' };
  expect(it.service.fire(cause).outcome).toBe('queued');
  await it.service.look();
  await it.end('a');
  expect(it.service.fire(cause)).toMatchObject({
    outcome: 'skipped',
    message: expect.stringContaining('has started a before'),
  });
  expect(it.service.fire({ ...cause, pipeline: 'b' })).toMatchObject({
    outcome: 'skipped',
    message: 'b has no trigger `model`.',
  });
});

test('pipelines that start each other are stopped after two rounds, with the way round', async () => {
  const it = await watched('{change: d}', '{change: e}');
  it.write('data/e.csv', '0');
  await it.look();
  await it.end('b');
  it.started.length = 0;
  it.now += 60_000;
  it.write('data/d.csv', 'by hand');
  await it.look();
  for (let round = 1; round <= 4; round++) {
    it.now += 1000;
    if (it.names().at(-1) === 'a') it.write('data/e.csv', `e${round}`); // its run does so
    else it.write('data/d.csv', `d${round}`);
    it.now += 1000;
    await it.look();
    await it.end(round % 2 === 1 ? 'a' : 'b');
    await it.look();
  }
  expect(it.names()).toEqual(['a', 'b', 'a', 'b']);
  expect((await it.state('a', 'change')).lastSkip).toMatchObject({
    reason: 'loop',
    message:
      'a → b → a → b → a: these pipelines start each other, so a is not started again. Remove one of their triggers, or have a run write only what has changed.',
  });
});

test('a version that the run of a trigger registers goes on with its chain', async () => {
  const it = await watched('{model: m}');
  for (let round = 1; round <= 5; round++) {
    const made = round > 1 && it.names().length > 0 ? { runId: it.lastRunId() } : {};
    it.moves.push({ id: round, version: round, to: 'dev', at: it.now, ...made });
    await it.look();
    await it.end('a');
    await it.look();
  }
  expect(it.names()).toEqual(['a', 'a']);
  expect((await it.state('a', 'model')).lastSkip?.reason).toBe('loop');
});
