import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigService } from '../../../engine/config/service';
import type { TriggerPorts } from '../../../engine/triggers/ports';
import { TriggerService } from '../../../engine/triggers/service';
import { never, world } from '../../support/pipelineWorld';
import { openTestStore, temporaryFolder } from '../../support/store';

/** The scheduler over the pipelines as they are, with a clock that the test moves. */
async function watched(on: string, clock: string) {
  const root = temporaryFolder();
  writeFileSync(
    path.join(root, 'modelyard.yaml'),
    `name: x
pipelines:
  p:
    partitions: {every: day, start: 2026-03-01}
    on: {schedule: {cron: "0 2 * * *", timezone: UTC${on}}}
    steps: {a: {run: "echo \${{ partition }} >> made.txt"}}
`,
  );
  const config = new ConfigService({ root, configFile: 'modelyard.yaml', columns: () => Promise.resolve([]) });
  const time = { now: Date.parse(clock) };
  const store = await openTestStore({ root });
  const { service: pipelines } = await world({}, store, {
    config: async given => ({ ...(await config.load(given)), file: 'modelyard.yaml' }),
    now: () => time.now,
  });
  const running: Promise<unknown>[] = [];
  const unused = (): never => {
    throw new Error('not asked for');
  };
  const ports: TriggerPorts = {
    config: () => config.load(),
    pipelines: {
      run: request => {
        const run = pipelines.run(request, () => undefined, never);
        running.push(run);
        return run;
      },
      running: () => pipelines.running(),
      recent: limit => pipelines.search({ limit }),
    },
    files: { stamp: unused, digest: unused, find: unused },
    models: { lastMove: unused, moves: unused },
    metrics: { changes: () => 0, begin: unused, since: unused, keys: unused },
    drift: { changes: () => 0, reference: unused, compare: unused },
    meant: unused,
    pipelineRunOf: unused,
    happened: () => undefined,
    busy: () => ({ release: () => undefined }),
    failed: (_, error) => {
      throw error;
    },
  };
  const open = (): TriggerService => {
    const service = new TriggerService({ db: store.db, workspace: root, now: () => time.now, pace: Infinity, ports });
    onTestFinished(() => service.close());
    service.watch();
    return service;
  };
  let triggers = open();
  await triggers.look();
  /** Looks until nothing is started any more. */
  const at = async (text: string): Promise<void> => {
    time.now = Date.parse(text);
    for (let before = -1; before < running.length;) {
      before = running.length;
      await triggers.look();
      await Promise.all(running);
    }
  };
  const restart = (): void => {
    triggers.close();
    triggers = open();
  };
  const made = (): readonly string[] =>
    pipelines.search({ pipeline: 'p' }).toReversed().map(({ partition, status }) => `${partition} ${status}`); // prettier-ignore
  return { at, made, restart };
}

test('a schedule fills the partition that is the newest at its time', async () => {
  const { at, made } = await watched('', '2026-03-02T12:00:00Z');
  await at('2026-03-03T02:00:01Z');
  expect(made()).toEqual(['2026-03-02 succeeded']);
  await at('2026-03-04T02:00:01Z');
  expect(made()).toEqual(['2026-03-02 succeeded', '2026-03-03 succeeded']);
});

test('times that are made up for one by one fill the partitions that were the newest then', async () => {
  const { at, made, restart } = await watched(', missed: all', '2026-03-02T12:00:00Z');
  restart();
  await at('2026-03-05T12:00:00Z');
  expect(made()).toEqual(['2026-03-02 succeeded', '2026-03-03 succeeded', '2026-03-04 succeeded']);
});

test('one run for all that were missed fills the newest', async () => {
  const { at, made, restart } = await watched('', '2026-03-02T12:00:00Z');
  restart();
  await at('2026-03-05T12:00:00Z');
  expect(made()).toEqual(['2026-03-04 succeeded']);
});
