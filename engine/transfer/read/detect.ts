import fs from 'node:fs';
import path from 'node:path';
import { ModelyardError } from '../../errors';
import type { SourceKind } from '../../protocol/transfer';

/** What a file or folder holds, by its names and first bytes. @throws ModelyardError `not-found`, `data.unreadable` */
export function detectKind(source: string): SourceKind {
  const stat = fs.statSync(source, { throwIfNoEntry: false });
  if (stat === undefined) throw new ModelyardError('not-found', `There is no file or folder ${source}.`);
  const kind = stat.isDirectory() ? kindOfFolder(source) : stat.isFile() ? kindOfFile(source) : undefined;
  if (kind !== undefined) return kind;
  throw new ModelyardError('data.unreadable', `${source} is nothing that runs can be imported from.`, {
    place: { file: source },
    fix: 'Name a folder mlruns, a file mlflow.db, a DVC project, a folder wandb, a CSV of runs, or a bundle of Modelyard.',
  });
}

function kindOfFolder(folder: string): SourceKind | undefined {
  const has = (...parts: string[]): boolean => fs.existsSync(path.join(folder, ...parts));
  const names = fs.readdirSync(folder);
  if (has('meta.yaml') || names.some(name => has(name, 'meta.yaml')) || has('.trash') || hasModels(folder))
    return 'mlruns';
  if (names.some(isWandbRun) || names.some(name => name.endsWith('.wandb'))) return 'wandb';
  if (has('dvc.yaml') || has('dvc.lock') || has('dvclive') || isDvclive(folder)) return 'dvc';
  if (has('wandb') && fs.readdirSync(path.join(folder, 'wandb')).some(isWandbRun)) return 'wandb';
  return undefined;
}

/** A registry of MLflow in a folder of its own. */
function hasModels(folder: string): boolean {
  const models = path.join(folder, 'models');
  if (fs.statSync(models, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  const isVersion = (name: string): boolean => /^version-\d+$/.test(name);
  return fs
    .readdirSync(models, { withFileTypes: true })
    .some(
      entry =>
        entry.isDirectory() &&
        fs.existsSync(path.join(models, entry.name, 'meta.yaml')) &&
        fs.readdirSync(path.join(models, entry.name)).some(isVersion),
    );
}

/** A folder that DVCLive writes. */
const isDvclive = (folder: string): boolean =>
  fs.existsSync(path.join(folder, 'metrics.json')) && fs.existsSync(path.join(folder, 'plots'));

export const isWandbRun = (name: string): boolean => /^(offline-)?run-\d{8}_\d{6}-/.test(name);

function kindOfFile(file: string): SourceKind | undefined {
  const head = firstBytes(file, 16);
  if (head.toString('latin1') === 'SQLite format 3\0') return 'mlflow-db';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'bundle';
  if (head.toString('latin1', 0, 4) === ':W&B') return 'wandb';
  if (/\.csv$/i.test(file)) return 'csv';
  return undefined;
}

function firstBytes(file: string, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const fd = fs.openSync(file, fs.constants.O_RDONLY | nonBlocking);
  try {
    if (!fs.fstatSync(fd).isFile()) return bytes;
    return bytes.subarray(0, fs.readSync(fd, bytes, 0, length, 0));
  } finally {
    fs.closeSync(fd);
  }
}

/** Windows has none; a named pipe must not be waited for. */
const constant = (value: number | undefined): number => value ?? 0;
const nonBlocking = constant(fs.constants.O_NONBLOCK);
