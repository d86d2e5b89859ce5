import type { CompiledWorkflow } from '../../protocol/executors';
import type { Plan, Task } from '../plan';
import { fromTop, handoverFolder, shellLine, stepWords, trackingUri } from '../plan';
import { usualImage } from './usual';
import { yamlText } from './yamlText';

/**
 * A pipeline of GitLab CI/CD: one job a step, ordered by `needs`, whose results are job artifacts.
 * https://docs.gitlab.com/ci/yaml/
 */
export function compileGitlab(plan: Plan): CompiledWorkflow {
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
  ];
  return { text: yamlText(plan, pipeline), language: 'yaml', file: '.gitlab-ci.yml', notes };
}

function job(plan: Plan, task: Task, jobOf: (one: Task) => string) {
  const { directory, retries = 0 } = plan.request;
  return {
    needs: [...new Set([...task.needs, ...task.inputs])].map(one => ({ job: jobOf(one), artifacts: true })),
    script: [
      ...(directory === undefined ? [] : [shellLine(['cd', directory])]),
      shellLine([...plan.cli, ...stepWords(plan, task, handoverFolder)]),
    ],
    artifacts: { paths: [`${fromTop(plan, handoverFolder(task))}/`], expire_in: '1 week' },
    ...(task.timeout !== undefined && { timeout: `${Math.ceil(task.timeout / 60)} minutes` }),
    ...(retries > 0 && { retry: { max: Math.min(retries, 2), when: ['runner_system_failure', 'scheduler_failure'] } }),
  };
}
