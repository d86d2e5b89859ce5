import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseConfig } from '../../../engine/config/parse';
import { findingsOf } from '../../../engine/infrastructure/check/findings';
import type { InfraTarget } from '../../../engine/protocol/infrastructure';
import { configOf, kit, source } from './kit';

const short = 'infrastructure: {models: {risk: {image: "registry.example.com/risk:3"}}, terraform: true}';
const scaled = `
infrastructure:
  terraform: true
  models:
    risk:
      image: registry.example.com/risk@sha256:${'a'.repeat(64)}
      stage: staging
      namespace: ml
      replicas: {min: 2, max: 6}
      resources: {cpu: "1", memory: 1Gi}
      secret: keys
      hosts: [risk.example.com]
`;
const none = new AbortController().signal;
const problems = (infrastructure: string) =>
  parseConfig(source(infrastructure), 'modelyard.yaml').diagnostics.map(({ code, key, message }) => [
    code,
    key,
    message,
  ]);

test.each([
  ['short', short],
  ['long', scaled],
])('what is generated from a %s config is valid, in step, and says so', async (_, text) => {
  const { service, workspace } = kit();
  const { deploy } = service(text);
  expect((await deploy.status()).files.map(({ file, state }) => [file, state])).toEqual([
    ['deploy/risk/Dockerfile', 'missing'],
    ['deploy/risk/kubernetes.yaml', 'missing'],
    ['deploy/main.tf.json', 'missing'],
  ]);
  expect((await deploy.check({}, none)).passed).toBe(false);
  const written = await deploy.write({});
  expect(written.files.every(file => file.written)).toBe(true);
  const checked = await deploy.check({}, none);
  expect(checked.files.map(({ findings }) => findings)).toEqual([[], [], []]);
  expect(checked.passed).toBe(true);
  expect((await deploy.write({})).files.some(file => file.written)).toBe(false);
  // another version of Modelyard that writes the same says nothing
  const later = await service(text, { version: '1.2.4' }).deploy.status();
  expect(later.files.map(({ state }) => state)).toEqual(['current', 'current', 'current']);
  expect(await service(text).drift(configOf(source(text)))).toEqual([]);
  const module_ = readFileSync(path.join(workspace, 'deploy/main.tf.json'), 'utf8');
  expect(module_.match(/"MODELYARD_SERVING_TOKEN",\s+"valueFrom"/g)).toHaveLength(1);
});

test('a change of modelyard.yaml and one by hand are told apart, and parts of the owner are kept', async () => {
  const { service, workspace } = kit();
  await service(short).deploy.write({});
  const file = path.join(workspace, 'deploy/risk/kubernetes.yaml');
  const own = '            - {name: LANG, value: C.UTF-8}';
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/(>>> own: env\n)/, `$1${own}\n`));
  expect((await service(short).deploy.check({}, none)).files[1]).toMatchObject({ state: 'current', findings: [] });

  const stateOf = async (config: string) => (await service(config).deploy.status()).files.map(({ state }) => state);
  expect(await stateOf(scaled)).toEqual(['outdated', 'outdated', 'outdated']);
  const drift = await service(scaled).drift(configOf(source(scaled)));
  expect(drift.map(({ key, code }) => [key, code])).toEqual([
    ['infrastructure.models.risk', 'infrastructure-outdated'],
    ['infrastructure.models.risk', 'infrastructure-outdated'],
    ['infrastructure.terraform', 'infrastructure-outdated'],
  ]);
  await service(scaled).deploy.write({});
  expect(readFileSync(file, 'utf8')).toContain(own);
  expect(await stateOf(scaled)).toEqual(['current', 'current', 'current']);

  writeFileSync(file, readFileSync(file, 'utf8').replace('memory: 1Gi', 'memory: 2Gi'));
  const module_ = path.join(workspace, 'deploy/main.tf.json');
  writeFileSync(module_, readFileSync(module_, 'utf8').replace('"1Gi"', '"2Gi"'));
  expect(await stateOf(scaled)).toEqual(['current', 'edited', 'edited']);
  const kept = await service(scaled).deploy.write({});
  expect(kept.files.map(({ written }) => written)).toEqual([false, false, false]);
  expect((await service(scaled).deploy.write({ force: true })).files.map(({ written }) => written)).toEqual([
    false,
    true,
    true,
  ]);
  expect(await stateOf(scaled)).toEqual(['current', 'current', 'current']);
});

