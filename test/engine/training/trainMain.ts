import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TrainOptions } from '../../../engine/protocol/steps/learners';
import { createTrainRunner } from '../../../engine/training/trainStep';
import { csvAccess } from './csvFrame';
import { boostedOptions, forestOptions, logisticOptions, networkOptions, prepareOptions } from './options';
import { Steps } from './steps';

function optionsOf(learner: string): TrainOptions {
  if (learner === 'logistic') return logisticOptions;
  if (learner === 'forest') return forestOptions({ trees: 20 });
  if (learner === 'boosted-trees') return boostedOptions({ trees: 30, row_sample: 0.8, column_sample: 0.5 });
  return networkOptions({ epochs: 4, dropout: 0.2 });
}

/** Run as a process of its own: trains on a CSV in the folder given; prints the hash of weights and ONNX file. */
async function main([csv = '', folder = '', learner = '']: readonly string[]): Promise<void> {
  const steps = new Steps(folder, csv);
  await steps.split({ stratify: 'creditability' });
  await steps.prepare(prepareOptions({ label: 'creditability', positive: 'bad' }));
  const result = await createTrainRunner({ data: csvAccess, assetsDir: __dirname })(
    {
      uses: 'train',
      with: optionsOf(learner),
      step: 'train',
      workspace: folder,
      workDir: folder,
      datasets: [{ name: 'applications', path: csv, format: 'csv', missing: [], expect: [] }],
      inputs: [
        { kind: 'split', step: 'split', path: steps.path('split', 'split.json') },
        { kind: 'preparation', step: 'prepare', path: steps.path('prepare', 'preparation.json') },
      ],
    },
    { signal: new AbortController().signal, progress: () => {}, log: () => {}, metric: () => {} },
  );
  const hash = createHash('sha256');
  for (const file of ['model.onnx', 'modelyard/model.json', 'modelyard/preparation.json'])
    hash.update(readFileSync(path.join(folder, 'model', file)));
  console.log(JSON.stringify({ hash: hash.digest('hex'), summary: result.summary }));
}

void main(process.argv.slice(2));
