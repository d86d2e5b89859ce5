import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { parseConfig } from '../../../engine/config/parse';
import { ExecutorService } from '../../../engine/executors/service';
import { ancestors, surelyMade, topologicalOrder } from '../../../engine/pipelines/graph/graph';
import type { CompileRequest, CompileTarget } from '../../../engine/protocol/executors';
import { temporaryFolder } from '../../support/store';

const source = `
name: credit
datasets: {people: {path: data/people.csv}}
pipelines:
  Nightly_train:
    description: |
      Two branches that meet: again
      and a second line
    steps:
      image: {uses: validate, with: {dataset: people}}
      Load_rows: {run: python load.py, outs: [rows.csv], timeout: 90s, env: {API_KEY: {env: CREDIT_KEY}, MODE: fast}}
      load-rows: {run: python load.py again, needs: [image], timeout: 10s, retry: {attempts: 3, delay: 5s, backoff: 2}}
      split: {uses: split, needs: [image, Load_rows, load-rows]}
`;

const serviceOf = (text: string): ExecutorService => {
  const { config, diagnostics, locate } = parseConfig(text, 'modelyard.yaml');
  expect(diagnostics).toEqual([]);
  return new ExecutorService({
    config: async () => ({ config: config!, locate }),
    graph: { order: topologicalOrder, ancestors, sure: surelyMade },
    version: '1.2.3',
    configFile: 'modelyard.yaml',
    ray: { workspace: '/', git: () => Promise.resolve(undefined) },
  });
};
const compile = (to: CompileTarget, more: Partial<CompileRequest> = {}) =>
  serviceOf(source).compile({ pipeline: 'Nightly_train', to, ...more });

const course = readFileSync('test/fixtures/workflows/course.yaml', 'utf8');
const compileCourse = (to: CompileTarget, more: Partial<CompileRequest> = {}) =>
  serviceOf(course).compile({ pipeline: 'night', to, retries: 2, ...more });
const warned = (compiled: Awaited<ReturnType<typeof compileCourse>>): readonly string[] =>
  compiled.warnings.map(({ place, message }) => `${place.line ?? 0} ${message}`);

const schemaOf = (name: string, definition?: string) => {
  const schema = JSON.parse(readFileSync(`test/fixtures/workflows/${name}.schema.json`, 'utf8'));
  if (definition !== undefined) schema.$ref = `#/definitions/${definition}`;
  return new Ajv({ strict: false, allErrors: true, logger: false }).compile(schema);
};
const mistakes = (validate: ReturnType<typeof schemaOf>, document: unknown): unknown =>
  validate(document) ? [] : validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);

const variants: readonly Partial<CompileRequest>[] = [
  {},
  { image: 'registry/credit:1', retries: 2, directory: 'ml/credit', repo: 'https://git/x.git', revision: 'v1' },
];

describe.each(variants)('with %o', more => {
  test.each(['argo', 'github', 'gitlab'] as const)('%s: fits the schema', async to => {
    const document = parse((await compile(to, more)).text);
    const validate = schemaOf(to);
    expect(mistakes(validate, document)).toEqual([]);
    expect(mistakes(validate, { ...document, jobs: { a: { runs: 1 } }, spec: 3, default: 3 })).not.toEqual([]);
  });

  test('kubeflow: the pipeline and its platform fit the messages', async () => {
    const documents = parseAllDocuments((await compile('kubeflow', more)).text).map(one => one.toJS());
    expect(mistakes(schemaOf('kubeflow'), documents[0])).toEqual([]);
    const executors = documents[1].platforms.kubernetes.deploymentSpec.executors;
    const validate = schemaOf('kubeflow', 'kfp_kubernetes.KubernetesExecutorConfig');
    for (const one of Object.values(executors)) expect(mistakes(validate, one)).toEqual([]);
    expect(Object.keys(executors)).toEqual(Object.keys(documents[0].deploymentSpec.executors));
  });
});

