import * as v from 'valibot';
import { runCard } from '../../charts/report/runCard';
import { ModelyardError } from '../../errors';
import { pipelineRunId } from '../../ids';
import type { PipelineService } from '../../pipelines/service';
import type { GateReport } from '../../protocol/gates';
import type { RunId } from '../../protocol/ids';
import type { ArtifactContent, RunSummary } from '../../protocol/tracking';
import type { Params } from '../../protocol/methods';
import type { PipelineRun, StepMade } from '../../protocol/pipelines';
import type { RunCard } from '../../protocol/runCard';
import { gateReportSchema } from '../../schemas/gateReport';

export interface RunCardParts {
  readonly tracking: {
    find(run: string): RunSummary | Promise<RunSummary>;
    artifact(query: Params<'runs/artifact'>): ArtifactContent | Promise<ArtifactContent>;
  };
  readonly pipelines: Pick<PipelineService, 'get' | 'flow' | 'made'>;
}

const reportsSchema = v.pipe(v.string(), v.parseJson(), v.array(gateReportSchema));
const mostBytes = 4 << 20;

/** Gathers what the rooms know of a run into its report card. */
export class RunCards {
  constructor(private readonly parts: RunCardParts) {}

  /** @throws ModelyardError `not-found`: the run, or a step of this name in it */
  async card({ run: name, step }: Params<'runs/card'>): Promise<RunCard> {
    const { tracking, pipelines } = this.parts;
    const run = await tracking.find(name);
    const pipelineRun = this.pipelineRun(run.tags['modelyard.pipelineRun']);
    const steps = (pipelineRun?.steps ?? []).filter(one => step === undefined || one.name === step);
    if (step !== undefined && steps.length === 0)
      throw new ModelyardError('not-found', `r-${run.number} has no step ${step}.`);
    const made: Record<string, StepMade> = {};
    if (pipelineRun) for (const one of steps) made[one.name] = await pipelines.made(pipelineRun.id, one.name);
    const facts = {
      run,
      ...(pipelineRun && { pipelineRun, flow: pipelines.flow(pipelineRun.id) }),
      made,
      gates: await this.gates(run.id),
    };
    return { ...facts, markdown: runCard(facts, step) };
  }

  /** Undefined for a run that some other engine has made: it was imported. */
  private pipelineRun(id: string | undefined): PipelineRun | undefined {
    try {
      return id === undefined ? undefined : this.parts.pipelines.get(pipelineRunId(id));
    } catch (error) {
      if (error instanceof ModelyardError) return undefined;
      throw error;
    }
  }

  /** None when the run has judged nothing, or the file is something else. */
  private async gates(runId: RunId): Promise<readonly GateReport[]> {
    try {
      const { text } = await this.parts.tracking.artifact({ runId, path: 'gates.json', maxBytes: mostBytes });
      const parsed = v.safeParse(reportsSchema, text ?? '');
      return parsed.success ? parsed.output : [];
    } catch (error) {
      if (error instanceof ModelyardError && error.code === 'not-found') return [];
      throw error;
    }
  }
}
