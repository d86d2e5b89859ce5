import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
import { expect, test, vi } from 'vitest';
import { requireSignedFolder } from '../../../../engine/security/signing/signedFolder';
import { journey } from '../../../support/journey';
import { peopleCsv } from '../../../support/people';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = journey();
const config = (security: string) => `name: signed
datasets:
  people: {path: people.csv}
models:
  m:
    stages: [dev, live]
    gates: {live: [{check: signed}]}
pipelines:
  train:
    params: {strength: 1}
    steps:
      split: {uses: split, with: {dataset: people, test: 0.3, stratify: good}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes', drop: [id, city]}}
      train: {uses: train, needs: prepare, with: {learner: logistic, C: 1}}
      evaluate: {uses: evaluate, needs: train, with: {importance: 0, dependence: 0, bootstrap: 100, worst_slices: 0, slices: ['age <= 30'], groups: [{by: city, min_rows: 5}]}}
      register: {uses: register, needs: evaluate, with: {model: m}}
${security}`;

const keysFolder = (): string => mkdtempSync(path.join(os.tmpdir(), 'modelyard-keys-'));

const required = 'security: {signatures: required, keys: [keys/release.pub]}\n';

test('a version is signed, required, verified, found altered, and told of in its BOM', async () => {
  at.write({ 'modelyard.yaml': config(''), 'people.csv': peopleCsv() });
  const run = await at.run('train');
  expect(run.pipelineRun.status, JSON.stringify(run.error)).toBe('succeeded');
  const folder = keysFolder();
  const key = path.join(folder, 'release');
  expect(await at.text('models', 'key', path.join(at.folder, 'mine'))).toMatchObject({ code: 2 });
  const made = await at.text('models', 'key', key);
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).not.toContain('PRIVATE KEY');
  expect(statSync(key).mode & 0o777).toBe(0o600);
  expect(await at.text('models', 'key', key)).toMatchObject({ code: 1 });

  // required, and not signed: nothing loads it, and the gate keeps it out
  at.write({ 'modelyard.yaml': config(required), 'keys/release.pub': readFileSync(`${key}.pub`, 'utf8') });
  const serve = () => at.client.call('serving/start', { model: 'm', at: '1' });
  await expect(serve()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('not signed') });
  const again = await at.run('train', '--fresh');
  expect(again.pipelineRun.status).toBe('succeeded');
  await expect(at.client.call('models/promote', { name: 'm', version: 1, to: 'live' })).resolves.toMatchObject({
    promoted: false,
  });
  expect(await at.text('models', 'verify', 'm', '1')).toMatchObject({ code: 1 });
  // nor does it leave
  const exported = path.join(folder, 'exported');
  const exportModel = () => at.client.call('serving/export', { model: 'm', at: '1', folder: exported, force: true });
  mkdirSync(exported);
  writeFileSync(path.join(exported, 'modelyard-served.json'), '{"model":"earlier","version":7}');
  await expect(exportModel()).rejects.toMatchObject({
    code: 'conflict',
    message: 'Version 1 of m is not signed. It is not exported: modelyard.yaml requires signatures.',
    fix: 'modelyard models sign m 1',
  });
  expect(readdirSync(folder).filter(name => name.startsWith('.'))).toEqual([]);
  expect(readFileSync(path.join(exported, 'modelyard-served.json'), 'utf8')).toContain('earlier');

  chmodSync(key, 0o644);
  const open = await at.text('models', 'sign', 'm', '1', '--key', key);
  expect([open.code, open.stderr]).toEqual([2, expect.stringContaining('Others can read')]);
  chmodSync(key, 0o600);
  const signature = path.join(folder, 'model.sig');
  const signed = await at.text('models', 'sign', 'm', '1', '--key', key, '--output', signature);
  expect(signed, signed.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('is signed by the key') });
  const bundle = JSON.parse(readFileSync(signature, 'utf8'));
  const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
  expect(bundle.mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
  expect(statement).toMatchObject({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://model_signing/signature/v1.0',
    subject: [{ name: 'm' }],
  });
  expect(statement.predicate.resources.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['MLmodel', 'model.onnx', 'modelyard/model.json']),
  );
  expect(await at.text('models', 'verify', 'm', '1')).toMatchObject({ code: 0 });
  expect(await signaturesOf()).toMatchObject([
    {
      version: 1,
      state: 'signed',
      sentence: expect.stringContaining('is signed by the key'),
      readAt: expect.any(Number),
    },
  ]);
  await expect(at.client.call('models/promote', { name: 'm', version: 1, to: 'live' })).resolves.toMatchObject({
    promoted: true,
  });
  const endpoint = await serve();
  await at.client.call('serving/stop', { id: endpoint.id });
  await exportModel();
  expect(readFileSync(path.join(exported, 'model.sig'), 'utf8')).toBe(readFileSync(signature, 'utf8'));
  const isSigned = (keys?: readonly string[]) =>
    requireSignedFolder({ folder: exported, besides: ['modelyard-served.json'], ...(keys && { keys }) });
  await isSigned([readFileSync(`${key}.pub`, 'utf8')]);

  // another key is not trusted
  const other = path.join(folder, 'other');
  expect((await at.text('models', 'key', other, '--algorithm', 'ecdsa-p256')).code).toBe(0);
  expect(await at.text('models', 'verify', 'm', '1', '--key', `${other}.pub`)).toMatchObject({ code: 3 });
  expect(await at.text('models', 'sign', 'm', '2', '--key', other)).toMatchObject({ code: 0 });
  expect(await at.text('models', 'verify', 'm', '2')).toMatchObject({ code: 3 });
  expect(await signaturesOf()).toMatchObject([
    { version: 2, state: 'untrusted' },
    { version: 1, state: 'signed' },
  ]);
  // the keys that modelyard.yaml lists now count, whichever those were that did when the files were read
  at.write({ 'modelyard.yaml': config('security: {keys: [keys/missing.pub]}\n') });
  expect(await signaturesOf()).toMatchObject([
    { state: 'untrusted', sentence: expect.stringContaining('keys/missing.pub') },
    { state: 'untrusted', sentence: expect.stringContaining('keys/missing.pub') },
  ]);
  at.write({ 'modelyard.yaml': config(required) });
  await expect(at.client.call('serving/start', { model: 'm', at: '2' })).rejects.toMatchObject({ code: 'conflict' });

  // an exported folder is held to its signature where it is served
  const served = (...more: string[]) => at.text('serve-folder', exported, ...more);
  const byOther = await served('--key', `${other}.pub`);
  expect([byOther.code, byOther.stderr]).toEqual([1, expect.stringContaining('model.sig is by none of the keys')]);
  const card = path.join(exported, 'MLmodel');
  const text = readFileSync(card, 'utf8');
  writeFileSync(card, `${text}#`);
  const changed = await served();
  expect([changed.code, changed.stderr]).toEqual([1, expect.stringContaining('MLmodel is not what was signed')]);
  writeFileSync(card, text);
  await isSigned();
  writeFileSync(path.join(exported, 'more.bin'), '');
  await expect(isSigned()).rejects.toMatchObject({ message: expect.stringContaining('more.bin was added') });
  rmSync(path.join(exported, 'more.bin'));
  rmSync(path.join(exported, 'model.sig'));
  await isSigned();
  await expect(isSigned([readFileSync(`${key}.pub`, 'utf8')])).rejects.toMatchObject({ code: 'conflict' });

  // the BOM fits its schema
  const { code, stdout } = await at.text('models', 'bom', 'm', '1');
  expect(code).toBe(0);
  const bom = JSON.parse(stdout);
  expect(schemaErrors(bom)).toEqual([]);
  expect(schemaErrors({ ...bom, specVersion: 7 })).not.toEqual([]);
  const { component } = bom.metadata;
  expect(component).toMatchObject({
    type: 'machine-learning-model',
    name: 'm',
    version: '1',
    modelCard: { modelParameters: { task: 'binary classification', approach: { type: 'supervised' } } },
  });
  const { performanceMetrics } = component.modelCard.quantitativeAnalysis;
  expect(
    performanceMetrics.find(
      ({ type, slice }: { type: string; slice?: string }) => type === 'auc' && slice === undefined,
    ),
  ).toMatchObject({ confidenceInterval: { lowerBound: expect.any(String) } });
  expect(performanceMetrics.some(({ slice }: { slice?: string }) => slice === 'age <= 30')).toBe(true);
  expect(component.modelCard.considerations.fairnessAssessments.length).toBeGreaterThan(0);
  expect(bom.components).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'data', name: 'people' })]));
  const properties = new Map(
    component.properties.map(({ name, value }: { name: string; value: string }) => [name, value]),
  );
  expect(properties.get('modelyard:signature')).toBe('signed');
  expect(properties.get('modelyard:pipeline')).toBe('train');
  expect((await at.text('models', 'bom', 'm', '1')).stdout).toBe(stdout);

  // somebody changes a file in the store
  const resource = statement.predicate.resources.find(({ name }: { name: string }) => name === 'model.onnx');
  const object = objectOf(resource.digest);
  chmodSync(object, 0o644);
  const bytes = readFileSync(object);
  writeFileSync(object, Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]));
  const altered = await at.text('models', 'verify', 'm', '1');
  expect([altered.code, altered.stdout]).toEqual([1, expect.stringContaining('model.onnx is not what was signed')]);
  // what was found is known from now on without reading the files
  expect(await signaturesOf()).toMatchObject([{ version: 2 }, { version: 1, state: 'altered', file: 'model.onnx' }]);
  expect((await at.text('models', 'm')).stdout).toMatch(/v1 .*altered/);
  await expect(serve()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('model.onnx') });
  // a wrong signature counts where none is required, too
  at.write({ 'modelyard.yaml': config('') });
  const wrong = { code: 'conflict', message: expect.stringMatching(/^model.onnx is not what was signed/) };
  await expect(exportModel()).rejects.toMatchObject(wrong);
  await expect(serve()).rejects.toMatchObject(wrong);
  const bundled = await at.text('export', 'bundle', path.join(folder, 'runs.tar.gz'));
  expect([bundled.code, bundled.stdout]).toEqual([
    1,
    expect.stringContaining('Model m, version 1, was left out with its files: model.onnx is not what was signed'),
  ]);
  const listed = execFileSync('tar', ['-tzf', path.join(folder, 'runs.tar.gz')], { encoding: 'utf8' });
  expect(listed).toContain('bundle.json');
  expect(listed.replaceAll('/', '')).not.toContain(resource.digest);
  rmSync(folder, { recursive: true });
});

const signaturesOf = async () => (await at.client.call('models/get', { name: 'm' })).signatures;

function objectOf(digest: string): string {
  const folder = path.join(at.folder, '.modelyard');
  const file = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(name =>
    name.replaceAll(path.sep, '').endsWith(digest),
  );
  return path.join(folder, file ?? '');
}

function schemaErrors(bom: unknown): readonly unknown[] {
  const schemas = path.resolve(import.meta.dirname, '../../../../node_modules/@cyclonedx/cyclonedx-library/res/schema');
  const read = (name: string): object =>
    JSON.parse(readFileSync(path.join(schemas, `${name}.SNAPSHOT.schema.json`), 'utf8'));
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
    ajv.addSchema({ ...read(name), $id: `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json` });
  const check = ajv.compile(read('bom-1.6'));
  return check(bom) ? [] : (check.errors ?? []);
}
