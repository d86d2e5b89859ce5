import type { WrittenParameter } from '../../config/parameters';

/** What a step calls an option when it logs it, where that is not its name in modelyard.yaml. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  split: { test: 'split_test', seed: 'split_seed' },
  prepare: { 'categorical.encode': 'categorical' },
  train: { seed: 'train_seed' },
  evaluate: {
    'cost.false_negative': 'cost_false_negative',
    'cost.false_positive': 'cost_false_positive',
    threshold: 'evaluate_threshold',
    seed: 'evaluate_seed',
  },
};

/** The params of a run that may hold a value of modelyard.yaml, most likely first. */
export function loggedNames({ step, uses, path }: WrittenParameter): readonly string[] {
  const [section, ...rest] = path;
  const name = rest.join('.');
  if (uses === 'run') return section === 'env' ? [...new Set([name, name.toLowerCase()])] : [];
  if (section !== 'with') return [];
  const logged = renamed[uses]?.[name] ?? name;
  return [uses === 'train' ? logged : `${step}.${logged}`];
}
