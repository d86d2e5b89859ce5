import { action, withReleases } from '../../workflows/actions';
import { usualNode } from '../../workflows/usual';
import { shellLine } from '../../workflows/shellLine';
import type { Compiled, Plan, Task } from '../plan';
import { fromTop, handoverFolder, stepWords, trackingUri } from '../plan';
import type { PlannedSchedule } from './schedule';
import type { KeyedWarning } from './warnings';
import { yamlText } from './yamlText';

/** A step with a matrix has blanks and brackets in its name, which a job has not. */
const jobId = ({ name, id }: Task): string => (/^[A-Za-z_][\w-]*$/.test(name) ? name : id);

const utc: ReadonlySet<string> = new Set(['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT']);

function scheduleWarnings({ timezone, overlap, missed, key }: PlannedSchedule): readonly KeyedWarning[] {
  return [
    ...(utc.has(timezone)
      ? []
      : [{ key: `${key}.schedule`, message: `GitHub reads the times of a schedule as UTC, not as ${timezone}.` }]),
    ...(overlap === 'skip'
      ? [{ key: `${key}.overlap`, message: 'A time that comes while the workflow runs waits there, it is not left out.' }] // prettier-ignore
      : []),
    ...(missed === 'all'
      ? [{ key: `${key}.schedule.missed`, message: 'GitHub leaves out times when it is busy, and makes up for none.' }]
      : []),
  ];
}

const artifactOf = (task: Task): string => `modelyard-${task.id}`;

/**
 * A workflow of GitHub Actions: one job a step, whose results are artifacts of the workflow run.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
 */
export function compileGithub(plan: Plan): Compiled {
  const { schedule } = plan;
  const { directory } = plan.request;
  const workflow = {
    name: plan.pipeline,
    on: {
      ...(schedule?.manual !== false && { workflow_dispatch: {} }),
      ...(schedule && { schedule: [{ cron: schedule.cron }] }),
    },
    // one waits, further ones take its place
    ...(schedule && { concurrency: { group: plan.pipeline, 'cancel-in-progress': false } }),
    permissions: { contents: 'read' },
    ...(directory !== undefined && { defaults: { run: { 'working-directory': directory } } }),
    env: { [trackingUri]: `\${{ vars.${trackingUri} }}` },
    jobs: Object.fromEntries(plan.tasks.map(task => [jobId(task), job(plan, task)])),
  };
  const secrets = [...new Set(plan.tasks.flatMap(task => task.secrets))];
  const notes = [
    `The repository's variable ${trackingUri} names the MLflow server that runs are reported to; its secrets hold ${secrets.join(', ')}.`,
    'A job that its runner has lost is started again by hand: GitHub has no retries of jobs.',
  ];
  return {
    text: withReleases(yamlText(plan, workflow)),
    language: 'yaml',
    file: `.github/workflows/${plan.id}.yml`,
    notes,
    warnings: schedule ? scheduleWarnings(schedule) : [],
  };
}

function job(plan: Plan, task: Task) {
  const { image } = plan.request;
  const node = { uses: action('setup-node'), with: { 'node-version': usualNode } };
  return {
    ...(jobId(task) !== task.name && { name: task.name }),
    ...(task.needs.length > 0 && { needs: task.needs.map(jobId) }),
    ...(task.condition !== 'success()' && { if: `\${{ ${task.condition} }}` }),
    'runs-on': 'ubuntu-latest',
    ...(image !== undefined && { container: image }),
    ...(task.timeout !== undefined && { 'timeout-minutes': Math.ceil(task.timeout / 60) }),
    steps: [
      { uses: action('checkout') },
      ...(image === undefined ? [node] : []),
      ...task.inputs.map(one => ({
        uses: action('download-artifact'),
        ...(task.maybe.has(one) && { 'continue-on-error': true }),
        with: { name: artifactOf(one), path: fromTop(plan, handoverFolder(one)) },
      })),
      {
        name: `Run step ${task.name}`,
        run: shellLine([...plan.cli, ...stepWords(plan, task, handoverFolder)]),
        env: Object.fromEntries(task.secrets.map(name => [name, `\${{ secrets.${name} }}`])),
      },
      {
        uses: action('upload-artifact'),
        with: {
          name: artifactOf(task),
          path: fromTop(plan, handoverFolder(task)),
          'include-hidden-files': true,
          'if-no-files-found': 'error',
          'retention-days': 7,
        },
      },
    ],
  };
}
