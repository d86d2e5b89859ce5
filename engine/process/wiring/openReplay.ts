import path from 'node:path';
import { version } from '../../../package.json';
import { endEngine } from '../../client/endEngine';
import { EngineClient } from '../../client/engineClient';
import { liveEngineRecord } from '../../client/engineRecord';
import { parseConfig } from '../../config/parse';
import { parseCondition } from '../../data/condition';
import { endMarked, runMarks } from '../../pipelines/processes/markedProcesses';
import type { PipelineService } from '../../pipelines/service';
import { waitFor } from '../../pipelines/run/waitFor';
import type { RunId } from '../../protocol/ids';
import type { ReplayReport } from '../../protocol/replay';
import type { RunSummary } from '../../protocol/tracking';
import { comparedPoints } from '../../replay/remoteSide';
import type { OtherEngine, RunSide } from '../../replay/ports';
import { ReplayService } from '../../replay/service';
import type { Store } from '../../store/store';
import { git } from '../../tracking/git';
import { readKeptFile, readRunSources } from '../../tracking/runSources';
import type { TrackingService } from '../../tracking/service';

export interface ReplayParts {
  readonly store: Store;
  readonly tracking: TrackingService;
  readonly pipelines: PipelineService;
  readonly workspace: string;
  /** The bundle that runs one job; the engine's lies beside it. */
  readonly jobFile: string;
}

/** ms; a large work tree takes its time. */
const gitPatience = 10 * 60_000;
const mostOutput = 16 << 20;
/** ms that an engine of a scratch folder gets to end. */
const endPatience = 5_000;

/** The room that makes runs again. */
export function openReplay({ store, tracking, pipelines, workspace, jobFile }: ReplayParts): ReplayService {
  const engineFile = path.join(path.dirname(jobFile), 'engine.js');
  return new ReplayService({
    workspace,
    ports: {
      findRun: run => tracking.getRun(run),
      nested: id => nestedRuns(tracking, id),
      pipelineRun: id => pipelines.get(id),
      sources: id => readRunSources(tracking, id),
      keptFile: (id, file) => readKeptFile(tracking, id, file),
      side: run => localSide(tracking, run),
      parseConfig: text => parseConfig(text, 'modelyard.yaml', { readCondition: parseCondition }).config,
      git: (folder, args, signal) => git({ folder, args, maxBytes: mostOutput, timeoutMs: gitPatience }, signal),
      object: digest => (store.objects.has(digest) ? store.objects.path(digest) : undefined),
      openEngine: (folder, configFile, signal) => openEngine({ folder, configFile, engineFile }, signal),
      endEngineIn: killEngineIn,
      record: report => record(tracking, report),
    },
  });
}

const nestedRuns = (tracking: TrackingService, id: RunId): readonly RunSummary[] =>
  tracking.search({ filter: `tags."mlflow.parentRunId" = '${id}'`, limit: 1000 }).runs;

const localSide = (tracking: TrackingService, run: RunSummary): RunSide => ({
  run,
  series: () => Promise.resolve(tracking.series(run.id, undefined, comparedPoints)),
  artifacts: folder => Promise.resolve(tracking.artifacts(run.id, folder)),
  read: async (file, maxBytes) => (await tracking.readArtifact(run.id, file, maxBytes)).bytes,
});

async function openEngine(
  { folder, configFile, engineFile }: { folder: string; configFile: string; engineFile: string },
  signal: AbortSignal,
): Promise<OtherEngine> {
  const options = { workspace: folder, configFile, engineFile, client: 'cli', version, trusted: true } as const;
  let client: EngineClient;
  try {
    client = await EngineClient.connect(options, signal);
  } catch (error) {
    await killEngineIn(folder); // it may have come up after nobody waited any more
    throw error;
  }
  const runs = new Set<RunId>();
  client.on('pipeline/changed', ({ run }) => runs.add(run.runId));
  return {
    call: (method, params, given) => client.call(method, params, given),
    end: async () => {
      await endEngine(folder, ended => client.call('engine/stop', { now: true }, { signal: ended })).catch(
        () => 'none',
      );
      client.dispose();
      await killEngineIn(folder);
      await endMarked([...runs].map(runMarks));
    },
  };
}

/** Waits a little for the end of an engine, then kills it: what it was for has ended. */
async function killEngineIn(folder: string): Promise<void> {
  const record = liveEngineRecord(folder);
  if (record === undefined) return;
  const gone = async (): Promise<void> => {
    while (liveEngineRecord(folder)?.token === record.token) await new Promise(resolve => setTimeout(resolve, 50));
  };
  if (await waitFor(gone(), endPatience, new AbortController().signal)) return;
  if (liveEngineRecord(folder)?.token === record.token) process.kill(record.pid, 'SIGKILL');
}

const reportFile = 'replay/report.json';

/** At the run, for whoever looks at it later. */
function record(tracking: TrackingService, report: ReplayReport): void {
  tracking.logArtifactBytes(report.run.id, reportFile, Buffer.from(`${JSON.stringify(report, undefined, 2)}\n`));
  tracking.setTags(report.run.id, {
    'modelyard.replay': report.verdict,
    'modelyard.replay.at': new Date(report.endedAt).toISOString(),
  });
}
