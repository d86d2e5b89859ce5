import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { JobSurroundings } from '../../protocol/jobs';
import type { RayConfig } from '../../protocol/executors';
import type { Package } from '../package';
import { zipOf } from '../package';
import { driver } from './trialDriver';

/** Of the folder of the programs: what a trial loads, its workers too. The large ones it has no use for stay here. */
const isProgram = (name: string): boolean =>
  /^(\w+\.js|tfjs-.*\.wasm)$/.test(name) && !/^(engine|cli|extension|import)\.js$/.test(name);
export const trialEntrypoint = 'sh trials.sh';

const start = `for python in python python3; do
  if "$python" -c 'import ray' 2>/dev/null; then exec "$python" trials.py; fi
done
echo 'Neither python nor python3 of the Ray head has the package ray.' >&2
exit 1
`;

export interface TrialPackageOptions {
  /** The program that runs one job; beside it lies what it needs. */
  readonly jobFile: string;
  readonly surroundings: JobSurroundings;
  readonly ray: RayConfig;
  readonly slots: number;
}

/**
 * All that measuring trials takes, as one package that each node of the cluster unpacks once: the programs of this very
 * Modelyard, so that a trial gives there what it gives here; what the steps before have made; the data.
 */
export async function trialPackage(options: TrialPackageOptions, signal: AbortSignal): Promise<Package> {
  const { jobFile, surroundings, ray, slots } = options;
  const folder = path.dirname(jobFile);
  const files = new Map<string, string>();
  for (const name of (await readdir(folder)).filter(isProgram).sort()) files.set(name, path.join(folder, name));
  const inputs = surroundings.inputs.map((input, i) => {
    const name = `inputs/${i}-${path.basename(input.path)}`;
    if (input.kind === 'split' || input.kind === 'preparation') files.set(name, input.path);
    return { ...input, path: name };
  });
  const datasets = surroundings.datasets.map((dataset, i) => {
    const name = `data/${i}-${path.basename(dataset.path)}`;
    files.set(name, dataset.path);
    return { ...dataset, path: name };
  });
  const { cpus = 1, gpus = 0, tracking } = ray;
  const settings = {
    cpus,
    gpus,
    slots,
    threads: Math.max(1, Math.floor(cpus)),
    tokenVariable: tracking?.token?.env ?? '',
  };
  const taken = inputs.filter(({ path: name }) => files.has(name));
  const texts = {
    'trials.sh': start,
    'trials.py': driver,
    'trials.json': JSON.stringify(settings),
    'study.json': JSON.stringify({ step: surroundings.step, inputs: taken, datasets }),
  };
  return zipOf({ texts, files }, signal);
}
