import { gateRivals } from '../step/gateNeeds';
import type { Expectation } from '../../protocol/expectations';
import type { Waiver } from '../../protocol/waivers';
import type { DatasetConfig, StepConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';

/** Why a step's result is never taken from an earlier run, in words; undefined when it may be. */
export function eachTime(
  step: StepConfig,
  { datasets, models }: Pick<WorkspaceConfig, 'datasets' | 'models'>,
): string | undefined {
  switch (step.uses) {
    case 'gate':
      return 'it judges each time, by what holds the stage then';
    case 'test':
      return 'it is timed each time, beside the best version there is then';
    case 'features':
      return step.with.event_time === undefined ? 'it asks for the features of the time of the run' : undefined;
    case 'materialise':
      return 'it looks each time for what is new';
    case 'check-features':
      return 'it judges each time what there is then';
    case 'register':
      return 'it looks each time; the same model gets no second version';
    case 'validate':
      return validated(step.with.train_test === true, datasets[step.with.dataset]);
    case 'evaluate':
      return step.with.champion === undefined
        ? besideRivals({ models })
        : `it is measured against the best version of ${step.with.champion}, whichever that is now`;
    case 'cross-validate':
      return step.with.against === undefined
        ? undefined
        : `it is compared with ${step.with.against}, whatever that is now`;
    case 'tune':
      if (step.with.fresh) return 'it begins a new study each time (`fresh`)';
      return step.with.warm_start > 0 ? 'what it tries first (`warm_start`) depends on the runs there are' : undefined;
    case 'run':
      return undeclared(step.outs.length > 0, step.deps !== undefined);
    default:
      return undefined;
  }
}

function besideRivals({ models }: Pick<WorkspaceConfig, 'models'>): string | undefined {
  const [rival] = gateRivals({ models });
  return rival && `it is measured against the version of ${rival.model} in ${rival.name}, whichever that is now`;
}

/** Only a step of the table judges `expect:`, only one of the parts the checks of these. */
function validated(isTrainTest: boolean, dataset: DatasetConfig | undefined): string | undefined {
  const expect = isTrainTest ? [] : (dataset?.expect ?? []);
  const checks = (dataset?.checks ?? []).filter(({ suite }) => (suite === 'train-test') === isTrainTest);
  return waivedEachTime([...expect, ...checks]) ?? expected(expect);
}

function expected(rules: readonly Expectation[]): string | undefined {
  if (rules.some(rule => rule.fresh_within !== undefined))
    return 'how old the data is (`fresh_within`) is looked at each time';
  const compares = rules.some(
    ({ compared_with, row_count_of, kl_divergence, chi_squared, kolmogorov_smirnov }) =>
      [kl_divergence, chi_squared, kolmogorov_smirnov].some(rule => rule?.compared_with !== undefined) ||
      compared_with !== undefined ||
      row_count_of !== undefined,
  );
  return compares ? 'it is compared with other data (`compared_with`), whatever that is now' : undefined;
}

function undeclared(hasOuts: boolean, hasDeps: boolean): string | undefined {
  if (hasOuts && hasDeps) return undefined;
  const missing = hasOuts ? '`deps`' : hasDeps ? '`outs`' : '`deps` and `outs`';
  return hasOuts || hasDeps
    ? `it runs each time: without ${missing} nobody knows what it ${hasOuts ? 'reads' : 'makes'}`
    : `it runs each time: without ${missing} nobody knows what it reads and makes`;
}

/** A waiver ends with its day. */
const waivedEachTime = (rules: readonly { readonly waive?: Waiver }[]): string | undefined =>
  rules.some(({ waive }) => waive !== undefined) ? 'whether a waiver still holds is looked at each time' : undefined;