test('argo: the graph, what goes from task to task, limits and secrets by reference', async () => {
  const { spec } = parse((await compile('argo', { retries: 2 })).text);
  const [dag, ...templates] = spec.templates;
  // names of Kubernetes are in lower case: two that would be the same are told apart
  expect(dag.dag.tasks.map((task: { name: string; depends?: string }) => [task.name, task.depends])).toEqual([
    ['image', undefined],
    ['load-rows', undefined],
    ['load-rows-2', 'image'],
    ['split', 'image && load-rows && load-rows-2'],
  ]);
  expect(dag.dag.tasks[3].arguments.artifacts).toEqual([
    { name: 'image', from: '{{tasks.image.outputs.artifacts.made}}' },
    { name: 'load-rows', from: '{{tasks.load-rows.outputs.artifacts.made}}' },
    { name: 'load-rows-2', from: '{{tasks.load-rows-2.outputs.artifacts.made}}' },
  ]);
  const load = templates[1];
  expect(load).toMatchObject({ activeDeadlineSeconds: '690', retryStrategy: { limit: '2', retryPolicy: 'OnError' } });
  expect(templates[0].activeDeadlineSeconds).toBeUndefined();
  // three attempts of 10 s, and 5 s and 10 s between them
  expect(templates[2].activeDeadlineSeconds).toBe(String(3 * 10 + 15 + 600));
  const { command, args, env } = load.container;
  const shown = [...command, ...args].join(' ');
  expect(shown).toBe('npx --yes modelyard@1.2.3 step Nightly_train Load_rows --to /modelyard/out/Load_rows --report');
  expect(env.at(-1)).toEqual({ name: 'CREDIT_KEY', valueFrom: { secretKeyRef: { name: 'modelyard', key: 'CREDIT_KEY' } } }); // prettier-ignore
  expect(JSON.stringify(templates[0])).not.toContain('CREDIT_KEY');
});

test('argo and kubeflow take the workspace from git when they are told where', async () => {
  const more = { repo: 'https://git/x.git', revision: 'v1', directory: 'ml' };
  const { spec } = parse((await compile('argo', more)).text);
  expect(spec.arguments.parameters).toContainEqual({ name: 'revision', value: 'v1' });
  expect(spec.templates[1]).toMatchObject({
    inputs: { artifacts: [{ name: 'workspace', path: '/modelyard/workspace' }] },
    container: { workingDir: '/modelyard/workspace/ml' },
  });
  const [pipeline] = parseAllDocuments((await compile('kubeflow', more)).text).map(one => one.toJS());
  const { command, args } = pipeline.deploymentSpec.executors['exec-split'].container;
  expect(command[2]).toMatch(/^git clone .* && exec npx --yes modelyard@1\.2\.3 step Nightly_train split --from "\{\{\$\.inputs\.artifacts\['image'\]\.path\}\}"/); // prettier-ignore
  expect(args).toEqual(['https://git/x.git', 'v1', 'ml']);
});

const line = 'npx --yes modelyard@1.2.3 step Nightly_train split --from .modelyard/handover/image .modelyard/handover/Load_rows .modelyard/handover/load-rows --to .modelyard/handover/split --report'; // prettier-ignore