test('a file that was there, and a folder that leads out, stay untouched', async () => {
  const { service, workspace, root } = kit('part');
  mkdirSync(path.join(workspace, 'deploy/risk'), { recursive: true });
  writeFileSync(path.join(workspace, 'deploy/risk/Dockerfile'), 'FROM scratch\n');
  expect((await service(short).deploy.write({})).files[0]).toMatchObject({ state: 'foreign', written: false });
  expect(readFileSync(path.join(workspace, 'deploy/risk/Dockerfile'), 'utf8')).toBe('FROM scratch\n');
  mkdirSync(path.join(root, 'elsewhere'));
  symlinkSync(path.join(root, 'elsewhere'), path.join(workspace, 'out'));
  const linked = short.replace('terraform: true', 'terraform: true, folder: out');
  await expect(service(linked).deploy.write({})).rejects.toMatchObject({ code: 'conflict' });
});

test('what a pod has of the config', async () => {
  const { files } = await kit().service(scaled).deploy.status();
  const documents = parseAllDocuments(files[1]!.text);
  if (!Array.isArray(documents)) throw new Error('empty');
  const all: readonly Record<string, unknown>[] = documents.map(one => one.toJS()).filter(Boolean);
  expect(all.map(({ kind }) => kind)).toEqual([
    ...['ServiceAccount', 'Deployment', 'Service', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'NetworkPolicy'],
  ]);
  expect(all[1]).toMatchObject({
    metadata: { name: 'risk', namespace: 'ml' },
    spec: {
      template: {
        spec: {
          containers: [
            {
              image: `registry.example.com/risk@sha256:${'a'.repeat(64)}`,
              env: [
                { name: 'MODELYARD_SERVED_MODEL', value: 'risk' },
                {
                  name: 'MODELYARD_ALLOWED_HOSTS',
                  value: 'risk,risk.ml,risk.ml.svc,risk.ml.svc.cluster.local,risk.example.com',
                },
                { name: 'MODELYARD_SERVING_TOKEN', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } },
              ],
              resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } },
            },
          ],
        },
      },
    },
  });
  expect(all[1]).not.toHaveProperty('spec.replicas'); // the autoscaler's
  expect(all[3]).toMatchObject({ spec: { minReplicas: 2, maxReplicas: 6 } });
  expect(files[0]!.text).toContain('modelyard export model risk@staging');
});

test('what cannot be meant in the config is said at its key', () => {
  const one = (rest: string) => problems(`infrastructure: {models: {risk: {image: "a:1", ${rest}}}}`);
  expect(problems('infrastructure: {models: {risky: {image: "a:1"}}}')).toEqual([
    ['unknown-model', 'infrastructure.models.risky', expect.stringContaining('risky')],
  ]);
  expect(one('stage: prod')[0]!.slice(0, 2)).toEqual(['unknown-stage', 'infrastructure.models.risk.stage']);
  expect(one('replicas: {min: 3, max: 2}')).toHaveLength(1);
  expect(one('resources: {memory: lots}')).toHaveLength(1);
  expect(one('secret: "A B"')).toHaveLength(1);
  expect(problems('infrastructure: {models: {risk: {image: risk}}}')).toHaveLength(1);
  expect(problems('infrastructure: {models: {risk: {image: "risk:latest"}}}')).toHaveLength(1);
  expect(problems('infrastructure: {models: {}}')).toHaveLength(1);
  expect(one('replicas: 3')).toEqual([]);
});

/** The codes of what is found after a change of the right file. */
async function after(
  target: InfraTarget,
  from: string | RegExp,
  to: string,
  config = scaled,
): Promise<readonly string[]> {
  const { files } = await kit().service(config).deploy.status();
  const { text } = files.find(file => file.target === target)!;
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return findingsOf(target, changed).map(({ code, line }) => `${code}${line === undefined ? '' : `:${changed.split('\n')[line - 1]!.trim()}`}`); // prettier-ignore
}

