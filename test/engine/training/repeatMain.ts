import { germanPath } from './csvFrame';
import { evaluateOptions, prepareOptions } from './options';
import { Steps } from './steps';

/** Run as a process of its own: the steps on German Credit in the folder given, then the hash of all they wrote. */
async function main(folder: string): Promise<void> {
  const steps = new Steps(folder, germanPath);
  await steps.split({ stratify: 'creditability' });
  await steps.prepare(prepareOptions({ label: 'creditability', positive: 'bad', drop: ['personal_status_and_sex'] }));
  const cost = { false_negative: 5, false_positive: 1 };
  await steps.evaluate(evaluateOptions({ cost, threshold: 'cost', slices: ['age_in_years <= 25'] }));
  console.log(await steps.hash());
}

void main(process.argv[2] ?? '');
