import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Logins } from '../../../engine/executors/kubernetes/logins';
import { runOnKubernetes } from '../../../engine/executors/kubernetes/runOnKubernetes';
import { leftJobs, stopJobs } from '../../../engine/executors/leftJobs';
import type { KubernetesCommand, KubernetesConfig } from '../../../engine/protocol/executors';
import { serve } from '../../support/httpServer';
import { kubeJobs } from '../../support/kubeJobs';
import { startKubeServer } from '../../support/kubeServer';
import { openTestApi } from '../../support/mlflowApi';
import { temporaryFolder } from '../../support/store';

const never = new AbortController().signal;
const python = spawnSync('python3', ['-c', 'import urllib.request']).status === 0;
const lacking = process.platform === 'win32' || !python;

async function stage(
  more: Partial<Omit<KubernetesCommand, 'kubernetes'>> & { kubernetes?: Partial<KubernetesConfig> } = {},
  user?: object,
) {
  // prettier-ignore
  const server = await startKubeServer();
  const jobs = kubeJobs(server);
  const before = process.env['KUBECONFIG'];
  process.env['KUBECONFIG'] = server.kubeconfig(user && { user });
  onTestFinished(() => {
    if (before === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = before;
  });
  const workspace = temporaryFolder();
  const printed: string[] = [];
  const workDir = path.join(temporaryFolder(), 'run', 'load');
  mkdirSync(workDir, { recursive: true });
  const kubernetes = { image: 'credit:1', secret: 'modelyard', ttl: 3_600_000, starts_within: 600_000, ...more.kubernetes }; // prettier-ignore
  const job: KubernetesCommand = {
    step: 'load',
    jobId: 'modelyard-load-1',
    command: 'echo begun; cat a.txt',
    env: {},
    secrets: {},
    outs: [],
    include: [],
    experiment: 'credit',
    workDir,
    log: text => void printed.push(text),
    onOutput: () => undefined,
    ...more,
    kubernetes,
  };
  writeFileSync(path.join(workspace, 'a.txt'), 'from the workspace\n');
  const logins = new Logins();
  const clock: { stoppedAt?: number } = {};
  const options = { workspace, git: () => Promise.resolve(undefined), logins, interval: 20, patience: 600, stuckPatience: 100, now: () => clock.stoppedAt ?? Date.now() }; // prettier-ignore
  const run = (signal = never): Promise<void> => runOnKubernetes(job, options, signal);
  return { server, jobs, workspace, run, job, logins, clock, log: () => printed.join('') };
}
const pod = (more: object = {}) => ({
  phase: 'Pending',
  initContainerStatuses: [{ name: 'workspace', state: {} }],
  ...more,
});
const main = (state: object) => pod({ initContainerStatuses: [{ name: 'workspace', state: { terminated: { exitCode: 0 } } }], containerStatuses: [{ name: 'main', state }] }); // prettier-ignore

describe.skipIf(lacking)(`a command on Kubernetes${lacking ? ' [skipped: no python3]' : ''}`, () => {
  test('has the workspace, variables and secrets by reference; what it prints comes back once', async () => {
    const { run, jobs, job, log, server } = await stage({
      command: 'echo "$MODE $PRICE $(echo inner) $KEY"; sleep 0.2; cat a.txt',
      env: { MODE: 'fast', PRICE: '$(MODE) $$5' },
      secrets: { KEY: 'CREDIT_KEY' },
      timeout: 90_000,
    });
    jobs.secrets.set('modelyard', { CREDIT_KEY: 'the-secret' });
    await run();
    expect(log().match(/fast \$\(MODE\) \$\$5 inner the-secret\nfrom the workspace\n/g)).toHaveLength(1);
    const { spec } = jobs.created();
    expect(spec).toMatchObject({ backoffLimit: 0, ttlSecondsAfterFinished: 3600, activeDeadlineSeconds: 690 });
    expect(JSON.stringify(spec)).not.toContain('the-secret');
    expect(spec.template.spec).toMatchObject({ restartPolicy: 'Never', automountServiceAccountToken: false });
    // it stays for its time to live
    expect(jobs.names()).toEqual([job.jobId]);
    expect(server.requests.filter(one => one.startsWith('DELETE'))).toEqual([]);
  });

  test('what modelyard.yaml says of its place stands in the Job', async () => {
    const place = { service_account: 'trainer', node_selector: { pool: 'gpu' }, tolerations: [{ key: 'gpu', operator: 'Exists' as const }], requests: { cpu: '500m' }, limits: { memory: '1Gi' }, image_pull_secret: 'pull', labels: { team: 'risk' } }; // prettier-ignore
    const { run, jobs } = await stage({ kubernetes: place, step: 'load (C=0.1)' });
    await run();
    const { spec } = jobs.created().spec.template;
    expect(spec).toMatchObject({
      serviceAccountName: 'trainer',
      automountServiceAccountToken: true,
      nodeSelector: { pool: 'gpu' },
      tolerations: [{ key: 'gpu', operator: 'Exists' }],
      imagePullSecrets: [{ name: 'pull' }],
    });
    for (const one of [...spec.initContainers, ...spec.containers])
      expect(one).toMatchObject({
        image: 'credit:1',
        resources: { requests: { cpu: '500m' }, limits: { memory: '1Gi' } },
      });
    expect(jobs.created().metadata).toMatchObject({
      labels: { team: 'risk', 'app.kubernetes.io/component': 'load-C-0.1' },
    });
  });

  test('workspace and outputs travel by the run of an MLflow server, which is then without the workspace', async () => {
    const api = await openTestApi();
    const url = await serve(api.handler);
    const command = 'mkdir -p made; printf one > "made/ü 1.txt"; cp a.txt out.txt';
    const { run, workspace, jobs } = await stage({
      kubernetes: { tracking: { url } },
      command,
      outs: ['made', 'out.txt'],
    });
    await run();
    expect(readFileSync(path.join(workspace, 'made/ü 1.txt'), 'utf8')).toBe('one');
    expect(readFileSync(path.join(workspace, 'out.txt'), 'utf8')).toBe('from the workspace\n');
    const [tracked] = api.tracking.search({ limit: 1 }).runs;
    expect(tracked).toMatchObject({ status: 'FINISHED', name: 'load' });
    expect(api.tracking.artifacts(tracked!.id, '').map(entry => entry.path)).toEqual(['made', 'outs', 'out.txt']);
    expect(jobs.configMaps.size).toBe(0);
    const without = await stage({ outs: ['x'] });
    await expect(without.run()).rejects.toMatchObject({ fix: expect.stringMatching(/kubernetes: \{tracking/) });
  });

  test('that fails is told with its exit code and last lines, and stays to be looked at', async () => {
    const { run, jobs, log } = await stage({ command: 'echo no such table; exit 3' });
    await expect(run()).rejects.toMatchObject({ code: 'step.failed', message: expect.stringMatching(/Step load failed on Kubernetes at https:\S+: its command failed with exit code 3\. It said: no such table/) }); // prettier-ignore
    expect(log()).toContain('no such table\n');
    expect(jobs.names()).toHaveLength(1);
  });

  test('cancelling deletes the Job with its pod, and waits for that', async () => {
    const { run, jobs, log } = await stage({ command: 'echo begun; sleep 30' });
    const abort = new AbortController();
    const ended = expect(run(abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(log, { timeout: 10_000 }).toContain('begun\n');
    abort.abort();
    await ended;
    expect(jobs.names()).toEqual([]);
    expect(jobs.configMaps.size).toBe(0);
  });

  test('a Job of an engine that was killed is deleted by the next', async () => {
    const { run, jobs, log, job, logins } = await stage({ command: 'echo begun; sleep 30' });
    const ended = expect(run()).rejects.toMatchObject({ message: expect.stringMatching(/was deleted on the cluster, not from here/) }); // prettier-ignore
    await expect.poll(log, { timeout: 10_000 }).toContain('begun\n');
    const left = await leftJobs(path.dirname(path.dirname(job.workDir)));
    expect(left).toEqual([{ id: job.jobId, kubernetes: { namespace: 'ml' } }]);
    await stopJobs(left, logins);
    await ended;
    expect(jobs.names()).toEqual([]);
  });
});

describe('a Job of Kubernetes that', () => {
  const why = async (status: object | undefined, more: Parameters<typeof stage>[0] = {}) => {
    const it = await stage(more);
    it.jobs.pod = status === undefined ? undefined : { ...status };
    const error: unknown = await it.run().catch((thrown: unknown) => thrown);
    return { error, ...it };
  };

  test('cannot begin is told why, once patience is at its end, and removed', async () => {
    const waits = (reason: string, message: string) => pod({ initContainerStatuses: [{ name: 'workspace', state: { waiting: { reason, message } } }] }); // prettier-ignore
    const image = await why(waits('ImagePullBackOff', 'Back-off pulling image "credit:1"'));
    expect(image.error).toMatchObject({ code: 'step.failed', message: expect.stringMatching(/has not begun on Kubernetes within 0 s: its image cannot be pulled \(ImagePullBackOff: Back-off pulling image "credit:1"\)/), fix: expect.stringMatching(/image_pull_secret/) }); // prettier-ignore
    expect(image.jobs.names()).toEqual([]);
    expect((await why(waits('CreateContainerConfigError', 'secret "modelyard" not found'))).error).toMatchObject({ message: expect.stringMatching(/its container cannot be made \(CreateContainerConfigError: secret "modelyard" not found\)/) }); // prettier-ignore
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.' }]; // prettier-ignore
    const full = await why(pod({ conditions }), { kubernetes: { starts_within: 150 } });
    expect(full.error).toMatchObject({ message: expect.stringMatching(/no node takes its pod: 0\/3 nodes are available: 3 Insufficient nvidia/), fix: expect.stringMatching(/starts_within/) }); // prettier-ignore
    expect(full.log().match(/Waiting: no node takes its pod/g)).toHaveLength(1);
  });

  test('gets no pod is told what the events say', async () => {
    const it = await stage({ kubernetes: { starts_within: 200 } });
    it.jobs.pod = undefined;
    it.jobs.events.push({
      type: 'Warning',
      message: 'Error creating: pods "x" is forbidden: exceeded quota: compute.',
    });
    await expect(it.run()).rejects.toMatchObject({ message: expect.stringMatching(/no pod is made: Error creating: .* exceeded quota: compute\.$/), fix: expect.stringMatching(/what the namespace allows/) }); // prettier-ignore
  });

  test('was ended by the cluster is told how', async () => {
    const ended = async (status: object | undefined, reason?: string, more: Parameters<typeof stage>[0] = {}) => {
      const it = await stage(more);
      it.jobs.pod = main({ running: {} });
      const result = it.run().catch((error: unknown) => error);
      await expect.poll(() => it.jobs.created, { timeout: 5_000 }).toBeDefined();
      await expect.poll(it.log, { timeout: 5_000 }).toContain('Created the Job');
      it.jobs.print('half way');
      await expect.poll(it.log, { timeout: 5_000 }).toContain('half way\n');
      it.jobs.pod = status as typeof it.jobs.pod;
      it.jobs.isLogLost = status !== undefined && 'reason' in status;
      it.jobs.finish('Failed', reason);
      return { error: await result, log: it.log() };
    };
    const killed = await ended(main({ terminated: { exitCode: 137, reason: 'OOMKilled' } }), undefined, { kubernetes: { limits: { memory: '1Gi' } } }); // prettier-ignore
    expect(killed.error).toMatchObject({ message: expect.stringMatching(/killed for want of memory \(OOMKilled, its limit is 1Gi\)\. It said: half way/), fix: expect.stringMatching(/limits/) }); // prettier-ignore
    const evicted = await ended({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }); // prettier-ignore
    expect(evicted.error).toMatchObject({ message: expect.stringMatching(/its pod was evicted: The node was low on resource: memory/), fix: expect.stringMatching(/retry/) }); // prettier-ignore
    expect(evicted.log).toContain('half way\n');
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message: '' }];
    expect((await ended({ ...main({ running: {} }), conditions })).error).toMatchObject({ message: expect.stringMatching(/made room for a more important one/) }); // prettier-ignore
    expect((await ended(undefined)).error).toMatchObject({ message: expect.stringMatching(/its pod was removed on the cluster/) }); // prettier-ignore
    expect((await ended(main({ running: {} }), 'DeadlineExceeded')).error).toMatchObject({ message: expect.stringMatching(/ran longer than the cluster was told/) }); // prettier-ignore
  });

  test('its cluster is silent for a moment; then gone: it goes on there by itself', async () => {
    const { run, jobs, log, server, job, clock } = await stage();
    jobs.pod = main({ running: {} });
    const stopped = (clock.stoppedAt = Date.now());
    const askedAgain = async () => {
      const before = server.requests.length;
      await expect.poll(() => server.requests.length).toBeGreaterThan(before + 2);
    };
    const ended = expect(run()).rejects.toMatchObject({ code: 'remote.unreachable', message: expect.stringMatching(/has not answered for 1 s \(nothing listens there\)\. The Job modelyard-load-1 of step load goes on there by itself/), fix: expect.stringMatching(/kubectl -n ml delete job modelyard-load-1/) }); // prettier-ignore
    await expect.poll(log, { timeout: 5_000 }).toContain('Created the Job');
    jobs.print('begun'); // what a cluster forbids that has never answered is not borne
    await expect.poll(log, { timeout: 5_000 }).toContain('begun\n');
    server.answer = () => ({ status: 503, body: { message: 'etcd leader changed' } });
    clock.stoppedAt = stopped + 300;
    await askedAgain();
    // as an API server that has just started does
    server.answer = () => ({ status: 403, body: { message: 'jobs.batch "x" is forbidden' } });
    clock.stoppedAt = stopped + 599;
    await askedAgain();
    server.answer = () => undefined;
    jobs.print('later');
    await expect.poll(log, { timeout: 5_000 }).toContain('later\n');
    expect(jobs.names()).toEqual([job.jobId]);
    await server.die();
    delete clock.stoppedAt;
    await ended;
  });
});

describe('the login of a kubeconfig', () => {
  const program = (script: string, more: object = {}) => ({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script], interactiveMode: 'IfAvailable', ...more } }); // prettier-ignore
  const credential = (token: string, expires: string) => `{ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: ${token}, expirationTimestamp: ${expires} } }`; // prettier-ignore
  const failure = async (user: object): Promise<unknown> =>
    (await stage({}, user)).run().catch((error: unknown) => error);

  test.skipIf(lacking)(
    'by a program: asked once until its token expires, told what kubectl tells, and never shown',
    async () => {
      const calls = path.join(temporaryFolder(), 'calls');
      const script = `require('fs').appendFileSync(process.env.CALLS, process.env.KUBERNETES_EXEC_INFO + '\\n'); console.log(JSON.stringify(${credential('process.env.T', 'new Date(Date.now() + 3600000).toISOString()')}))`; // prettier-ignore
      const env = [{ name: 'CALLS', value: calls }, { name: 'T', value: 'token-of-the-cluster' }]; // prettier-ignore
      const { run, log, job } = await stage({}, program(script, { env, provideClusterInfo: true }));
      await run();
      const [told = '', ...more] = readFileSync(calls, 'utf8').trim().split('\n');
      expect(more).toEqual([]);
      expect(JSON.parse(told)).toMatchObject({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', spec: { interactive: false, cluster: { server: expect.stringMatching(/^https:/), 'certificate-authority-data': expect.any(String) } } }); // prettier-ignore
      expect(log()).not.toContain('token-of-the-cluster');
      expect(readFileSync(path.join(job.workDir, 'kubernetes-job.json'), 'utf8')).not.toContain('token-of-the-cluster');
    },
  );

  test('that the cluster takes no more, while a job runs, is renewed; when that fails, the job goes on there', async () => {
    const file = path.join(temporaryFolder(), 'token');
    writeFileSync(file, 'token-of-the-cluster');
    const script = `console.log(JSON.stringify(${credential(`require('fs').readFileSync(${JSON.stringify(file)}, 'utf8')`, 'null')}))`; // prettier-ignore
    const { run, jobs, log, server } = await stage({}, program(script));
    jobs.pod = main({ running: {} });
    const ended = expect(run()).rejects.toMatchObject({ code: 'remote.refused', message: expect.stringMatching(/has let nobody in for 1 s: the login of the kubeconfig is not valid any more .* The Job modelyard-load-1 of step load goes on there by itself/), fix: expect.stringMatching(/^Log in anew/) }); // prettier-ignore
    await expect.poll(log, { timeout: 5_000 }).toContain('Created the Job');
    server.token = 'the-next-token';
    writeFileSync(file, 'the-next-token');
    jobs.print('with the next token');
    await expect.poll(log, { timeout: 5_000 }).toContain('with the next token\n');
    server.token = 'one-that-nobody-has';
    await ended;
    expect(jobs.names()).toHaveLength(1);
  });

  test('is refused with the way out', async () => {
    expect(await failure(program('0', { command: 'no-such-program-of-a-cloud', installHint: 'Install the plugin.' }))).toMatchObject({ message: expect.stringMatching(/user me .* no-such-program-of-a-cloud, which is not there/), fix: 'Install the plugin.' }); // prettier-ignore
    expect(await failure(program('console.log("secret-on-stdout"); console.error("please log in"); process.exit(4)'))).toMatchObject({ message: expect.stringMatching(/^(?!.*secret-on-stdout).*failed with exit code 4\. It said: please log in/) }); // prettier-ignore
    expect(await failure(program('console.log("{}")'))).toMatchObject({ message: expect.stringMatching(/printed no ExecCredential/) }); // prettier-ignore
    expect(await failure(program(`console.log(JSON.stringify(${credential('"x"', 'null')}).replace('/v1', '/v1beta1'))`))).toMatchObject({ message: expect.stringMatching(/speaks client\.authentication\.k8s\.io\/v1beta1 although/) }); // prettier-ignore
    expect(await failure(program('0', { apiVersion: 'client.authentication.k8s.io/v1alpha1' }))).toMatchObject({ message: expect.stringMatching(/neither client\.authentication\.k8s\.io\/v1 nor v1beta1/) }); // prettier-ignore
    expect(await failure(program('0', { interactiveMode: 'Always' }))).toMatchObject({ message: expect.stringMatching(/wants to ask a person/) }); // prettier-ignore
    expect(await failure({ username: 'me', password: 'x' })).toMatchObject({ message: expect.stringMatching(/logs in with a password/) }); // prettier-ignore
    expect(await failure({ token: 'x', as: 'admin' })).toMatchObject({
      message: expect.stringMatching(/acts as admin/),
    });
    expect(await failure({ tokenFile: 'not-there' })).toMatchObject({ code: 'not-found', message: expect.stringMatching(/token file .*not-there/) }); // prettier-ignore
  });
});
