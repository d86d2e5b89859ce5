import { usualNode } from '../../workflows/usual';
import { yamlDocument } from '../../workflows/yamlDocument';
import { place, withMarks } from '../files/marks';
import type { CiCommand, CiJob, CiPlan } from './plan';

/** Names of stages have no hyphens. */
const stageName = (id: string): string => id.replaceAll('-', '_');
const source = '$(Build.SourcesDirectory)';
const folder = ({ directory }: CiPlan, file?: string): string => [source, directory, file].filter(one => one !== undefined).join('/'); // prettier-ignore

/** A multi-stage pipeline of Azure Pipelines. https://learn.microsoft.com/azure/devops/pipelines/yaml-schema */
export function azureText(plan: CiPlan): string {
  const { branches, jobs, runner } = plan;
  const pipeline = {
    trigger: { batch: 'true', branches: { include: branches } },
    pr: { branches: { include: branches } },
    pool: { vmImage: runner ?? 'ubuntu-latest' },
    ...(plan.isFetched && { variables: { NPM_CONFIG_CACHE: '$(Pipeline.Workspace)/.npm' } }),
    lockBehavior: 'sequential',
    stages: [...jobs.map(one => stage(plan, one)), place('jobs')],
  };
  return withMarks(yamlDocument(pipeline), '#');
}

function stage(plan: CiPlan, one: CiJob) {
  const { deployment, id } = one;
  const condition = conditionOf(one);
  const common = { displayName: one.title, timeoutInMinutes: String(one.timeout) };
  const steps = stepsOf(plan, one);
  return {
    stage: stageName(id),
    displayName: one.title,
    // without this a stage waits for the one above it
    dependsOn: [...new Set([...one.needs, ...(one.takes === undefined ? [] : [one.takes])])].map(stageName),
    ...(condition !== undefined && { condition }),
    jobs: [
      deployment
        ? { deployment: stageName(id), ...common, environment: deployment.environment, strategy: { runOnce: { deploy: { steps } } } } // prettier-ignore
        : { job: stageName(id), ...common, steps },
    ],
  };
}

function conditionOf({ when, id, deployment }: CiJob): string | undefined {
  if (when === 'change') return `and(${id === 'comment' ? "in(dependencies.gates.result, 'Succeeded', 'SucceededWithIssues', 'Failed')" : 'succeeded()'}, eq(variables['Build.Reason'], 'PullRequest'))`; // prettier-ignore
  if (when === 'always') return undefined;
  const branches = (deployment?.branches ?? []).map(one =>
    one.endsWith('*')
      ? `startsWith(variables['Build.SourceBranch'], 'refs/heads/${one.slice(0, -1)}')`
      : `eq(variables['Build.SourceBranch'], 'refs/heads/${one}')`,
  );
  const [only = '', ...more] = branches;
  const branch = branches.length === 0 ? '' : `, ${more.length === 0 ? only : `or(${branches.join(', ')})`}`;
  return `and(succeeded(), ne(variables['Build.Reason'], 'PullRequest')${branch})`;
}

function stepsOf(plan: CiPlan, one: CiJob): readonly unknown[] {
  const { id, takes, remembers, gives, deployment, reports, product } = one;
  return [
    { checkout: 'self', persistCredentials: 'false', ...(one.data && { lfs: 'true' }) },
    { task: 'NodeTool@0', displayName: 'Set up Node', inputs: { versionSpec: `${usualNode}.x` } },
    ...(plan.isFetched ? [cache('modelyard-npm | "$(Agent.OS)"', '$(NPM_CONFIG_CACHE)')] : []),
    ...(plan.python !== undefined && id === 'train'
      ? [{ task: 'UsePythonVersion@0', displayName: 'Set up Python', inputs: { versionSpec: plan.python } }]
      : []),
    // what it saves at its end nobody restores: deployments save under the other name
    ...(remembers
      ? [cache('modelyard-trained | "$(Build.BuildId)"', folder(plan, '.modelyard'), 'modelyard-registry')]
      : []),
    ...(deployment
      ? [cache(`modelyard-registry | "$(Build.BuildId)" | "${deployment.environment}"`, folder(plan, '.modelyard'))]
      : []),
    ...(takes === undefined ? [] : [download(`modelyard-state-${takes}`, folder(plan, '.modelyard'))]),
    ...(id === 'comment' ? [download('modelyard-reports', folder(plan, 'modelyard-reports'))] : []),
    place(id),
    ...one.commands.map(command => script(plan, one, command)),
    ...(gives ? [publish(`modelyard-state-${id}`, folder(plan, '.modelyard'))] : []),
    ...(reports === undefined
      ? []
      : [
          {
            task: 'PublishTestResults@2',
            displayName: 'Show the verdicts',
            condition: 'succeededOrFailed()',
            inputs: { testResultsFormat: 'JUnit', testResultsFiles: `${folder(plan, reports)}/gates.xml`, testRunTitle: 'Gates' }, // prettier-ignore
          },
          { ...publish('modelyard-reports', folder(plan, reports)), condition: 'succeededOrFailed()' },
        ]),
    ...(product === undefined ? [] : [publish('modelyard-package', folder(plan, product))]),
  ];
}

const cache = (key: string, path: string, restoreKeys?: string) => ({
  task: 'Cache@2',
  displayName: 'Cache',
  inputs: { key, ...(restoreKeys !== undefined && { restoreKeys }), path },
});
const download = (artifact: string, targetPath: string) => ({
  task: 'DownloadPipelineArtifact@2',
  displayName: `Take ${artifact}`,
  inputs: { buildType: 'current', artifactName: artifact, targetPath },
});
const publish = (artifact: string, targetPath: string) => ({
  task: 'PublishPipelineArtifact@1',
  displayName: `Keep ${artifact}`,
  inputs: { targetPath, artifact },
});

function script(plan: CiPlan, { id }: CiJob, { title, lines, secrets = [], reasoned }: CiCommand) {
  const env = {
    // secret variables are in no command's environment unless they are mapped
    ...Object.fromEntries(secrets.map(name => [name, `$(${name})`])),
    ...(id === 'comment' && { SYSTEM_ACCESSTOKEN: '$(System.AccessToken)' }),
    ...(reasoned === true && { MODELYARD_REASON: 'commit $(Build.SourceVersion), build $(Build.BuildId)' }),
  };
  return {
    // stops at the first line that fails, as the other systems do
    script: lines.length > 1 ? ['set -e', ...lines].join('\n') : lines.join('\n'),
    displayName: title,
    ...(plan.directory !== undefined && { workingDirectory: folder(plan) }),
    ...(Object.keys(env).length > 0 && { env }),
  };
}
