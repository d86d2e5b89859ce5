import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { dataFiles, dataStamp, partsOf } from '../../dataFiles';
import { ModelyardError } from '../../errors';
import { refuseOutside } from '../../paths';
import type { DatasetSource, JobSurroundings } from '../../protocol/jobs';
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

const splitSchema = v.object({ dataset: v.string() });

/**
 * Those that trials read: the one that was split. What lies outside of the workspace is not sent anywhere.
 * @throws ModelyardError `config.invalid` for a path or link that leads out, `data.missing`
 */
async function readDatasets({ inputs, datasets }: JobSurroundings): Promise<readonly DatasetSource[]> {
  const split = inputs.find(({ kind }) => kind === 'split');
  const text = split === undefined ? '' : await readFile(split.path, 'utf8');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), splitSchema), text);
  const wanted = datasets.filter(({ name }) => !parsed.success || name === parsed.output.dataset);
  for (const { name, path: at, root, file = at } of wanted) {
    if (root !== undefined) await refuseOutside(root, { file: at, shown: file, key: `datasets.${name}.path` });
    if ((await dataStamp({ path: at })) === undefined)
      throw new ModelyardError('data.missing', `The data file ${file} of dataset ${name} is missing.`, {
        fix: `Put it there, or correct \`datasets.${name}.path\` in modelyard.yaml.`,
      });
  }
  return wanted;
}

interface AddedData {
  readonly dataset: DatasetSource;
  readonly name: string;
  readonly i: number;
}

/** Adds the files of a dataset; returns the path or pattern that they have in the package. */
async function addData(
  files: Map<string, string>,
  { dataset, name, i }: AddedData,
  signal: AbortSignal,
): Promise<string> {
  const several = (await dataFiles(dataset.path, signal)) !== undefined;
  for (const part of await partsOf(dataset.path, signal))
    files.set(several ? `data/${i}/${part.name}` : `${name}${part.name}`, part.file);
  return several ? `data/${i}/**` : name;
}

interface TrialPackageOptions {
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
  const datasets: DatasetSource[] = [];
  for (const [i, dataset] of (await readDatasets(surroundings)).entries())
    datasets.push({
      ...dataset,
      path: await addData(files, { dataset, name: `data/${i}-${path.basename(dataset.path)}`, i }, signal),
    });
  if (datasets.some(({ format }) => format === 'sqlite'))
    files.set('sql-wasm.wasm', path.join(folder, 'sql-wasm.wasm'));
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
