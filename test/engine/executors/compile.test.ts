import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { parseConfig } from '../../../engine/config/parse';
import { ExecutorService } from '../../../engine/executors/service';
import { ancestors, topologicalOrder } from '../../../engine/pipelines/graph';
import type { CompileRequest, CompileTarget } from '../../../engine/protocol/executors';

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
  const { config, diagnostics } = parseConfig(text, 'modelyard.yaml');
  expect(diagnostics).toEqual([]);
  return new ExecutorService({
    config: async () => config!,
    graph: { order: topologicalOrder, ancestors },
    version: '1.2.3',
    configFile: 'modelyard.yaml',
    ray: { workspace: '/', git: () => Promise.resolve(undefined) },
  });
};
const compile = (to: CompileTarget, more: Partial<CompileRequest> = {}) =>
  serviceOf(source).compile({ pipeline: 'Nightly_train', to, ...more });

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

test('a pipeline that is not there is named, with those that are', async () => {
  await expect(compile('argo', { pipeline: 'x' })).rejects.toMatchObject({
    code: 'not-found',
    fix: 'It has Nightly_train.',
  });
});
