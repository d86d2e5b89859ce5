import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../errors';
import type { GateReport, GateResult } from '../protocol/gates';
import type { EngineStepRunner, JobResult } from '../protocol/jobs';
import { blocks } from './judge';
import { reportLines, reportSummary } from './sentences';
import type { GateService } from './service';

/** The step `uses: gate`: judges the model that the pipeline has just evaluated, before it is registered. */
export const createGateStep =
  (gates: Pick<GateService, 'judgeCandidate'>): EngineStepRunner<'gate'> =>
  async (options, context) => {
    const evaluation = context.inputs.find(input => input.kind === 'evaluation');
    const tests = context.inputs.find(input => input.kind === 'model-tests');
    if (evaluation === undefined)
      throw new ModelyardError('not-found', 'The step `gate` needs a step that evaluates a model.');
    const reports = await gates.judgeCandidate({
      model: options.model,
      stages: options.stages,
      evaluationPath: evaluation.path,
      ...(tests && { testsPath: tests.path }),
    });
    for (const line of reports.flatMap(reportLines)) context.log(line);
    await writeFile(path.join(context.workDir, 'gates.json'), JSON.stringify(reports, null, 2));
    return {
      ...emptyResult,
      outputs: [{ kind: 'gate-report', path: 'gates.json', artifactPath: 'gates.json' }],
      summary: reports.map(report => reportSummary(report, isLater)).join(' · '),
      ...failure(reports, options.require),
    };
  };

const emptyResult = { params: {}, metrics: {}, tags: {}, inputs: [] } satisfies Partial<JobResult>;

/** What is known of a registered version alone: a promotion asks for it. */
const ofVersions: ReadonlySet<string | undefined> = new Set(['approval', 'security', 'signed', 'served', 'rollback']);

const isLater = ({ verdict, check }: GateResult): boolean => verdict === 'unknown' && ofVersions.has(check);
const blocksHere = (result: GateResult): boolean => blocks(result.verdict) && !isLater(result);

/**
 * A required stage that is blocked fails the step; its outputs are kept all the same. What cannot be told before the model is
 * registered does not keep it from that.
 */
function failure(reports: readonly GateReport[], required: readonly string[]): Pick<JobResult, 'error'> {
  const blocked = reports.filter(({ stage, results }) => required.includes(stage) && results.some(blocksHere));
  if (blocked.length === 0) return {};
  const sentences = blocked.flatMap(({ results }) => results.filter(blocksHere).map(({ sentence }) => sentence));
  return {
    error: {
      code: 'gate.failed',
      message: `The gates of ${blocked.map(report => report.stage).join(' and ')} block this model: ${sentences.join(' ')}`,
      fix: 'Improve the model, or change the rule under `models:` in modelyard.yaml and say why in the commit.',
    },
  };
}
