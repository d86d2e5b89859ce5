import { shellLine } from '../../workflows/shellLine';
import { usualImage } from '../../workflows/usual';
import { yamlDocument } from '../../workflows/yamlDocument';
import { place, withMarks } from '../files/marks';
import type { CiJob, CiPlan } from './plan';

const from = ({ directory }: CiPlan, file: string): string => (directory === undefined ? file : `${directory}/${file}`);
/** In front, so that no job has the name of a word of the language, or of another job of the project. */
const jobName = (id: string): string => `modelyard-${id}`;

/** `$VARIABLE` is one of the branches: by name, or by their beginning. */
const isBranch = (variable: string, branches: readonly string[]): string =>
  branches
    .map(one =>
      one.endsWith('*')
        ? `$${variable} =~ /^${one.slice(0, -1).replace(/[./-]/g, '\\$&')}/`
        : `$${variable} == "${one}"`,
    ) // prettier-ignore
    .join(' || ');

const isChange = '$CI_PIPELINE_SOURCE == "merge_request_event"';

/** A pipeline of GitLab CI/CD. https://docs.gitlab.com/ci/yaml/ */
export function gitlabText(plan: CiPlan): string {
  const { branches, jobs, image = usualImage } = plan;
  const pipeline = {
    stages: [...new Set(jobs.map(stageOf))],
    workflow: {
      rules: [
        { if: `${isChange} && (${isBranch('CI_MERGE_REQUEST_TARGET_BRANCH_NAME', branches)})` },
        { if: isBranch('CI_COMMIT_BRANCH', branches) },
      ],
    },
    default: { image, interruptible: true },
    ...(plan.isFetched && { variables: { NPM_CONFIG_CACHE: '$CI_PROJECT_DIR/.npm' } }),
    ...Object.fromEntries(jobs.map(one => [jobName(one.id), job(plan, one)])),
    [place('jobs')]: null,
  };
  return withMarks(yamlDocument(pipeline), '#');
}

const stageOf = ({ id, deployment }: CiJob): string => (deployment ? 'deploy' : id);

function job(plan: CiPlan, one: CiJob) {
  const { deployment, takes, id } = one;
  const needed = [...new Set([...one.needs, ...(takes === undefined ? [] : [takes])])];
  const rules = rulesOf(one);
  const caches = cachesOf(plan, one);
  const artifacts = artifactsOf(plan, one);
  return {
    stage: stageOf(one),
    ...(needed.length > 0 && { needs: needed.map(name => ({ job: jobName(name), artifacts: name === takes || id === 'comment' })) }), // prettier-ignore
    ...(rules && { rules }),
    ...(deployment && {
      environment: { name: deployment.environment },
      resource_group: `modelyard-${deployment.environment}`,
      interruptible: false,
      variables: { MODELYARD_REASON: 'commit $CI_COMMIT_SHA, pipeline $CI_PIPELINE_ID, started by $GITLAB_USER_LOGIN' },
    }),
    timeout: `${one.timeout} minutes`,
    ...(caches.length > 0 && { cache: caches }),
    script: [
      ...(plan.directory === undefined ? [] : [shellLine(['cd', plan.directory])]),
      // the cache of npm is in the way of git, which would call the run's commit changed
      ...(plan.isFetched && one.gives && !deployment
        ? ['echo .npm/ >> "$(git rev-parse --git-path info/exclude)"']
        : []),
      place(id),
      ...one.commands.flatMap(({ lines }) => lines),
    ],
    ...(artifacts && { artifacts }),
    // what it cannot tell is no reason to hold a change
    ...(id === 'comment' && { allow_failure: true }),
  };
}

function rulesOf({ when, deployment, id }: CiJob): readonly object[] | undefined {
  // without a token of the project there is nothing to tell it with
  if (when === 'change') return [{ if: `${isChange} && $MODELYARD_CI_TOKEN`, ...(id === 'comment' && { when: 'always' }) }]; // prettier-ignore
  if (when === 'always') return undefined;
  if (!deployment) return [{ if: '$CI_COMMIT_BRANCH' }];
  const approved = deployment.approval ? { when: 'manual', allow_failure: false } : {};
  return [{ if: isBranch('CI_COMMIT_BRANCH', deployment.branches), ...approved }];
}

function cachesOf(plan: CiPlan, { remembers, deployment }: CiJob): readonly object[] {
  const registry = { key: 'modelyard-registry', paths: [`${from(plan, '.modelyard')}/`] };
  return [
    ...(plan.isFetched ? [{ key: 'modelyard-npm', paths: ['.npm/'] }] : []),
    ...(remembers ? [{ ...registry, policy: 'pull' }] : []),
    ...(deployment ? [{ ...registry, policy: 'push' }] : []),
  ];
}

function artifactsOf(plan: CiPlan, { gives, reports, product }: CiJob): object | undefined {
  if (gives) return { paths: [`${from(plan, '.modelyard')}/`], expire_in: '1 week' };
  if (reports !== undefined)
    return {
      when: 'always',
      paths: [`${from(plan, reports)}/`],
      reports: { junit: `${from(plan, reports)}/gates.xml` },
      expire_in: '30 days',
    };
  return product === undefined ? undefined : { paths: [`${from(plan, product)}/`], expire_in: '90 days' };
}
