import type { CiConfig, CiEnvironmentConfig, CiSystem } from '../../protocol/ci';
import type { PipelineConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';
import { cliWords } from '../../workflows/usual';
import { shellLine } from '../../workflows/shellLine';

/** Something that a job has the shell do. */
export interface CiCommand {
  readonly title: string;
  /** Lines of a POSIX shell. */
  readonly lines: readonly string[];
  /** Variables that hold secrets, by the name that the command knows. */
  readonly secrets?: readonly string[];
  /** Whether it says why, in the variable MODELYARD_REASON. */
  readonly reasoned?: boolean;
}

export interface CiDeployment {
  readonly environment: string;
  readonly stage: string;
  readonly approval: boolean;
  readonly approvers: readonly string[];
  readonly branches: readonly string[];
}

/** A part of the course, whatever it is called where. */
export interface CiJob {
  /** `lint`, `deploy-staging` */
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  /** `change`: for changes only; `branch`: for pushes to the branches only. */
  readonly when: 'always' | 'change' | 'branch';
  readonly commands: readonly CiCommand[];
  /** Minutes. */
  readonly timeout: number;
  /** Whether it reads the data. */
  readonly data: boolean;
  /** The job whose `.modelyard` it goes on with. */
  readonly takes?: string;
  /** Whether others go on with its `.modelyard`. */
  readonly gives: boolean;
  /** It begins with what the last deployment has left. */
  readonly remembers: boolean;
  /** A folder of reports that is kept, also of a job that fails. */
  readonly reports?: string;
  /** A folder that is kept for long. */
  readonly product?: string;
  readonly deployment?: CiDeployment;
}

/** What a file is generated from, for one system. */
export interface CiPlan {
  readonly system: CiSystem;
  readonly name: string;
  readonly branches: readonly string[];
  readonly jobs: readonly CiJob[];
  /** Absent: the top of the repository. */
  readonly directory?: string;
  readonly runner?: string;
  readonly image?: string;
  readonly python?: string;
  /** Whether Modelyard comes from the package registry. */
  readonly isFetched: boolean;
}

export interface CiPlanOptions {
  readonly config: WorkspaceConfig;
  readonly ci: CiConfig;
  readonly system: CiSystem;
  /** Of Modelyard. */
  readonly version: string;
  /** Relative to the workspace; absent: the usual one. */
  readonly configFile?: string;
  readonly directory?: string;
}

/** Beside the workspace's files; `.modelyard` is not told to git anyway. */
const reportFolder = 'modelyard-reports';
const packageFolder = 'modelyard-package';

const shortTime = 15;
const judgingTime = 60;

/** The jobs of a system, in their order. */
export function ciPlan(options: CiPlanOptions): CiPlan {
  const { config, ci, system, directory } = options;
  const own = ci[system] ?? {};
  return {
    system,
    name: config.name,
    branches: ci.branches,
    jobs: jobsOf(options),
    ...(directory !== undefined && { directory }),
    ...(own.runner !== undefined && { runner: own.runner }),
    ...(own.image !== undefined && { image: own.image }),
    ...(ci.python !== undefined && { python: ci.python }),
    isFetched: ci.cli === undefined,
  };
}

function jobsOf({ config, ci, system, version, configFile }: CiPlanOptions): readonly CiJob[] {
  const { pipelines, models, deployments } = chosen(config, ci);
  const call = (...words: string[]): string =>
    shellLine([...cliWords(ci.cli, version), ...words, ...(configFile === undefined ? [] : ['--config', configFile])]);
  const has = Object.keys(config.datasets).length > 0;
  const train = trainJob({ call, pipelines, config, timeout: Math.ceil(ci.timeout / 60_000) }, has ? 'data' : 'lint');
  const judged = models.length === 0 ? [] : [gatesJob({ call, models, first: deployments[0] })];
  const last = judged.length > 0 ? 'gates' : 'train';
  const canComment = ci.comment && judged.length > 0 && system !== 'jenkins';
  return [
    lintJob(call, system),
    ...(has ? [dataJob(call)] : []),
    { ...train, remembers: deployments.length > 0 },
    ...judged,
    ...(canComment ? [commentJob(call)] : []),
    packageJob(call, last),
    ...deployments.map((deployment, i) => {
      const before = deployments[i - 1];
      return deployJob({ call, models, deployment }, before && `deploy-${before.environment}`);
    }),
  ];
}

interface Chosen {
  readonly pipelines: readonly string[];
  readonly models: readonly string[];
  readonly deployments: readonly CiDeployment[];
}

/** What `ci:` says, and what follows where it says nothing. */
function chosen({ pipelines, models }: WorkspaceConfig, ci: CiConfig): Chosen {
  const registering = Object.entries(pipelines).filter(([, one]) => registered(one).length > 0);
  const first = Object.keys(pipelines).slice(0, 1);
  const trained = ci.pipelines ?? (registering.length > 0 ? registering.map(([name]) => name).slice(0, 1) : first);
  const made = [...new Set(trained.flatMap(name => registered(pipelines[name])))];
  const judged = ci.models ?? made.filter(name => models[name] !== undefined);
  const stages = [...new Set(judged.flatMap(name => models[name]?.stages.slice(1) ?? []))];
  const usualOnes = stages.map((stage): [string, CiEnvironmentConfig] => [stage, { approvers: [] }]);
  const entries = ci.environments ? Object.entries(ci.environments) : usualOnes;
  const deployments = entries.map(([environment, { stage = environment, approval, approvers, branches }], i) => ({
    environment,
    stage,
    approval: approval ?? i === entries.length - 1,
    approvers,
    branches: branches ?? ci.branches,
  }));
  return { pipelines: trained, models: judged, deployments: judged.length > 0 ? deployments : [] };
}

const registered = (pipeline: PipelineConfig | undefined): readonly string[] =>
  Object.values(pipeline?.steps ?? {}).flatMap(step => (step.uses === 'register' ? [step.with.model] : []));

type Call = (...words: string[]) => string;

const usual = { timeout: shortTime, data: false, gives: false, remembers: false } as const;

const lintJob = (call: Call, system: CiSystem): CiJob => ({
  ...usual,
  id: 'lint',
  title: 'Lint',
  needs: [],
  when: 'always',
  commands: [
    { title: 'Check modelyard.yaml', lines: [call('config', 'check')] },
    { title: 'Check that this file is what modelyard.yaml says', lines: [call('ci', 'generate', '--system', system, '--check')] }, // prettier-ignore
  ],
});

const dataJob = (call: Call): CiJob => ({
  ...usual,
  id: 'data',
  title: 'Data',
  needs: ['lint'],
  when: 'always',
  timeout: judgingTime,
  data: true,
  commands: [{ title: 'Check the data', lines: [call('validate')] }],
});

interface TrainParts {
  readonly call: Call;
  readonly pipelines: readonly string[];
  readonly config: WorkspaceConfig;
  readonly timeout: number;
}

const trainJob = ({ call, pipelines, config, timeout }: TrainParts, after: string): CiJob => ({
  ...usual,
  id: 'train',
  title: 'Train',
  needs: [after],
  when: 'always',
  timeout,
  data: true,
  gives: true,
  commands: [
    ...pipelines.map(name => ({
      title: `Run pipeline ${name}`,
      lines: [call('run', name)],
      secrets: secretsOf(config.pipelines[name]),
    })),
    { title: 'End the engine, so that its files are whole', lines: [call('stop')] },
  ],
});

const secretsOf = (pipeline: PipelineConfig | undefined): readonly string[] => [
  ...new Set(
    Object.values(pipeline?.steps ?? {}).flatMap(step =>
      step.uses === 'run' ? Object.values(step.secrets ?? {}) : [],
    ),
  ),
];

/** Of a whole job, where variables belong to jobs. */
export const jobSecrets = ({ commands }: CiJob): readonly string[] => [
  ...new Set(commands.flatMap(({ secrets = [] }) => secrets)),
];

/** For the first stage of the deployment; those behind it are judged when a version shall get there. */
const gatesJob = ({ call, models, first }: GatesParts): CiJob => ({
  ...usual,
  id: 'gates',
  title: 'Gates',
  needs: ['train'],
  when: 'always',
  timeout: judgingTime,
  data: true,
  takes: 'train',
  reports: reportFolder,
  commands: [
    {
      title: 'Judge the gates',
      lines: [
        call(
          ...['check', '--only', ...models, ...(first ? ['--stage', first.stage] : []), '--format', 'text'],
          ...[`junit=${reportFolder}/gates.xml`, `markdown=${reportFolder}/summary.md`],
        ),
      ],
    },
  ],
});

interface GatesParts {
  readonly call: Call;
  readonly models: readonly string[];
  readonly first: CiDeployment | undefined;
}

/** Of all jobs the only one that may write to the change; it runs nothing of the change but reads a file. */
const commentJob = (call: Call): CiJob => ({
  ...usual,
  id: 'comment',
  title: 'Comment',
  needs: ['gates'],
  when: 'change',
  commands: [{ title: 'Tell the results', lines: [call('ci', 'comment', '--file', `${reportFolder}/summary.md`)] }],
});

const packageJob = (call: Call, last: string): CiJob => ({
  ...usual,
  id: 'package',
  title: 'Package',
  needs: [last],
  when: 'branch',
  takes: 'train',
  product: packageFolder,
  commands: [
    {
      title: 'Put runs and models into one file',
      lines: [
        `mkdir -p ${packageFolder}`,
        call('export', 'bundle', `${packageFolder}/models.bundle`, '--force'),
        `(cd ${packageFolder} && sha256sum models.bundle > models.bundle.sha256)`,
      ],
    },
  ],
});

interface DeployParts {
  readonly call: Call;
  readonly models: readonly string[];
  readonly deployment: CiDeployment;
}

const deployJob = ({ call, models, deployment }: DeployParts, before = 'package'): CiJob => {
  const { environment, stage } = deployment;
  return {
    ...usual,
    id: `deploy-${environment}`,
    title: `Deploy to ${environment}`,
    needs: [before],
    when: 'branch',
    timeout: judgingTime,
    data: true,
    takes: before === 'package' ? 'train' : before,
    gives: true,
    deployment,
    commands: [
      ...models.map(model => ({
        title: `Promote ${model} to ${stage}`,
        lines: [`${call('promote', model, 'latest', '--to', stage, '--reason')} "$MODELYARD_REASON"`],
        reasoned: true,
      })),
      { title: 'End the engine, so that its files are whole', lines: [call('stop')] },
    ],
  };
};
