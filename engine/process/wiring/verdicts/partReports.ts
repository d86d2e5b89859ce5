import * as v from 'valibot';
import { reportPath } from '../../../data/suites/checkReport';
import { reportSchema } from '../../../data/suites/storedReport';
import { writtenStep } from '../../../lineage/places';
import type { PipelineQuery } from '../../../pipelines/ports';
import type { DataCheckReport } from '../../../protocol/dataChecks';
import type { RunId } from '../../../protocol/ids';
import type { PipelineRun } from '../../../protocol/pipelines';
import type { SplitOptions } from '../../../protocol/steps';
import type { StepConfig, WorkspaceConfig } from '../../../protocol/workspaceConfig';

export interface PartRooms {
  readonly pipelines: { search(query: PipelineQuery): readonly PipelineRun[] };
  /** The text of a file of a run; undefined when it has none such. */
  readonly artifactText: (runId: RunId, path: string) => Promise<string | undefined>;
}

/** A step that judges the parts of a split of a dataset. */
export interface PartStep {
  readonly pipeline: string;
  readonly step: string;
  readonly key: string;
  readonly split: SplitOptions | undefined;
}

export interface PartReport {
  readonly report: DataCheckReport;
  /** ms since 1970 */
  readonly at: number;
}

/** Of a pipeline the runs in which a report is looked for: later ones may have ended before they judged. */
const mostRuns = 10;

/** The steps of all pipelines that judge the parts of a dataset. */
export function partSteps({ pipelines }: Pick<WorkspaceConfig, 'pipelines'>, dataset: string): readonly PartStep[] {
  return Object.entries(pipelines).flatMap(([pipeline, { steps }]) =>
    Object.entries(steps).flatMap(([step, config]): readonly PartStep[] =>
      config.uses === 'validate' && config.with.train_test === true && config.with.dataset === dataset
        ? [{ pipeline, step, key: `pipelines.${pipeline}.steps.${writtenStep(step)}`, split: splitBefore(step, steps) }]
        : [],
    ),
  );
}

/** What the newest run in which the step has judged said. */
export async function newestReport(
  { pipelines, artifactText }: PartRooms,
  { pipeline, step }: PartStep,
  dataset: string,
): Promise<PartReport | undefined> {
  for (const run of pipelines.search({ pipeline, limit: mostRuns })) {
    const made = run.steps.find(({ name }) => name === step);
    if (made === undefined || !['succeeded', 'failed', 'cached'].includes(made.status)) continue;
    const file = reportPath(dataset, 'train-test');
    const text = await artifactText(made.runId ?? made.cachedFrom?.runId ?? run.runId, file);
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), reportSchema), text);
    if (parsed.success) return { report: parsed.output, at: made.cachedFrom?.at ?? made.endedAt ?? run.startedAt };
  }
  return undefined;
}

/** Whether the parts were made as modelyard.yaml has them made now. */
export function isSplitSo({ split }: Pick<DataCheckReport, 'split'>, options: SplitOptions | undefined): boolean {
  if (split === undefined || options === undefined) return false;
  const { test, seed, stratify, group, time } = options;
  return split.share === test && split.seed === seed && split.by === (stratify ?? group ?? time);
}

function splitBefore(name: string, steps: Readonly<Record<string, StepConfig>>): SplitOptions | undefined {
  const seen = new Set<string>();
  let level: readonly string[] = steps[name]?.needs ?? [];
  while (level.length > 0) {
    for (const one of level) {
      const step = steps[one];
      if (step?.uses === 'split') return step.with;
      seen.add(one);
    }
    level = level.flatMap(one => steps[one]?.needs ?? []).filter(one => !seen.has(one));
  }
  return undefined;
}
