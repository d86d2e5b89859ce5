import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { until, workspaces } from '../../support/workspaces';

/**
 * The lane of a real cluster: MODELYARD_TEST_KUBECONFIG names a kubeconfig whose current context may make Jobs in its
 * namespace, MODELYARD_TEST_KUBE_IMAGE an image with `python3` (default: python:3.12-slim). Its Jobs are gone afterwards.
 * Skipped, and said so, where there is none.
 */
const kubeconfig = process.env['MODELYARD_TEST_KUBECONFIG'];
const image = process.env['MODELYARD_TEST_KUBE_IMAGE'] ?? 'python:3.12-slim';
const lacking = kubeconfig === undefined ? 'MODELYARD_TEST_KUBECONFIG is not set' : '';
const { make, connect } = workspaces();

async function workspace(step: string, more = '') {
  const folder = make(`
name: kubed
datasets: {people: {path: people.csv}}
pipelines:
  far:
    executor: {kubernetes: {image: "${image}", ttl: 1s${more}}}
    steps: {a: ${step}}
`);
  writeFileSync(path.join(folder, 'people.csv'), 'a,b\n1,2\n3,4\n');
  const client = await connect(folder);
  const log = async (): Promise<string> => {
    const [run] = await client.call('pipelines/runs', { limit: 1 });
    return (await client.call('pipelines/log', { id: run!.id, step: 'a' })).text;
  };
  return { client, log };
}
const jobs = (): string =>
  spawnSync('kubectl', ['--kubeconfig', kubeconfig!, 'get', 'jobs', '-o', 'name'], { encoding: 'utf8' }).stdout;

describe.skipIf(lacking !== '')(`a real cluster${lacking && ` [skipped: ${lacking}]`}`, { timeout: 300_000 }, () => {
  // the engine is started with it
  process.env['KUBECONFIG'] = kubeconfig;

  test('runs a command, tells its log line by line and its exit code', async () => {
    const { client, log } = await workspace('{run: "echo $MODE; wc -l < people.csv; for i in 1 2 3 4; do echo line $i; sleep 1; done; exit 3", env: {MODE: fast $$}}'); // prettier-ignore
    const run = await client.call('pipelines/run', { pipeline: 'far' });
    expect(run.error).toMatchObject({ message: expect.stringMatching(/its command failed with exit code 3\. It said: .*line 4/) }); // prettier-ignore
    expect((await log()).match(/fast \$\$\n\s*3\nline 1\nline 2\nline 3\nline 4\n/g)).toHaveLength(1);
  });

  test('says why no node takes a pod, and keeps nothing of it', async () => {
    const { client } = await workspace('{run: "true"}', ', requests: {cpu: 5000}, starts_within: 10s');
    const run = await client.call('pipelines/run', { pipeline: 'far' });
    expect(run.error?.message).toMatch(/has not begun on Kubernetes within \d+ s: no node takes its pod: .*cpu/);
    await until(() => !jobs().includes('modelyard-a-'), 30_000);
  });

  test('cancelling deletes the Job', async () => {
    const { client, log } = await workspace('{run: "echo begun; sleep 300"}');
    const abort = new AbortController();
    const running = client.call('pipelines/run', { pipeline: 'far' }, { signal: abort.signal });
    const cancelled = running.catch((error: unknown) => error);
    await until(async () => (await log().catch(() => '')).includes('begun\n'), 120_000);
    expect(jobs()).toMatch(/modelyard-a-/);
    abort.abort();
    await cancelled;
    await until(async () => (await client.call('pipelines/runs', { limit: 1 }))[0]?.status === 'cancelled', 60_000);
    expect(jobs()).not.toMatch(/modelyard-a-/);
  });
});
