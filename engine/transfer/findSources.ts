import fs from 'node:fs';
import path from 'node:path';
import type { FoundSource } from '../protocol/transfer';
import { isWandbRun } from './read/detect';

/** The names that tools give to what they keep, looked for at the top of a folder. */
export function findSources(folder: string): readonly FoundSource[] {
  const names = fs.readdirSync(folder).sort();
  return names.flatMap((name): readonly FoundSource[] => {
    const found = path.join(folder, name);
    if (name === 'mlruns' && isFolder(found)) return [{ kind: 'mlruns', path: found }];
    if (name === 'mlflow.db' || name === 'mlruns.db') return [{ kind: 'mlflow-db', path: found }];
    if (name === 'wandb' && isFolder(found) && fs.readdirSync(found).some(isWandbRun))
      return [{ kind: 'wandb', path: found }];
    if (name === 'dvc.yaml' || (name === 'dvclive' && isFolder(found) && !names.includes('dvc.yaml')))
      return [{ kind: 'dvc', path: folder }];
    return [];
  });
}

const isFolder = (name: string): boolean => fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
