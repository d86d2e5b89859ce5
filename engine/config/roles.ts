import type { DataRoles } from '../protocol/dataChecks';
import type { DatasetConfig, StepConfig, WorkspaceConfig } from '../protocol/workspaceConfig';
import { suiteOf } from './grammar/dataChecks/dataCheck';
import { ownDataset } from './ownDataset';

/**
 * The datasets, those with checks with what the pipelines say about their columns. Where a step judges the parts of a
 * split and the list has no check of them, the whole suite stands in.
 */
export function withRoles({ datasets, pipelines }: WorkspaceConfig): WorkspaceConfig['datasets'] {
  const placed = Object.values(pipelines).flatMap(({ steps }) =>
    Object.entries(steps).flatMap(([name, step]) => {
      const dataset = ownDataset(name, steps) ?? onlyOne(datasets);
      return dataset === undefined ? [] : [{ dataset, step }];
    }),
  );
  return Object.fromEntries(
    Object.entries(datasets).map(([name, dataset]) => {
      const steps = placed.flatMap(one => (one.dataset === name ? [one.step] : []));
      const checks = withParts(dataset, steps);
      return [name, checks === undefined ? dataset : { ...dataset, checks, roles: rolesOf(steps) }];
    }),
  );
}

function withParts({ checks }: DatasetConfig, steps: readonly StepConfig[]): DatasetConfig['checks'] {
  const isAsked = steps.some(step => step.uses === 'validate' && step.with.train_test === true);
  if (!isAsked || checks?.some(({ suite }) => suite === 'train-test') === true) return checks;
  return [...(checks ?? []), ...suiteOf('train-test', {}, -1)];
}

function rolesOf(steps: readonly StepConfig[]): DataRoles {
  const prepares = steps.flatMap(step => (step.uses === 'prepare' ? [step.with] : []));
  const labels = [...new Set(prepares.map(({ label }) => label))];
  const times = new Set(steps.flatMap(step => (step.uses === 'split' ? (step.with.time ?? []) : [])));
  const [label, another] = labels;
  const tasks = new Set(prepares.map(({ task }) => task));
  const [task] = tasks;
  const [date] = times;
  const all = (lists: readonly (readonly string[])[]): readonly string[] =>
    lists[0]?.filter(name => lists.every(list => list.includes(name))) ?? [];
  const drop = all(prepares.map(one => one.drop));
  const categorical = all(
    prepares.map(({ columns }) => Object.keys(columns).filter(name => columns[name]?.type === 'categorical')),
  );
  if (another !== undefined)
    return { unsure: `pipelines predict different columns (${labels.join(', ')}): name one with \`label\`` };
  return {
    ...(label !== undefined && { label }),
    ...(task !== undefined && tasks.size === 1 && { task }),
    ...(date !== undefined && times.size === 1 && { date }),
    ...(drop.length > 0 && { drop }),
    ...(categorical.length > 0 && { categorical }),
  };
}

function onlyOne(datasets: WorkspaceConfig['datasets']): string | undefined {
  const [only, another] = Object.keys(datasets);
  return another === undefined ? only : undefined;
}