describe('of a manifest', () => {
  test.each([
    ['an unknown key', 'minReplicas: 2', 'minReplica: 2', ['schema:minReplica: 2']],
    ['a wrong type', 'containerPort: 8080', 'containerPort: "8080"', ['schema:containerPort: "8080"']],
    ['a quantity', 'cpu: "1"', 'cpu: one', ['schema:cpu: one']],
    [
      'a missing key',
      /\n +selector:\n +matchLabels:\n +app.kubernetes.io\/name: risk\n +strategy/,
      '\n  strategy',
      ['schema:spec:'],
    ],
    ['an old apiVersion', 'autoscaling/v2', 'autoscaling/v2beta2', ['schema:apiVersion: autoscaling/v2beta2']],
    ['no YAML', 'kind: Deployment', 'kind: [', [expect.stringMatching(/^yaml:/)]],
    ['a name', 'name: risk\n', 'name: Risk_1\n', expect.arrayContaining([expect.stringMatching(/^name:/)])],
    ['root', 'runAsNonRoot: true', 'runAsNonRoot: false', ['root:securityContext:']],
    [
      'a file system that can be written',
      'readOnlyRootFilesystem: true',
      'readOnlyRootFilesystem: false',
      ['read-only:securityContext:'],
    ],
    [
      'privileges',
      'allowPrivilegeEscalation: false',
      'privileged: true',
      ['privileged:securityContext:', 'escalation:securityContext:'],
    ],
    ['capabilities', '- ALL', '- NET_RAW', ['capabilities:securityContext:']],
    ['system calls', 'type: RuntimeDefault', 'type: Unconfined', ['seccomp:securityContext:']],
    ['no limit', /limits:\n +memory: 1Gi/, 'limits: {}', ['resources:resources:']],
    ['a limit below', /limits:\n( +)memory: 1Gi/, 'limits:\n$1memory: 1Mi', ['resources:resources:']],
    [
      'a secret',
      /valueFrom:\n +secretKeyRef:\n +name: keys\n +key: token/,
      'value: hunter22',
      [expect.stringMatching(/^secret:/)],
    ],
    ['the port of a service', 'targetPort: http', 'targetPort: web', ['port:- name: http']],
    [
      'the selector of a service',
      /selector:\n +app.kubernetes.io\/name: risk\n +ports/,
      'selector: {app: x}\n  ports',
      ['selector:selector: {app: x}'],
    ],
    [
      'the port of a probe',
      /(livenessProbe:\n +httpGet:\n +path: \/ping\n +port: )http/,
      '$19000',
      ['probe:livenessProbe:'],
    ],
    ['no probe', 'readinessProbe:', 'startupprobe:', [expect.stringMatching(/^schema:/)]],
    ['a tag', /image: .*/, 'image: risk', ['image-tag:image: risk']],
    [
      'the target of scaling',
      /(kind: Deployment\n +name: )risk/,
      '$1other',
      ['replicas:spec:', 'target:scaleTargetRef:'],
    ],
    ['least above most', 'minReplicas: 2', 'minReplicas: 9', ['replicas:minReplicas: 9']],
    ['a budget that blocks', 'maxUnavailable: 1\n', 'minAvailable: 2\n', ['budget:spec:']],
    ['replicas beside an autoscaler', 'strategy:', 'replicas: 2\n  strategy:', ['replicas:replicas: 2']],
    ['the machine', 'enableServiceLinks: false', 'hostNetwork: true', ['host:hostNetwork: true']],
  ])('%s', async (_, from, to, expected) => {
    expect(await after('kubernetes', from, to)).toEqual(expected);
  });

  test('no policy of the network, and a kind that is the owner’s', async () => {
    expect(await after('kubernetes', /---\napiVersion: networking[^]*$/, '---\napiVersion: x.example.com/v1\nkind: Own\nmetadata: {name: a}\n')).toEqual(['network:template:']); // prettier-ignore
    expect(findingsOf('kubernetes', '')).toMatchObject([{ code: 'empty' }]);
    const bomb = `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i},*a${i}]\n`).join('')}`;
    expect(findingsOf('kubernetes', bomb)).toMatchObject([{ code: 'schema' }]);
  });
});

test.each([
  ['no JSON', /}\s*$/, '', 'It is no JSON'],
  ['an unknown block', '"variable": {', '"variables": {', 'A module has no blocks `variables`.'],
  ['an unknown variable', '${var.risk_image}', '${var.image}', 'There is no variable `image`.'],
  ['an open expression', '${var.risk_image}', '${var.risk_image', 'An expression is not closed'],
  ['no provider', '"kubernetes": {\n        "source"', '"other": {\n        "source"', 'No `required_providers` says'],
  ['a type', '"type": "string"', '"type": "text"', 'has no type that Terraform knows'],
  ['a manifest in it', '"readOnlyRootFilesystem": true', '"readOnlyRootFilesystem": false', 'may write into its image'],
  ['an output', '"value": "http', '"worth": "http', 'The output `risk_address` has no value.'],
])('of a module of Terraform: %s', async (_, from, to, message) => {
  const { files } = await kit().service(scaled).deploy.status();
  const { text } = files.find(file => file.target === 'terraform')!;
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  expect(
    findingsOf('terraform', changed)
      .map(one => one.message)
      .join('\n'),
  ).toContain(message);
});

test.each([
  ['root', 'USER 10001:10001', 'USER root', ['root']],
  ['an instruction', 'EXPOSE', 'EXPOSES', ['instruction']],
  ['a base', 'FROM node:22-slim', 'FROM node', ['image-tag']],
  ['a secret', 'ENV NODE_ENV', 'ENV API_TOKEN=abcdef NODE_ENV', ['secret']],
  ['a shell', /CMD .*/, 'CMD modelyard serve', ['command']],
  ['nothing to start', /CMD .*/, '', ['command']],
])('of a Dockerfile: %s', async (_, from, to, codes) => {
  expect((await after('image', from, to)).map(one => one.split(':', 1)[0])).toEqual(codes);
});
