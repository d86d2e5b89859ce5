import type { PipelineConfig, StepConfig } from '../../protocol/workspaceConfig';

/** Says why an earlier result of a step is not looked for; undefined when it is. */
export type Ignored = (step: StepConfig, name: string) => string | undefined;

/** `fresh`: everything was asked to run; `named`: these steps were. */
export function ignoring(
  pipeline: Pick<PipelineConfig, 'cache'>,
  { fresh = false, named }: { readonly fresh?: boolean; readonly named?: ReadonlySet<string> },
): Ignored {
  return (step, name) => {
    if (fresh || named?.has(name) === true) return 'it was asked to run anew';
    if (step.cache === false) return 'it says `cache: false`';
    return (step.cache ?? pipeline.cache ?? true) ? undefined : 'the pipeline says `cache: false`';
  };
}
