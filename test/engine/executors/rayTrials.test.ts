import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, onTestFinished, test } from 'vitest';
import { trialPackage } from '../../../engine/executors/ray/trialPackage';
import { RayTrials } from '../../../engine/executors/ray/trialPool';
import type { TrialPoolRequest } from '../../../engine/protocol/trials';
import type { JobResult, TrialRequest } from '../../../engine/protocol/jobs';
import { serve } from '../../support/httpServer';
import { openTestApi } from '../../support/mlflowApi';
import { startRayServer } from '../../support/rayServer';
import { temporaryFolder } from '../../support/store';
import { copySample, workspaces } from '../../support/workspaces';

const python = spawnSync('python3', ['-c', 'import concurrent.futures']).status === 0;
const lacking = process.platform === 'win32' ? 'Windows' : python ? '' : 'no python3';
const { make, connect } = workspaces();
const variable = (name: string, value: string): void => {
  process.env[name] = value;
  onTestFinished(() => void delete process.env[name]);
};

const before = `
      split: {uses: split, with: {dataset: applications, test: 0.3, stratify: creditability, seed: 7}}
      prepare: {uses: prepare, needs: split, with: {label: creditability, positive: bad}}`;
const tune = 'learner: logistic, metric: auc, parallel: 2, folds: 2, seed: 3, pruner: asha, fresh: true';
const configOf = (address: string): string => `
name: rayed
datasets: {applications: {path: data/german_credit.csv}}
pipelines:
  near:
    steps:${before}
      tune: {uses: tune, needs: prepare, with: {${tune}, trials: 4}}
  far:
    steps:${before}
      tune: {uses: tune, needs: prepare, with: {${tune}, trials: 4}, executor: {ray: {address: "${address}", cpus: 1}}}
  loses:
    steps:${before}
      tune: {uses: tune, needs: prepare, with: {${tune}, trials: 2}, executor: {ray: {address: "${address}"}}}
`;

