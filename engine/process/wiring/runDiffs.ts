import type { ConfigService } from '../../config/service';
import type { ChangedValue, ComparedSide, RunDiff } from '../../protocol/compare';
import type { Params } from '../../protocol/methods';
import type { DatasetStatus } from '../../protocol/datasets';
import { codeDiff } from '../../tracking/code/codeDiff';
import type { TrackingService } from '../../tracking/service';
import { readingGit } from './readingGit';
import { changedMetrics, changedValues } from './runDiff/changedValues';
import type { ComparedState } from './runDiff/comparedState';
import { nowState, runState } from './runDiff/comparedState';
import { leaveOutOf } from './runDiff/leaveOut';
import { writtenParams } from './runDiff/writtenParams';

export interface RunDiffParts {
  readonly tracking: TrackingService;
  readonly config: Pick<ConfigService, 'parameters'>;
  readonly status: (signal: AbortSignal) => Promise<readonly DatasetStatus[]>;
  readonly workspace: string;
  readonly configFile: string;
}

/** In what a run differs from another one, or from HEAD with the working tree. */
export class RunDiffs {
  constructor(private readonly parts: RunDiffParts) {}

  /** @throws ModelyardError `not-found`, `cancelled` */
  async diff({ run, other = 'HEAD' }: Params<'runs/diff'>, signal: AbortSignal): Promise<RunDiff> {
    const { tracking, workspace, configFile } = this.parts;
    const before = await runState(tracking, run);
    const after = other === 'HEAD' ? await nowState(this.parts, signal) : await runState(tracking, other);
    const files = { before: before.configFile ?? configFile, after: after.configFile ?? configFile };
    const code = await codeDiff(
      { tracking, git: readingGit(workspace) },
      {
        a: before.run.id,
        b: after.run?.id ?? { folder: workspace, ...(after.config !== undefined && { config: after.config }) },
        leaveOut: [...new Set([...leaveOutOf(files.before, before.config), ...leaveOutOf(files.after, after.config)])],
      },
      signal,
    );
    const { configBefore, configAfter } = code;
    const notes = [...code.notes, ...after.notes, ...unknownConfig(before, after)];
    const params = await this.params(before, after, notes);
    const data = dataChanges(before, after);
    const [hostBefore, hostAfter] = [before.host, after.host];
    const knowsBoth = Object.keys(hostBefore).length > 0 && Object.keys(hostAfter).length > 0;
    if (!knowsBoth) notes.push('Not both sides know their environment: it cannot be compared.');
    return {
      before: sideOf(before, code.commitBefore),
      after: sideOf(after, code.commitAfter),
      params,
      ...(configBefore !== undefined &&
        configAfter !== undefined &&
        configBefore !== configAfter && {
          config: { path: files.before, before: configBefore, after: configAfter },
        }),
      code: code.files,
      data,
      metrics: after.run ? changedMetrics(before.run.metrics, after.run.metrics) : [],
      environment: knowsBoth ? changedValues(hostBefore, hostAfter) : [],
      notes,
    };
  }

  private async params(before: ComparedState, after: ComparedState, notes: string[]): Promise<readonly ChangedValue[]> {
    if (after.run) return changedValues(before.run?.params ?? {}, after.run.params);
    const pipeline = before.run?.tags['modelyard.pipeline'];
    if (pipeline === undefined) {
      notes.push(`${before.label} was made by no pipeline: modelyard.yaml does not have its parameters.`);
      return [];
    }
    const [was, now] = [await this.written(pipeline, before.config), await this.written(pipeline, after.config)];
    if (was && now) return changedValues(was, now);
    if (was && after.config !== undefined) notes.push(`There is no pipeline ${pipeline} in modelyard.yaml any more.`);
    return [];
  }

  private async written(pipeline: string, config: string | undefined): Promise<Values | undefined> {
    if (config === undefined) return undefined;
    const found = (await this.parts.config.parameters(config)).find(one => one.pipeline === pipeline);
    return found && writtenParams(found);
  }
}

type Values = Readonly<Record<string, string>>;

const sideOf = ({ label, run }: ComparedState, commit: string | undefined): ComparedSide => ({
  label,
  ...(commit !== undefined && { commit }),
  ...(run && { run: { id: run.id, number: run.number, name: run.name } }),
});

const unknownConfig = (before: ComparedState, after: ComparedState): readonly string[] =>
  [before, after].flatMap(({ label, run, config }) =>
    run && config === undefined ? [`${label} keeps no modelyard.yaml.`] : [],
  );

/** Of HEAD only what the run has read is looked at: what others read says nothing of it. */
function dataChanges(before: ComparedState, after: ComparedState): readonly ChangedValue[] {
  const now = after.run
    ? after.data
    : Object.fromEntries(Object.entries(after.data).filter(([name]) => before.data[name] !== undefined));
  return after.dataKnown ? changedValues(before.data, now) : [];
}
