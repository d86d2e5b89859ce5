import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './store';
import type { TestTransfer } from './transfer';
import { databaseOf, openTestTransfer, transferFixtures } from './transfer';

/** What every file of a model holds. */
export const MLMODEL = 'flavors: {}\n';
export const stages = ['none', 'staging', 'production'];
export const fixtureSql = (name: string): string => readFileSync(path.join(transferFixtures, `${name}.sql`), 'utf8');

/** A database of MLflow with the artifacts of its runs beside it. */
export async function databaseWithFiles(fixture: string, change = ''): Promise<string> {
  const folder = temporaryFolder();
  const text = fixtureSql(fixture);
  for (const [, place = ''] of text.matchAll(/'\/home\/ada\/(mlruns\/1\/[^']*\/artifacts(?:\/[^']*)?)'/g)) {
    const isRun = place.endsWith('/artifacts') && !place.includes('/models/');
    const file = path.join(folder, place, isRun ? 'note.txt' : 'MLmodel');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, MLMODEL);
  }
  return databaseOf(`${text}${change}`, path.join(folder, 'mlflow.db'));
}

/** With the stages of MLflow; no gates. */
export async function openWithModels(): Promise<TestTransfer> {
  const t = await openTestTransfer();
  for (const model of ['credit-risk', 'copied', 'elsewhere', 'logged']) t.models[model] = { stages, gates: {} };
  return t;
}
export const version = (t: TestTransfer, model: string, number: number) => t.registry.versions.get(model, number);
/** The files of a version, found as a client finds them: by its address. */
export async function modelFile(t: TestTransfer, model: string, number: number): Promise<string> {
  const { storage } = version(t, model, number);
  for (const run of t.tracking.searchRecords({ lifecycle: 'all' }).records)
    if (storage === run.artifactUri || storage.startsWith(`${run.artifactUri}/`)) {
      const inside = storage.slice(run.artifactUri.length + 1);
      const file = await t.tracking.readArtifact(run.id, [inside, 'MLmodel'].filter(part => part !== '').join('/'));
      return Buffer.from(file.bytes).toString();
    }
  throw new Error(`${storage} is in no run.`);
}
export const rewrite = (store: string, folder: string, change: (text: string) => string): void => {
  const file = path.join(store, 'models', folder, 'meta.yaml');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
};
/** A version as MLflow writes one. */
export function addVersion(store: string, model: string, number: number, stage = 'None', more = ''): void {
  const folder = path.join(store, 'models', model, `version-${number}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, 'meta.yaml'),
    `name: ${model}\nversion: ${number}\ncreation_timestamp: ${1_700_000_000_000 + number}\ncurrent_stage: ${stage}\n` +
      `source: s3://b/${number}\nstatus: READY\n${more}`,
  );
}
export function addModel(store: string, name: string): string {
  const folder = path.join(store, 'models', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'meta.yaml'), `name: ${name}\ncreation_timestamp: 1700000000000\n`);
  return folder;
}
/** A store with a registry and nothing else, as MLFLOW_REGISTRY_URI may name one. */
export const registryOnly = (): string => {
  const store = path.join(temporaryFolder(), 'mlruns');
  mkdirSync(path.join(store, 'models'), { recursive: true });
  return store;
};

export function runFolder(store: string, name: string): string {
  const found = readdirSync(store, { recursive: true, encoding: 'utf8' }).find(
    entry =>
      entry.endsWith('meta.yaml') && readFileSync(path.join(store, entry), 'utf8').includes(`run_name: ${name}\n`),
  );
  return path.join(store, path.dirname(found!));
}
