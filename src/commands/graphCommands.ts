import type { Engines } from '../engineClient/engines';
import type { PanelService, PipelinePlace } from '../panels/panelService';
import type { CommandGroup } from './commandTable';
import { pickPipeline } from './pipelineCommands';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';

/** The page of a pipeline: its plan and its runs as graphs. */
export function graphCommands(engines: Engines, panels: Pick<PanelService, 'openPipeline'>): CommandGroup {
  return {
    openPipeline: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const { pipelineRun: id } = target;
      const pipeline =
        id === undefined
          ? (await pickPipeline(engine, target)).name
          : (await engine.call('pipelines/get', { id })).pipeline;
      panels.openPipeline(engine.folder, pipeline, placeOf(target));
    },
  };
}

/** Undefined: as the page was, or what runs. */
function placeOf({ pipelineRun, plan, step }: Target): PipelinePlace | undefined {
  if (pipelineRun === undefined && plan !== true) return undefined;
  return { run: pipelineRun ?? null, ...(step !== undefined && { step }) };
}
