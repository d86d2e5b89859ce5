import { shellLine } from '../../workflows/shellLine';
import type { Compiled, Plan, Task } from '../plan';
import { fromTop, handoverFolder, stepWords, trackingUri } from '../plan';
import { usualImage } from '../../workflows/usual';
import type { KeyedWarning } from './warnings';
import { yamlText } from './yamlText';

/**
 * A pipeline of GitLab CI/CD: one job a step, ordered by `needs`, whose results are job artifacts.
 * https://docs.gitlab.com/ci/yaml/
 */
export function compileGitlab(plan: Plan): Compiled {
  const { schedule } = plan;
  const { image = usualImage } = plan.request;
  // the pipeline's name in front: a step may be called `image` or `stages`, which are words of the language
  const jobOf = ({ name }: Task): string => `${plan.pipeline}:${name}`;
  const pipeline = {
    workflow: {
      rules: ['schedule', 'web', 'api', 'trigger'].map(source => ({ if: `$CI_PIPELINE_SOURCE == "${source}"` })),
    },
    default: { image },
    ...Object.fromEntries(plan.tasks.map(task => [jobOf(task), job(plan, task, jobOf)])),
  };
  const secrets = [...new Set(plan.tasks.flatMap(task => task.secrets))];
  const notes = [
    `The project's CI/CD variables hold ${trackingUri} and, masked, ${secrets.join(', ')}: every job has them.`,
    'GitLab lets a job need at most 50 others.',
    ...(schedule
      ? [`Times are kept by the project: make a pipeline schedule \`${schedule.cron}\` in ${schedule.timezone} under Build › Pipeline schedules.`] // prettier-ignore
      : []),
  ];
  return {
    text: yamlText(plan, pipeline),
    language: 'yaml',
    file: '.gitlab-ci.yml',
    notes,
    warnings: warningsOf(plan),
  };
}

function warningsOf({ schedule, tasks, request: { retries = 0 } }: Plan): readonly KeyedWarning[] {
  return [
    ...(schedule
      ? [{ key: `${schedule.key}.schedule`, message: `GitLab keeps times beside the file: \`${schedule.cron}\` in ${schedule.timezone} has to be entered there.` }] // prettier-ignore
      : []),
    ...(retries > 0 ? unwaited(tasks) : []),
  ];
}

/** Within a task the step waits as it says. */
export const unwaited = (tasks: readonly Task[]): readonly KeyedWarning[] =>
  tasks.flatMap(({ backoff, key }) =>
    backoff === undefined
      ? []
      : [{ key: `${key}.retry`, message: 'A task that its machine has lost is started again without a wait.' }],
  );

function job(plan: Plan, task: Task, jobOf: (one: Task) => string) {
  const { directory, retries = 0 } = plan.request;
  return {
    needs: [...new Set([...task.needs, ...task.inputs])].map(one => ({ job: jobOf(one), artifacts: true })),
    ...(task.condition !== 'success()' && { when: task.condition === 'always()' ? 'always' : 'on_failure' }),
    script: [
      ...(directory === undefined ? [] : [shellLine(['cd', directory])]),
      shellLine([...plan.cli, ...stepWords(plan, task, handoverFolder)]),
    ],
    artifacts: { paths: [`${fromTop(plan, handoverFolder(task))}/`], expire_in: '1 week' },
    ...(task.timeout !== undefined && { timeout: `${Math.ceil(task.timeout / 60)} minutes` }),
    ...(retries > 0 && { retry: { max: Math.min(retries, 2), when: ['runner_system_failure', 'scheduler_failure'] } }),
  };
}