describe.skipIf(lacking !== '')(`the trials of a study on Ray${lacking && ` [skipped: ${lacking}]`}`, () => {
  test('give what they give here; one that is lost has failed, and the others go on; nothing is left', async () => {
    const loses = path.join(temporaryFolder(), 'loses');
    variable('PYTHONPATH', path.resolve(import.meta.dirname, '../../fixtures/ray'));
    variable('RAY_LOSES', loses);
    const server = await startRayServer();
    const folder = make(configOf(server.address));
    copySample(folder);
    writeFileSync(path.join(folder, 'modelyard.yaml'), configOf(server.address));
    const client = await connect(folder);
    const studyOf = async (pipeline: string) => {
      expect(await client.call('pipelines/run', { pipeline })).toMatchObject({ status: 'succeeded' });
      const [study] = await client.call('studies/list', { pipeline, limit: 1 });
      const { trials } = await client.call('studies/get', { study: study!.id });
      return trials.map(({ number, state, params, values, reports, message }) => ({ number, state, params, values, reports, message })); // prettier-ignore
    };
    const near = await studyOf('near');
    expect(await studyOf('far')).toEqual(near);
    expect(near.map(({ state }) => state)).toContain('pruned');
    expect([...server.jobs.values()].map(({ status }) => status)).toEqual(['SUCCEEDED']);
    expect(JSON.stringify(server.submitted())).not.toMatch(/TOKEN":/);

    writeFileSync(loses, '');
    const [first, ...others] = await studyOf('loses');
    expect(first).toMatchObject({ state: 'failed', message: expect.stringMatching(/^The Ray worker that measured the trial was lost: The actor died/) }); // prettier-ignore
    expect(others.map(({ state }) => state)).not.toContain('failed');
    expect(others).toHaveLength(1);
  }, 60_000);
});

describe('the letters', () => {
  async function pool(more: Partial<TrialPoolRequest> = {}) {
    const ray = await startRayServer();
    const api = await openTestApi();
    const url = await serve(api.handler);
    const jobFile = path.join(temporaryFolder(), 'job.js');
    writeFileSync(jobFile, '');
    const printed: string[] = [];
    const workDir = temporaryFolder();
    const request: TrialPoolRequest = {
      ray: { address: ray.address, tracking: { url } },
      jobId: 'modelyard_1_tune',
      slots: 2,
      surroundings: { step: 'tune', workspace: workDir, workDir, datasets: [], inputs: [] },
      experiment: 'credit',
      log: text => void printed.push(text),
      ...more,
    };
    const trials = new RayTrials(request, { jobFile, interval: 20, patience: 200, mailInterval: 20 });
    onTestFinished(() => trials.close());
    const letterOf = (slot: number): string | undefined => {
      const [run] = api.tracking.search({ limit: 1 }).runs;
      return run && api.tracking.getRun(run.id).tags[`modelyard.in.${slot}.0`];
    };
    const answer = (tags: Readonly<Record<string, string>>): void =>
      api.tracking.setTags(api.tracking.search({ limit: 1 }).runs[0]!.id, tags);
    return { ray, api, trials, letterOf, answer };
  }
  const trial = (name: string, heard: (number | string)[] = []): TrialRequest => ({
    name,
    with: { options: { learner: 'logistic', C: 1, seed: 0 }, folds: 2, seed: 0 } as unknown as TrialRequest['with'],
    watched: 'auc',
    onFold: ({ value, step }) => void heard.push(value, step),
  });
  const never = new AbortController().signal;
  const result: JobResult = {
    outputs: [],
    params: {},
    metrics: { auc: 0.5 },
    tags: {},
    inputs: [],
    summary: '2 folds',
  };

  // the job itself cannot begin here, where no Python has Ray
  test.skipIf(lacking !== '')('a job that ends before it is told to loses all trials, with what it said', async () => {
    variable('PYTHONPATH', temporaryFolder());
    const { trials, ray } = await pool();
    const ended = trials.run(trial('trial-0'), never);
    await expect(ended).rejects.toMatchObject({ code: 'remote.unreachable', message: expect.stringMatching(/measures the trials of step tune on Ray ended\. It said: .*Neither python nor python3 of the Ray head has the package ray\./) }); // prettier-ignore
    await expect(trials.run(trial('trial-1'), never)).rejects.toMatchObject({ code: 'remote.unreachable' });
    expect(ray.jobs.size).toBe(1);
  });

  test.skipIf(lacking !== '')(
    'points come once, in order; pieces of another revision are not read; NaN stays NaN',
    async () => {
      variable('PYTHONPATH', temporaryFolder());
      const { trials, letterOf, answer, ray } = await pool();
      ray.answer = ({ method, url }) =>
        method === 'GET' && url?.endsWith('_tune') === true
          ? { status: 200, text: JSON.stringify({ status: 'RUNNING', message: null }) }
          : undefined;
      const heard: (number | string)[] = [];
      const running = trials.run(trial('trial-0', heard), never);
      await expect.poll(() => letterOf(0), { timeout: 10_000 }).toMatch(/^0\.1:0\/1\|\{"name":"trial-0","with":\{.*"watched":"auc"\}$/); // prettier-ignore
      answer({ 'modelyard.out.0.0': '0.1:0/1|{"points":[[0.5,1]]}' });
      await expect.poll(() => heard).toEqual([0.5, 1]);
      const text = JSON.stringify({ points: [[0.5, 1], ['NaN', 2]], result }); // prettier-ignore
      answer({ 'modelyard.out.0.0': `0.2:0/2|${text.slice(0, 30)}`, 'modelyard.out.0.1': `0.1:1/2|${text.slice(30)}` });
      await new Promise(resolve => setTimeout(resolve, 100));
      expect(heard).toEqual([0.5, 1]);
      answer({ 'modelyard.out.0.1': `0.2:1/2|${text.slice(30)}` });
      expect(await running).toEqual(result);
      expect(heard).toEqual([0.5, 1, Number.NaN, 2]);
      // an answer of the trial before is none to the next
      const abort = new AbortController();
      const next = trials.run(trial('trial-1'), abort.signal);
      await expect.poll(() => letterOf(0)).toMatch(/^1\.2:/);
      const ended = expect(next).rejects.toMatchObject({ code: 'cancelled' });
      abort.abort();
      await ended;
      await expect.poll(() => letterOf(0)).toBe('1.3:0/1|{"cancel":true}');
      const last = trials.run(trial('trial-2'), never);
      const lost = expect(last).rejects.toMatchObject({ code: 'remote.unreachable', message: expect.stringMatching(/has not answered for 0 s/) }); // prettier-ignore
      await expect.poll(() => letterOf(0)).toMatch(/^2\./);
      await ray.die();
      await lost;
    },
  );

  test.skipIf(process.platform === 'win32')(
    'what is sent: programs, inputs and the data that was split; nothing that a link leads out to',
    async () => {
      const folder = temporaryFolder();
      const at = (name: string, text = name): string => {
        writeFileSync(path.join(folder, name), text);
        return path.join(folder, name);
      };
      for (const name of ['job.js', 'trials.js', 'forest.js', 'engine.js', 'job.js.map', 'tfjs-x.wasm', 'sql-wasm.wasm']) at(name); // prettier-ignore
      const outside = path.join(temporaryFolder(), 'outside.csv');
      writeFileSync(outside, 'secret');
      const dataset = (name: string, file: string) => ({ name, path: file, root: folder, file: path.basename(file), format: 'csv' as const, missing: [], expect: [] }); // prettier-ignore
      const input = (kind: 'split' | 'preparation' | 'dataset', file: string) => ({ kind, step: kind, path: file });
      const inputs = [input('split', at('split.json', '{"dataset": "b"}')), input('preparation', at('preparation.json')), input('dataset', at('validated.json'))]; // prettier-ignore
      const packed = async (b: string) => {
        const datasets = [dataset('a', at('a.csv')), dataset('b', b)];
        const surroundings = { step: 'tune', workspace: folder, workDir: folder, datasets, inputs };
        const options = { jobFile: path.join(folder, 'job.js'), surroundings, ray: { address: 'http://h' }, slots: 2 };
        return unzipSync((await trialPackage(options, never)).bytes);
      };
      const files = await packed(at('b.csv'));
      expect(Object.keys(files).sort()).toEqual(['data/0-b.csv', 'forest.js', 'inputs/0-split.json', 'inputs/1-preparation.json', 'job.js', 'study.json', 'tfjs-x.wasm', 'trials.js', 'trials.json', 'trials.py', 'trials.sh']); // prettier-ignore
      symlinkSync(outside, path.join(folder, 'link.csv'));
      await expect(packed(path.join(folder, 'link.csv'))).rejects.toMatchObject({ code: 'config.invalid', place: { key: 'datasets.b.path' } }); // prettier-ignore
      await expect(packed(path.join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'data.missing' });
    },
  );

  test('a cluster that cannot reach this engine is refused before anything is sent', async () => {
    const { trials, ray } = await pool({ ray: { address: 'https://ray.example.com' } });
    await expect(trials.run(trial('trial-0'), never)).rejects.toMatchObject({ code: 'remote.refused', fix: expect.stringMatching(/tracking/) }); // prettier-ignore
    expect(ray.requests).toEqual([]);
  });
});
