import type { PipelineRun } from '../protocol/pipelines';
import type { ReplayDifference } from '../protocol/replay';
import type { RunSummary } from '../protocol/tracking';
import { compareRuns } from './compareRuns';
import type { Comparison } from './compareRuns';
import type { OtherEngine, ReplayPorts, RunSide } from './ports';
import { remoteSide } from './remoteSide';

export interface Again {
  readonly run: RunSummary;
  /** One for each model, when the pipeline trains several. */
  readonly nested: readonly RunSummary[];
  /** The config's place among the artifacts. */
  readonly config: string;
  readonly side: ReplayPorts['side'];
  readonly engine: OtherEngine;
  /** The run that was made again there. */
  readonly again: PipelineRun;
}

/** Holds a run and those nested in it against what was made again, each against the one of its name. */
export async function compareAgain(
  { run, nested, config, side, engine, again }: Again,
  signal: AbortSignal,
): Promise<{ readonly now: RunSide; readonly comparison: Comparison }> {
  const now = remoteSide(engine, await engine.call('runs/get', { run: again.runId }, { signal }));
  const filter = `tags."mlflow.parentRunId" = '${again.runId}'`;
  const { runs } = await engine.call('runs/search', { filter, limit: 1000 }, { signal });
  const all = [await compareRuns({ was: side(run), now, config, prefix: '' }, signal)];
  const lost: ReplayDifference[] = [];
  for (const one of nested) {
    const same = runs.find(({ name }) => name === one.name);
    if (same === undefined) lost.push({ kind: 'step', name: one.name, was: 'a nested run', size: 'more' });
    else {
      const pair = { was: side(one), now: remoteSide(engine, same) };
      all.push(await compareRuns({ ...pair, config, prefix: `${one.name}: ` }, signal));
    }
  }
  const sum = (count: (one: Comparison) => number): number => all.reduce((total, one) => total + count(one), 0);
  return {
    now,
    comparison: {
      differences: [...lost, ...all.flatMap(({ differences }) => differences)],
      compared: {
        metrics: sum(({ compared }) => compared.metrics),
        params: sum(({ compared }) => compared.params),
        files: sum(({ compared }) => compared.files),
      },
    },
  };
}