test('github, gitlab, jenkins: the same command after the same needs', async () => {
  const { jobs } = parse((await compile('github')).text);
  expect(jobs.split.needs).toEqual(['image', 'Load_rows', 'load-rows']);
  expect(jobs.split.steps.flatMap(({ run }: { run?: string }) => run ?? [])).toEqual([line]);
  expect(jobs.Load_rows['timeout-minutes']).toBe(12);
  const run = jobs.Load_rows.steps.find((step: { run?: string }) => step.run !== undefined);
  expect(run.env).toMatchObject({ CREDIT_KEY: '${{ secrets.CREDIT_KEY }}' });
  const artifacts = Object.values<{ steps: { with: { name: string } }[] }>(jobs).map(
    job => job.steps.at(-1)?.with.name,
  );
  expect(new Set(artifacts).size).toBe(4);

  const gitlab = parse((await compile('gitlab')).text);
  expect(gitlab['Nightly_train:split']).toMatchObject({ script: [line], needs: [{}, {}, {}] });

  const jenkins = (await compile('jenkins')).text;
  expect(jenkins).toContain(`sh '${line}'`);
  const level = jenkins.slice(jenkins.indexOf("stage('level 1')"), jenkins.indexOf("stage('load-rows')"));
  expect(level).toMatch(/parallel \{[^]*stage\('image'\)[^]*stage\('Load_rows'\)[^]*timeout\(time: 690, unit: 'SECONDS'\)[^]*CREDIT_KEY = credentials\('CREDIT_KEY'\)/); // prettier-ignore
});

describe('the course of a pipeline', () => {
  test.each(['argo', 'github', 'gitlab'] as const)('%s: fits the schema', async to => {
    const document = parse((await compileCourse(to)).text);
    expect(mistakes(schemaOf(to, to === 'argo' ? 'io.argoproj.workflow.v1alpha1.CronWorkflow' : undefined), document)).toEqual([]); // prettier-ignore
  });

  test('argo: times, the graph with what may have failed, what is missing then, waits', async () => {
    const compiled = await compileCourse('argo');
    const { kind, metadata, spec } = parse(compiled.text);
    expect([kind, metadata.name]).toEqual(['CronWorkflow', 'night']);
    expect(spec).toMatchObject({ schedules: ['30 2 * * 1,0'], timezone: 'Europe/Berlin', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 86_400, workflowSpec: { parallelism: 3 } }); // prettier-ignore
    const [{ dag }, ...templates] = spec.workflowSpec.templates;
    expect(dag.failFast).toBe(false);
    const hasFailed = 'evaluate.Failed || evaluate.Errored || evaluate.Omitted';
    expect(dag.tasks.map((task: { name: string; depends?: string }) => [task.name, task.depends])).toEqual([
      ['split', undefined],
      ['prepare', 'split'],
      ['train-c-0-1', 'prepare'],
      ['train-c-1', 'prepare'],
      ['evaluate', 'train-c-0-1 && train-c-1'],
      ['alarm', `(${hasFailed})`],
      ['tidy', `(evaluate.Succeeded || ${hasFailed})`],
      ['last', 'tidy'],
    ]);
    const last = dag.tasks.at(-1).arguments.artifacts;
    expect(last.map((one: { name: string; optional?: boolean }) => [one.name, one.optional === true])).toEqual([['split', true], ['prepare', true], ['train-c-0-1', true], ['train-c-1', true], ['evaluate', true], ['tidy', false]]); // prettier-ignore
    const template = templates.at(-1);
    expect(template.inputs.artifacts[0]).toMatchObject({ name: 'split', optional: true });
    expect(template.container.args.join(' ')).toMatch(/step night last --from \/modelyard\/in\/tidy --from-any \/modelyard\/in\/split /); // prettier-ignore
    expect(templates[2].retryStrategy).toEqual({ limit: '2', retryPolicy: 'OnError', backoff: { duration: '30s', factor: '3' } }); // prettier-ignore
    expect(warned(compiled)).toEqual([
      '8 A time that comes while the workflow runs is left out there, not made up for afterwards.',
      '8 Of the times that Argo has missed the last one counts, when it is less than a day old.',
      '9 That data has changed starts the pipeline on this machine only: argo does not see it.',
      '10 `budget` holds on this machine only: every time of the schedule starts the pipeline there.',
      '17 When one step of the matrix fails, the others go on there (`fail-fast: false` says the same here).',
      '18 How many steps of a matrix run at a time the orchestrator says: `max-parallel` does not hold there.',
      '22 Step never is left out: it says `if: false`.',
      '23 Step after is left out: it needs never.',
      '25 The task only waits for Ray: http://ray:8265 must be reached from it.',
    ]);
  });

  test('github: ids of jobs, conditions, times as UTC', async () => {
    const compiled = await compileCourse('github');
    const { on, concurrency, jobs } = parse(compiled.text);
    expect(on).toEqual({ workflow_dispatch: {}, schedule: [{ cron: '30 2 * * 1,0' }] });
    expect(concurrency).toEqual({ group: 'night', 'cancel-in-progress': false });
    expect(Object.keys(jobs)).toEqual(['split', 'prepare', 'train-c-0-1', 'train-c-1', 'evaluate', 'alarm', 'tidy', 'last']); // prettier-ignore
    expect(jobs['train-c-1'].name).toBe('train (C=1)');
    expect(jobs.evaluate.needs).toEqual(['train-c-0-1', 'train-c-1']);
    expect([jobs.alarm.if, jobs.tidy.if, jobs.last.if]).toEqual(['${{ failure() }}', '${{ always() }}', undefined]);
    const downloads = jobs.last.steps.filter((step: { uses?: string }) => step.uses?.includes('download') === true);
    expect(downloads.map((step: object) => 'continue-on-error' in step)).toEqual([true, true, true, true, true, false]);
    expect(warned(compiled)).toContain('8 GitHub reads the times of a schedule as UTC, not as Europe/Berlin.');
    expect(warned(compiled)).toContain('6 How many tasks run at a time the orchestrator says: `parallel` does not hold there.'); // prettier-ignore
  });

  test('gitlab: conditions; times are said', async () => {
    const compiled = await compileCourse('gitlab');
    const jobs = parse(compiled.text);
    expect([jobs['night:alarm'].when, jobs['night:tidy'].when, jobs['night:last'].when]).toEqual(['on_failure', 'always', undefined]); // prettier-ignore
    expect(warned(compiled)).toContain('8 GitLab keeps times beside the file: `30 2 * * 1,0` in Europe/Berlin has to be entered there.'); // prettier-ignore
    expect(warned(compiled)).toContain('19 A task that its machine has lost is started again without a wait.');
  });

  test('partitions, caching, environments and executors are said where they stand', async () => {
    const text = `name: x
pipelines:
  p:
    partitions: {every: day, start: "2024-01-01"}
    executor: {kubernetes: {image: a}}
    steps:
      a: {run: echo, cache: true, deps: [x], outs: [y]}
      b: {run: echo, environment: {venv: .venv}}
`;
    const compiled = await serviceOf(text).compile({ pipeline: 'p', to: 'github' });
    expect(warned(compiled)).toEqual([
      '4 A task takes the partition that is the newest when it begins; compile it with `--partition` for another one.',
      '5 The task only waits for Kubernetes: it needs a kubeconfig, and the rights that it takes.',
      '7 Each task runs: nothing is taken from earlier runs there.',
      '8 The environment is made anew in each task: the image needs the Python, conda or Node that makes it.',
    ]);
  });

  test('jenkins: times with their zone; what follows a failure is left out, and said', async () => {
    const compiled = await compileCourse('jenkins');
    expect(compiled.text).toMatch(/options \{\s+disableConcurrentBuilds\(\)\s+\}\s+triggers \{\s+cron\('TZ=Europe\/Berlin\\n30 2 \* \* 1,0'\)/); // prettier-ignore
    expect(compiled.text).toContain("stash name: 'train-c-0-1', includes: '.modelyard/handover/train-c-0-1.matrix/**'");
    expect(compiled.text).toContain('step night "train (C=0.1)" --from');
    expect(compiled.text).not.toMatch(/alarm|tidy|stage\('last'\)/);
    expect(warned(compiled)).toContain(
      '24 Step alarm is left out: a declarative pipeline has no stage with `if: failure()`.',
    );
    expect(warned(compiled)).toContain('26 Step last is left out: it needs tidy.');
  });

  test('kubeflow: runs whatever came before, without what may be missing; no task after a failure alone', async () => {
    const compiled = await compileCourse('kubeflow');
    const documents = parseAllDocuments(compiled.text).map(one => one.toJS());
    expect(mistakes(schemaOf('kubeflow'), documents[0])).toEqual([]);
    const { tasks } = documents[0].root.dag;
    expect(Object.keys(tasks)).not.toContain('alarm');
    expect(tasks.tidy).toMatchObject({ dependentTasks: ['evaluate'], triggerPolicy: { strategy: 'ALL_UPSTREAM_TASKS_COMPLETED' } }); // prettier-ignore
    expect(tasks.tidy).not.toHaveProperty('inputs');
    expect(Object.keys(tasks.last.inputs.artifacts)).toEqual(['tidy']);
    expect(tasks['train-c-1'].retryPolicy).toEqual({ maxRetryCount: 2, backoffDuration: '30s', backoffFactor: 3 });
    expect(warned(compiled)).toContain(
      '24 Step alarm is left out: Kubeflow has no task that runs after a failure alone.',
    );
    expect(warned(compiled)).toContain('25 Step tidy gets no results of split, prepare, train (C=0.1), train (C=1), evaluate there: they may be missing.'); // prettier-ignore
    expect(warned(compiled)).toContain('8 Kubeflow keeps times beside the file, as recurring runs: `0 30 2 * * 1,0` (with seconds) in Europe/Berlin has to be entered there.'); // prettier-ignore
  });
});

describe('partitions', () => {
  const service = (partitions: string) =>
    serviceOf(`name: x
pipelines:
  p:
    partitions: ${partitions}
    on: {${partitions.startsWith('{') ? 'schedule: "0 3 * * *"' : 'manual: true'}}
    steps: {a: {run: echo}}
`);
  const daily = '{every: day, start: "2024-01-01"}';

  test('argo: tasks are told by a parameter of the workflow, which is the newest when it is empty', async () => {
    const compiled = await service(daily).compile({ pipeline: 'p', to: 'argo' });
    const workflow = parse(compiled.text);
    expect(mistakes(schemaOf('argo', 'io.argoproj.workflow.v1alpha1.CronWorkflow'), workflow)).toEqual([]);
    const { arguments: given, templates } = workflow.spec.workflowSpec;
    expect(given.parameters).toEqual([{ name: 'partition', value: '' }]);
    expect(templates[1].container.args.join(' ')).toContain('--partition {{workflow.parameters.partition}} --report');
    expect(warned(compiled)).toContain('4 A task takes the partition that is the newest when it begins; the parameter `partition` names another one.'); // prettier-ignore
    const listed = await service('[eu, us]').compile({ pipeline: 'p', to: 'argo' });
    expect(mistakes(schemaOf('argo'), parse(listed.text))).toEqual([]);
    expect(parse(listed.text).spec.arguments.parameters).toEqual([{ name: 'partition' }]); // prettier-ignore
    expect(warned(listed)).toContain('4 Each task has to be told which partition it is for: the parameter `partition` has to name one.'); // prettier-ignore
    const one = await service(daily).compile({ pipeline: 'p', to: 'argo', partition: '2024-01-03' });
    expect(parse(one.text).spec.workflowSpec.arguments.parameters).toEqual([{ name: 'partition', value: '2024-01-03' }]); // prettier-ignore
  });

  test.each(['github', 'gitlab', 'jenkins', 'kubeflow'] as const)(
    '%s: tasks are told the one that it is compiled for',
    async to => {
      const compiled = await service('[eu, us]').compile({ pipeline: 'p', to, partition: 'us' });
      expect(compiled.text.replace(/\s+-?\s*/g, ' ')).toMatch(/--partition us --report|partition us/);
      expect(warned(compiled).join()).not.toMatch(/partition/);
      expect(warned(await service('[eu, us]').compile({ pipeline: 'p', to }))).toContain('4 Each task has to be told which partition it is for: compile it with `--partition`.'); // prettier-ignore
    },
  );

  test('one that there is not is refused, and so is a password in the address of the repository', async () => {
    await expect(service('[eu, us]').compile({ pipeline: 'p', to: 'argo', partition: 'asia' })).rejects.toMatchObject({ message: 'Pipeline p has no partition asia.', fix: 'It has eu, us.' }); // prettier-ignore
    await expect(serviceOf('name: x\npipelines: {p: {steps: {a: {run: echo}}}}\n').compile({ pipeline: 'p', to: 'argo', partition: 'eu' })).rejects.toMatchObject({ message: 'Pipeline p has no partitions, so there is no eu.' }); // prettier-ignore
    await expect(service(daily).compile({ pipeline: 'p', to: 'argo', repo: 'https://me:hunter2@git.example.com/x.git' })).rejects.toMatchObject({ code: 'params.invalid', message: expect.stringMatching(/^The address of the repository has a password in it/) }); // prettier-ignore
  });
});

test.skipIf(process.platform === 'win32')('no value of a matrix means anything to a shell', async () => {
  const text =
    'name: x\npipelines: {p: {steps: {a: {run: echo, matrix: {C: ["$(touch made)", "`touch made`", "$HOME"]}}}}}\n';
  const { jobs } = parse((await serviceOf(text).compile({ pipeline: 'p', to: 'github', cli: 'echo' })).text);
  const folder = temporaryFolder();
  const said = Object.values<{ steps: { run?: string }[] }>(jobs).map(({ steps }) => execFileSync('sh', ['-c', steps.find(({ run }) => run)?.run ?? ''], { cwd: folder, encoding: 'utf8' })); // prettier-ignore
  expect(said.map(line => /^step p (a \(C=.*\)) --to/.exec(line)?.[1])).toEqual(['a (C=$(touch made))', 'a (C=`touch made`)', 'a (C=$HOME)']); // prettier-ignore
  expect(readdirSync(folder)).toEqual([]);
});

test('a pipeline that is not there is named, with those that are', async () => {
  await expect(compile('argo', { pipeline: 'x' })).rejects.toMatchObject({
    code: 'not-found',
    fix: 'It has Nightly_train.',
  });
});
