import { chmod, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { ModelyardError, isAbort, throwIfAborted } from '../errors';
import { pipelineRunId } from '../ids';
import type { RunId } from '../protocol/ids';
import type { ProgressReport } from '../protocol/progress';
import type { PipelineRun } from '../protocol/pipelines';
import type { ReplayDifference, ReplayReport, ReplayVerdict } from '../protocol/replay';
import type { RunSummary } from '../protocol/tracking';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import { changedSurroundings, commandCauses, missingCode, sorted } from './causes';
import { tolerance } from './closeTexts';
import { compareAgain } from './compareAgain';
import type { ReplayPorts, Sources } from './ports';
import { applyChanges, restoreData, writeInside } from './restore';
import { makeScratch, removeLeftovers, removeScratch } from './scratch';
import type { Scratch } from './scratch';

export interface ReplayOptions {
  /** Real path of the workspace folder. */
  readonly workspace: string;
  readonly ports: ReplayPorts;
  readonly now?: () => number;
}

const mostDifferences = 200;

type Progress = (report: ProgressReport) => void;

/** A run that can be made again, and what it takes. */
interface Subject {
  readonly run: RunSummary;
  readonly nested: readonly RunSummary[];
  readonly pipeline: string;
  readonly sources: Sources;
  readonly configFile: { readonly path: string; readonly text: string };
  readonly config: WorkspaceConfig;
}

/**
 * Makes a run again, in a folder and with an engine of its own, and says whether the same comes of it. Neither the
 * person's files nor the index, branches or stash of the repository are touched.
 */
export class ReplayService {
  private under: RunId | undefined;

  constructor(private readonly options: ReplayOptions) {}

  /**
   * A step that fails is in the report.
   * @throws ModelyardError `not-found`; `conflict`: not of a pipeline, not finished, its code is not there any more;
   *   `data.missing`; `cancelled`
   */
  async replay(asked: string, progress: Progress, signal: AbortSignal): Promise<ReplayReport> {
    const subject = await this.subject(asked);
    if (this.under !== undefined)
      throw refused('Another run is being replayed.', 'Wait for its end, or cancel it, then replay again.');
    this.under = subject.run.id;
    const { git, record } = this.options.ports;
    const startedAt = this.now();
    let scratch: Scratch | undefined;
    try {
      progress({ message: 'Making a folder of its own', fraction: 0 });
      const { workspace } = this.options;
      scratch = await makeScratch({ git, workspace, commit: subject.sources.commit }, signal);
      const report = await this.inScratch({ subject, scratch, startedAt, progress }, signal);
      throwIfAborted(signal);
      record(report);
      return report;
    } finally {
      if (scratch) await removeScratch(git, scratch);
      this.under = undefined;
    }
  }

  /** Removes what a killed engine has left behind. */
  recover(): Promise<number> {
    return removeLeftovers(this.options.ports, this.options.workspace);
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }

  private async subject(asked: string): Promise<Subject> {
    const { ports } = this.options;
    const found = ports.findRun(asked);
    const id = found.tags['modelyard.pipelineRun'];
    if (id === undefined)
      throw refused(
        `r-${found.number} was not made by a pipeline: only whoever started it knows how.`,
        'Put its command into a pipeline of modelyard.yaml; runs of that can be replayed.',
      );
    const made = ports.pipelineRun(pipelineRunId(id));
    const run = made.runId === found.id ? found : ports.findRun(made.runId);
    const called = `r-${run.number}`;
    if (run.lifecycle === 'deleted') throw refused(`${called} has been deleted.`, 'Restore it first.');
    if (made.status !== 'succeeded')
      throw refused(
        `${called} ${madeHow[made.status]}: there is nothing to compare with.`,
        'Replay a run that finished.',
      );
    const sources = await ports.sources(run.id);
    if (sources.config === undefined)
      throw refused(`${called} has not kept its modelyard.yaml.`, 'Replay a run that was made since it does.');
    const config = ports.parseConfig(sources.config.text);
    if (config === undefined)
      throw refused(
        `This version of Modelyard cannot read the modelyard.yaml of ${called}.`,
        'Use the version that made it.',
      );
    if (sources.changesCut)
      throw refused(
        `${called} was made with more uncommitted changes than a run keeps.`,
        'Commit before a run that must be made again.',
      );
    refusePart(made, config, called);
    const { pipeline } = made;
    return { run, nested: ports.nested(run.id), pipeline, sources, configFile: sources.config, config };
  }

  private async inScratch(
    work: { subject: Subject; scratch: Scratch; startedAt: number; progress: Progress },
    signal: AbortSignal,
  ): Promise<ReplayReport> {
    const { subject, scratch, startedAt, progress } = work;
    const { run, nested, config, sources, configFile, pipeline } = subject;
    const { ports, workspace } = this.options;
    const called = `r-${run.number}`;
    const changed = await applyChanges(ports.git, { scratch, sources, called }, signal);
    await this.writeKept(subject, scratch, signal);
    progress({ message: 'Putting the data at its place', fraction: 0.05 });
    const request = { scratch, workspace, config, called, runs: [run, ...nested], object: ports.object };
    const { data, notes } = await restoreData(request, signal);
    progress({ message: 'Starting an engine of its own', fraction: 0.1 });
    const engine = await ports.openEngine(scratch.workspace, configFile.path, signal);
    try {
      const again = await engine.call(
        'pipelines/run',
        { pipeline, fresh: true, ...givenParams(run), ...givenPartition(run) },
        { signal, onProgress: ({ message, fraction = 0 }) => progress({ message, fraction: 0.1 + 0.8 * fraction }) },
      );
      throwIfAborted(signal);
      progress({ message: 'Comparing', fraction: 0.9 });
      const { now, comparison } = await compareAgain(
        { ...subject, config: configFile.path, side: ports.side, engine, again },
        signal,
      );
      const differences = sorted([...failedSteps(again), ...comparison.differences]);
      const verdict = verdictOf(differences, comparison.compared.metrics);
      const host = hostOf(await now.read('environment/host.json', 1 << 20).catch(() => undefined));
      const surroundings = changedSurroundings(sources.host, host);
      const missing = missingCode(sources);
      const isSame = verdict === 'bit-identical';
      return {
        run: { id: run.id, number: run.number, name: run.name },
        pipeline,
        verdict,
        startedAt,
        endedAt: this.now(),
        tolerance,
        code: { ...(sources.commit !== undefined && { commit: sources.commit }), changed, files: sources.files.length },
        data,
        compared: comparison.compared,
        differences: differences.slice(0, mostDifferences),
        differencesInAll: differences.length,
        causes: isSame ? [] : [...surroundings, ...missing, ...commandCauses(config, pipeline)],
        notes: isSame ? [...surroundings, ...missing, ...notes] : notes,
        ...(again.error && { error: again.error }),
      };
    } finally {
      await engine.end();
    }
  }

  private async writeKept({ run, sources, configFile }: Subject, scratch: Scratch, signal: AbortSignal): Promise<void> {
    for (const { path, executable } of sources.files) {
      throwIfAborted(signal);
      const bytes = await this.options.ports.keptFile(run.id, path);
      await writeInside(scratch.workspace, path, async to => {
        await writeFile(to, bytes);
        if (executable === true) await chmod(to, 0o755);
      });
    }
    await writeInside(scratch.workspace, configFile.path, to => writeFile(to, configFile.text));
  }
}

const madeHow = { running: 'is still going on', failed: 'failed', cancelled: 'was cancelled', succeeded: '' } as const;

const refused = (message: string, fix: string): ModelyardError => new ModelyardError('conflict', message, { fix });

/** A run of one step was made of what others had left. */
function refusePart(made: PipelineRun, config: WorkspaceConfig, called: string): void {
  const steps = Object.keys(config.pipelines[made.pipeline]?.steps ?? {});
  const ran = new Set(made.steps.map(({ name }) => name));
  if (steps.length > 0 && steps.every(step => ran.has(step))) return;
  throw refused(
    `${called} ran only ${[...ran].join(', ')} of the pipeline ${made.pipeline}, on what earlier runs had made.`,
    'Replay a run of the whole pipeline.',
  );
}

/** What was given to the run beside modelyard.yaml. */
function givenParams({ tags }: RunSummary): { readonly params?: Readonly<Record<string, string>> } {
  const parsed = v.safeParse(givenSchema, tags['modelyard.params'] ?? '');
  return parsed.success ? { params: parsed.output } : {};
}

const givenPartition = ({ tags }: RunSummary): { readonly partition?: string } => {
  const partition = tags['modelyard.partition'];
  return partition === undefined ? {} : { partition };
};

const givenSchema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));

const failedSteps = ({ steps }: PipelineRun): readonly ReplayDifference[] =>
  steps.flatMap(({ name, status, error }) =>
    status === 'succeeded' || status === 'cached'
      ? []
      : [{ kind: 'step', name, was: 'succeeded', now: error ? `${status}: ${error.message}` : status, size: 'more' }],
  );

/** Of a file whose bytes differ nobody can tell by how much; what it is worth show the metrics, if there are any. */
function verdictOf(differences: readonly ReplayDifference[], metrics: number): ReplayVerdict {
  if (differences.length === 0) return 'bit-identical';
  const isClose = differences.every(({ size }) => size === 'tolerance' || (size === 'bytes' && metrics > 0));
  return isClose ? 'within-tolerance' : 'different';
}

function hostOf(bytes: Uint8Array | undefined): Readonly<Record<string, unknown>> {
  try {
    const host: unknown = JSON.parse(Buffer.from(bytes ?? []).toString('utf8'));
    return typeof host === 'object' && host !== null ? Object.fromEntries(Object.entries(host)) : {};
  } catch (error) {
    if (isAbort(error)) throw error;
    return {};
  }
}
