import { performance } from 'node:perf_hooks';
import { toWireError } from '../../../errors';
import { deployedModels } from '../../../infrastructure/deploy/plan';
import type { InfrastructureService } from '../../../infrastructure/service';
import type { CheckedInfraFile, InfrastructureConfig } from '../../../protocol/infrastructure';
import type { Place } from '../../../protocol/errors';
import type { WorkspaceConfig } from '../../../protocol/workspaceConfig';
import type { RegistryService } from '../../../registry/service';
import type { ServingService } from '../../../serving/service';
import type { FoundGroup, FoundVerdict, VerdictSource } from '../../../verdicts/source';
import { counted } from '../../../plural';

export interface InfraSourceOptions {
  readonly registry: Pick<RegistryService, 'get' | 'gates'>;
  readonly deployments: Pick<InfrastructureService['deploy'], 'check'>;
  readonly serving: Pick<ServingService, 'tests'>;
}

const day = 86_400_000;
const kind = 'infrastructure';
const mostPlaces = 20;

/**
 * Of what `infrastructure:` asks for: whether its files are what modelyard.yaml says and valid, and whether what holds the stage
 * was served, put under load and rolled back lately.
 */
export const infraSource = (options: InfraSourceOptions): VerdictSource => ({
  kind,
  async judge({ config, selection }, signal) {
    const infrastructure = config?.infrastructure;
    if (!config || !infrastructure) return [];
    const groups: FoundGroup[] = [];
    const files = { id: `${kind}/files`, kind, subject: 'files', title: 'Files of the infrastructure' } as const;
    if (selection.mayHave(files)) {
      const begun = performance.now();
      const checked = (await options.deployments.check({}, signal)).files;
      const verdicts = checked.flatMap(file => [driftVerdict(file), validVerdict(file)]);
      groups.push({ ...files, verdicts, duration: Math.round(performance.now() - begun) });
    }
    for (const { model, stage } of deployedModels(config, infrastructure)) {
      const group = {
        id: `${kind}/${model}`,
        kind,
        subject: model,
        stage,
        title: `${model} as it is served at ${stage}`,
      } as const;
      if (!selection.mayHave(group)) continue;
      groups.push({
        ...group,
        duration: 0,
        verdicts: [await tested(options, { config, infrastructure, model, stage })],
      });
    }
    return groups;
  },
});

const keyOf = ({ model, target }: CheckedInfraFile): string =>
  model === undefined ? `infrastructure.${target}` : `infrastructure.models.${model}`;

function driftVerdict(file: CheckedInfraFile): FoundVerdict {
  const isCurrent = file.state === 'current';
  return {
    id: `${kind}/files/${file.file}/current`,
    outcome: isCurrent ? 'passed' : 'failed',
    rule: `${file.file} is what modelyard.yaml says`,
    severity: 'error',
    sentence: file.message,
    key: keyOf(file),
    ...(!isCurrent && { hints: ['Generate the files: modelyard infra generate --write.'] }),
  };
}

function validVerdict(file: CheckedInfraFile): FoundVerdict {
  const { file: name, findings, state } = file;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const first = errors[0] ?? findings[0];
  const outcome =
    state === 'missing' ? 'unknown' : errors.length > 0 ? 'failed' : findings.length > 0 ? 'warned' : 'passed';
  const more = findings.length > 1 ? ` And ${findings.length - 1} more.` : '';
  return {
    id: `${kind}/files/${name}/valid`,
    outcome,
    rule: `${name} is valid`,
    severity: 'error',
    sentence: state === 'missing' ? `${name} is not there.` : first ? `${first.message}${more}` : `${name} is valid.`,
    key: keyOf(file),
    ...(findings.length > 0 && {
      evidence: findings
        .slice(0, mostPlaces)
        .map(({ line }): Place => ({ file: name, ...(line !== undefined && { line }) })),
    }),
  };
}

interface Subject {
  readonly config: WorkspaceConfig;
  readonly infrastructure: InfrastructureConfig;
  readonly model: string;
  readonly stage: string;
}

/** What nobody holds cannot be tested: that is said, and blocks nobody from getting there. */
async function tested({ registry, serving }: InfraSourceOptions, subject: Subject): Promise<FoundVerdict> {
  const { infrastructure, model, stage } = subject;
  const within = Math.round((infrastructure.tested_within / day) * 10) / 10;
  const common = {
    id: `${kind}/${model}/tested`,
    rule: `served and rolled back within ${within} d`,
    severity: 'error',
    key: `infrastructure.models.${model}`,
  } as const;
  const holder = await registry.get(model).then(
    ({ holders }) => holders[stage],
    (error: unknown) => {
      if (toWireError(error).code === 'not-found') return undefined;
      throw error;
    },
  );
  if (holder === undefined)
    return {
      ...common,
      outcome: 'warned',
      sentence: `No version of ${model} holds ${stage}: nothing can be served there.`,
    };
  const [test] = serving.tests(model, holder, 1);
  const hints = [`Run modelyard test-serving ${model} ${holder}.`];
  if (test === undefined)
    return {
      ...common,
      outcome: 'unknown',
      sentence: `Version ${holder}, which holds ${stage}, was never served for a test.`,
      hints,
    };
  const age = Date.now() - test.testedAt;
  const days = Math.round((age / day) * 10) / 10;
  const looks = test.smoke.filter(({ passed }) => !passed).length;
  const { load, rollback } = test;
  const problems = [
    ...(age > infrastructure.tested_within ? [`that is ${counted(days, 'day')} ago`] : []),
    ...(looks > 0 ? [`${looks} of its answers were wrong`] : []),
    ...(load.failed > 0 ? [`${load.failed} of ${counted(load.requests, 'request')} failed under load`] : []),
    ...(rollback.failed > 0 ? [`${counted(rollback.failed, 'request')} failed while it was rolled back`] : []),
  ];
  const back = `the rollback took ${Math.round(Math.max(rollback.firstAnswer, rollback.lastAnswer))} ms`;
  const sentence =
    problems.length === 0
      ? `Version ${holder}, which holds ${stage}, was served ${counted(days, 'day')} ago; ${back}.`
      : `Version ${holder}, which holds ${stage}, was served for a test, but ${problems.join(', ')}.`;
  return { ...common, outcome: problems.length === 0 ? 'passed' : 'failed', sentence, value: days, bound: within, ...(problems.length > 0 && { hints }) }; // prettier-ignore
}
