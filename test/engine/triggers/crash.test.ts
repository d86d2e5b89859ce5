import { expect, test } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import { TriggerWorld } from '../../support/triggers';

const text = `
name: t
pipelines:
  a:
    on: {schedule: {cron: "0 3 * * *", timezone: UTC}}
    steps: {s: {run: echo}}
`;

async function due(): Promise<TriggerWorld> {
  const world = await TriggerWorld.open(text);
  world.service.watch();
  await world.service.look();
  return world;
}

const runs = (world: TriggerWorld): number =>
  Number(world.store.db.prepare('SELECT count(*) AS n FROM pipeline_run').get()?.['n']);

test('what was written down and not started before the engine was killed is started by the next one, once', async () => {
  const it = await due();
  it.breakCommit = new ModelyardError('store.full', 'There is no room on the disk.');
  await it.at('2026-03-03T03:00:01Z'); // the cause is kept, the run is not
  expect(runs(it)).toBe(0);
  expect((await it.state('a')).queued).toBe(1);
  it.breakCommit = undefined;
  it.restart();
  it.now = Date.parse('2026-03-03T05:00:00Z');
  await it.service.look();
  await it.service.look();
  expect(it.started.map(({ tags }) => tags['modelyard.trigger.cause'])).toEqual(['it was 2026-03-03 03:00']);
  expect(await it.state('a')).toMatchObject({ queued: 0, fired: 1 });
});

test('what was started before the engine was killed is not started again', async () => {
  const it = await due();
  await it.at('2026-03-03T03:00:01Z');
  expect(runs(it)).toBe(1);
  it.restart();
  await it.service.look();
  await it.service.look();
  expect(runs(it)).toBe(1);
});

test('a cursor is not moved without its cause', async () => {
  const it = await due();
  it.store.db.exec("CREATE TRIGGER no_room BEFORE INSERT ON trigger_firing BEGIN SELECT RAISE(ABORT, 'no room'); END");
  await it.at('2026-03-03T03:00:01Z');
  expect(await it.state('a')).toMatchObject({
    fired: 0,
    queued: 0,
    lastSkip: { message: expect.stringContaining('no room') },
  });
  it.store.db.exec('DROP TRIGGER no_room');
  it.restart();
  await it.service.look();
  expect(it.names()).toEqual(['a']);
});

test('a run that somebody has begun in the same moment holds the trigger until its end', async () => {
  const it = await due();
  await it.service.fireByHand('a', '');
  await it.at('2026-03-03T03:00:01Z');
  expect(it.names()).toEqual(['a']);
  await it.end('a');
  expect(it.started.map(({ tags }) => tags['modelyard.trigger'])).toEqual(['manual', 'schedule']);
});

test('what waits is called off when its pipeline is paused', async () => {
  const it = await due();
  await it.service.fireByHand('a', '');
  await it.at('2026-03-03T03:00:01Z');
  await it.service.pause('a');
  await it.end('a');
  await it.service.look();
  expect(it.names()).toEqual(['a']);
  expect((await it.state('a')).lastSkip).toMatchObject({ reason: 'paused' });
});
