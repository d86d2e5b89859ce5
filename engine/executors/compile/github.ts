import type { CompiledWorkflow } from '../../protocol/executors';
import type { Plan, Task } from '../plan';
import { fromTop, handoverFolder, shellLine, stepWords, trackingUri } from '../plan';
import { yamlText } from './yamlText';

const artifactOf = (task: Task): string => `modelyard-${task.id}`;

/**
 * A workflow of GitHub Actions: one job a step, whose results are artifacts of the workflow run.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
 */
export function compileGithub(plan: Plan): CompiledWorkflow {
  const { directory } = plan.request;
  const workflow = {
    name: plan.pipeline,
    on: { workflow_dispatch: {} },
    permissions: { contents: 'read' },
    ...(directory !== undefined && { defaults: { run: { 'working-directory': directory } } }),
    env: { [trackingUri]: `\${{ vars.${trackingUri} }}` },
    jobs: Object.fromEntries(plan.tasks.map(task => [task.name, job(plan, task)])),
  };
  const secrets = [...new Set(plan.tasks.flatMap(task => task.secrets))];
  const notes = [
    `The repository's variable ${trackingUri} names the MLflow server that runs are reported to; its secrets hold ${secrets.join(', ')}.`,
    'A job that its runner has lost is started again by hand: GitHub has no retries of jobs.',
  ];
  return { text: yamlText(plan, workflow), language: 'yaml', file: `.github/workflows/${plan.id}.yml`, notes };
}

function job(plan: Plan, task: Task) {
  const { image } = plan.request;
  const node = { uses: 'actions/setup-node@v4', with: { 'node-version': 22 } };
  return {
    ...(task.needs.length > 0 && { needs: task.needs.map(({ name }) => name) }),
    'runs-on': 'ubuntu-latest',
    ...(image !== undefined && { container: image }),
    ...(task.timeout !== undefined && { 'timeout-minutes': Math.ceil(task.timeout / 60) }),
    steps: [
      { uses: 'actions/checkout@v4' },
      ...(image === undefined ? [node] : []),
      ...task.inputs.map(one => ({
        uses: 'actions/download-artifact@v4',
        with: { name: artifactOf(one), path: fromTop(plan, handoverFolder(one)) },
      })),
      {
        name: `Run step ${task.name}`,
        run: shellLine([...plan.cli, ...stepWords(plan, task, handoverFolder)]),
        env: Object.fromEntries(task.secrets.map(name => [name, `\${{ secrets.${name} }}`])),
      },
      {
        uses: 'actions/upload-artifact@v4',
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
