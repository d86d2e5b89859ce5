import { describe, expect, test } from 'vitest';
import { experimentId } from '../../../engine/ids';
import { openTestTracking } from '../../support/tracking';

test('there is a default experiment from the start, made once', async () => {
  const { tracking, store, clock } = await openTestTracking();
  expect(tracking.experiments()).toEqual([
    { id: '0', name: 'Default', lifecycle: 'active', createdAt: clock.now, updatedAt: clock.now, tags: {}, runs: 0 },
  ]);
  tracking.renameExperiment(experimentId('0'), 'Mine');
  const again = await openTestTracking({ store });
  expect(again.tracking.experiments().map(({ name }) => name)).toEqual(['Mine']);
});

test('an experiment is made, found, renamed and tagged', async () => {
  const { tracking, clock } = await openTestTracking();
  const made = tracking.createExperiment('credit', { team: 'risk' });
  expect(tracking.ensureExperiment('credit').id).toBe(made.id);
  expect(tracking.ensureExperiment('other').id).not.toBe(made.id);
  expect(tracking.getExperiment(made.id)).toMatchObject({ name: 'credit', tags: { team: 'risk' }, runs: 0 });
  tracking.createRun({ experimentId: made.id, user: '' });
  expect(tracking.experimentByName('credit').runs).toBe(1);
  clock.now += 10;
  expect(tracking.renameExperiment(made.id, 'credit-2')).toMatchObject({ name: 'credit-2', updatedAt: clock.now });
  tracking.setExperimentTag(made.id, 'team', 'fraud');
  tracking.setExperimentTag(made.id, 'x', 'y');
  tracking.deleteExperimentTag(made.id, 'x');
  expect(tracking.getExperiment(made.id).tags).toEqual({ team: 'fraud' });
  expect(() => tracking.deleteExperimentTag(made.id, 'x')).toThrow(
    `No tag with name: x in experiment with id ${made.id}`,
  );
});

test('names are unique, also among the deleted', async () => {
  const { tracking } = await openTestTracking();
  const { id } = tracking.createExperiment('a');
  const other = tracking.createExperiment('b').id;
  expect(() => tracking.createExperiment('a')).toThrow('Experiment(name=a) already exists.');
  expect(() => tracking.renameExperiment(other, 'a')).toThrow('Experiment(name=a) already exists.');
  tracking.deleteExperiment(id);
  expect(() => tracking.createExperiment('a')).toThrow('Experiment(name=a) already exists. It has been deleted.');
  expect(() => tracking.ensureExperiment('a')).toThrow('It has been deleted.');
  expect(() => tracking.createExperiment(' ')).toThrow('The name of an experiment is empty.');
  expect(() => tracking.createExperiment('x'.repeat(501))).toThrow('has 501 characters; 500 are allowed');
  expect(() => tracking.getExperiment(experimentId('999999'))).toThrow('No Experiment with id=999999 exists');
  expect(() => tracking.experimentByName('zz')).toThrow("Could not find experiment with name 'zz'");
});

test('runs go to the trash with their experiment, and only those come back', async () => {
  const { tracking, clock } = await openTestTracking();
  const { id } = tracking.createExperiment('a');
  const [kept, thrown] = [1, 2].map(() => tracking.createRun({ experimentId: id, user: '' }).id);
  tracking.deleteRun(thrown!);
  tracking.deleteExperiment(id);
  expect(() => tracking.createRun({ experimentId: id, user: '' })).toThrow(
    `The experiment ${id} must be in the 'active' state. Current state is deleted.`,
  );
  expect(() => tracking.deleteExperiment(id)).toThrow(`No Experiment with id=${id} exists`);
  expect(() => tracking.restoreRun(kept!)).toThrow("must be in the 'active' state");
  expect(tracking.experiments().map(({ name }) => name)).toEqual(['Default']);
  clock.now += 1;
  tracking.restoreExperiment(id);
  expect(tracking.getRun(kept!).lifecycle).toBe('active');
  expect(tracking.getRun(thrown!).lifecycle).toBe('deleted');
  expect(() => tracking.restoreExperiment(id)).toThrow(`No Experiment with id=${id} exists`);
});

describe('search', () => {
  test('filters, orders and pages', async () => {
    const { tracking, clock } = await openTestTracking();
    for (const name of ['apple', 'Banana', 'cherry']) {
      clock.now += 1;
      tracking.createExperiment(name, name === 'cherry' ? { colour: 'red' } : {});
    }
    const names = (search: Parameters<typeof tracking.searchExperiments>[0]): readonly string[] =>
      tracking.searchExperiments(search).experiments.map(({ name }) => name);
    expect(names({})).toEqual(['cherry', 'Banana', 'apple', 'Default']);
    expect(names({ orderBy: ['name'] })).toEqual(['Banana', 'Default', 'apple', 'cherry']);
    expect(names({ orderBy: ['experiment_id DESC'] })).toEqual(['cherry', 'Banana', 'apple', 'Default']);
    expect(names({ filter: "name ILIKE '%AN%'" })).toEqual(['Banana']);
    expect(names({ filter: "name LIKE '%AN%'" })).toEqual([]);
    expect(names({ filter: "tags.colour = 'red'" })).toEqual(['cherry']);
    expect(names({ filter: "attribute.name != 'apple' AND tags.colour IS NULL" })).toEqual(['Banana', 'Default']);
    expect(names({ filter: "experiment_id IN ('0', '1')" })).toEqual(['apple', 'Default']);
    expect(names({ filter: `creation_time > ${clock.now - 1}` })).toEqual(['cherry']);
    expect(() => names({ filter: "metrics.m = 'x'" })).toThrow("Invalid entity type 'metrics'");
    expect(() => names({ filter: 'size > 1' })).toThrow("Invalid attribute key 'size'");
    const first = tracking.searchExperiments({ limit: 3 });
    const rest = tracking.searchExperiments({ limit: 3, pageToken: first.nextPageToken ?? '' });
    expect(rest.experiments.map(({ name }) => name)).toEqual(['Default']);
    expect(rest.nextPageToken).toBeUndefined();
    expect(() => names({ limit: 0 })).toThrow('must be between 1 and 50000, not 0');
    expect(() => names({ pageToken: 'x' })).toThrow('Invalid page token');
  });
});
