import { writtenStep } from './places';
import type { DatasetConfig, StepConfig, WorkspaceConfig } from '../protocol/workspaceConfig';

/** What modelyard.yaml may use. */
export interface Wanted {
  readonly datasets: ReadonlySet<string>;
  /** Relative to the workspace, with `/`. */
  readonly files: ReadonlySet<string>;
  readonly models: ReadonlySet<string>;
  /** Names of feature views. */
  readonly views: ReadonlySet<string>;
}

export interface Use {
  readonly pipeline: string;
  /** Absent: the triggers of the pipeline. */
  readonly step?: string;
  /** Dotted path in modelyard.yaml. */
  readonly key: string;
}

/** Which steps and triggers of modelyard.yaml use something, in their order. */
export function usesOf(config: WorkspaceConfig, wanted: Wanted): readonly Use[] {
  const { pipelines, datasets } = config;
  const only = Object.keys(datasets).length === 1 ? Object.keys(datasets)[0] : undefined;
  return Object.entries(pipelines).flatMap(([pipeline, { steps, on }]) => {
    const watched = [
      ...(on?.change?.datasets ?? []),
      ...(on?.drift ? [on.drift.dataset, on.drift.trained_on ?? on.drift.dataset] : []),
    ];
    const isWatched =
      watched.some(name => wanted.datasets.has(name)) ||
      [on?.model?.name, on?.drift?.model].some(name => name !== undefined && wanted.models.has(name));
    const used = Object.entries(steps).filter(([name, step]) => {
      const dataset = datasetOf(name, steps) ?? only;
      const readsData = step.uses === 'validate' || step.uses === 'split';
      return (
        (readsData &&
          dataset !== undefined &&
          (wanted.datasets.has(dataset) ||
            (step.uses === 'validate' && comparedWith(datasets[dataset]).some(name => wanted.datasets.has(name))))) ||
        joins(step, { config, wanted }) ||
        worksOnViews(step, wanted) ||
        modelsOf(step).some(model => wanted.models.has(model)) ||
        (step.uses === 'run' && [...wanted.files].some(file => dependsOn(step, file)))
      );
    });
    return [
      ...(isWatched ? [{ pipeline, key: `pipelines.${pipeline}.on` }] : []),
      ...used.map(([step]) => ({ pipeline, step, key: `pipelines.${pipeline}.steps.${writtenStep(step)}` })),
    ];
  });
}

/** The datasets that what is expected of one names. */
const comparedWith = (dataset: DatasetConfig | undefined): readonly string[] =>
  (dataset?.expect ?? []).flatMap(({ compared_with, row_count_of, kl_divergence, chi_squared, kolmogorov_smirnov }) => [
    ...[compared_with, row_count_of].flatMap(name => name ?? []),
    ...[kl_divergence, chi_squared, kolmogorov_smirnov].flatMap(rule => rule?.compared_with ?? []),
  ]);

/** The dataset that a step names, or the nearest step before it. */
function datasetOf(name: string, steps: Readonly<Record<string, StepConfig>>): string | undefined {
  const seen = new Set<string>();
  let level: readonly string[] = [name];
  while (level.length > 0) {
    for (const one of level) {
      const step = steps[one];
      if (step?.uses === 'features') return step.with.as;
      if ((step?.uses === 'validate' || step?.uses === 'split') && step.with.dataset !== undefined)
        return step.with.dataset;
      seen.add(one);
    }
    level = level.flatMap(one => steps[one]?.needs ?? []).filter(one => !seen.has(one));
  }
  return undefined;
}

/** The rows that ask, or what they ask for. */
const joins = (
  step: StepConfig,
  { config, wanted }: { readonly config: WorkspaceConfig; readonly wanted: Wanted },
): boolean =>
  step.uses === 'features' &&
  (wanted.datasets.has(step.with.entities) ||
    (config.feature_services?.[step.with.service]?.features ?? []).some(one => wanted.views.has(viewOf(one))));

/** Brings views online, or watches them; all of them when none is named. */
const worksOnViews = (step: StepConfig, wanted: Wanted): boolean =>
  (step.uses === 'materialise' || step.uses === 'check-features') &&
  (step.with.views ?? [...wanted.views]).some(view => wanted.views.has(view));

/** `loans@v2:income` → `loans` */
export const viewOf = (reference: string): string => reference.split(/[@:]/)[0] ?? '';

function modelsOf(step: StepConfig): readonly string[] {
  switch (step.uses) {
    case 'register':
    case 'gate':
    case 'test':
      return [step.with.model];
    case 'evaluate':
      return step.with.champion === undefined ? [] : [step.with.champion];
    default:
      return [];
  }
}

/** A dependency may be a folder; a command that names a file depends on it, too. */
const dependsOn = (step: Extract<StepConfig, { uses: 'run' }>, file: string): boolean =>
  (step.deps ?? []).some(path => path === file || file.startsWith(`${path.replace(/\/$/, '')}/`)) ||
  step.run.split(/[\s"'=]+/).includes(file);
