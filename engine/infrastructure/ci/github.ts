import { action, withReleases } from '../../workflows/actions';
import { usualNode } from '../../workflows/usual';
import { yamlDocument } from '../../workflows/yamlDocument';
import { place, withMarks } from '../files/marks';
import type { CiCommand, CiJob, CiPlan } from './plan';

const from = ({ directory }: CiPlan, file: string): string => (directory === undefined ? file : `${directory}/${file}`);

/**
 * A workflow of GitHub Actions. Nothing that people outside can write (titles, names of branches) is filled into a command;
 * what commands need of the event comes by environment variables.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
 */
export function githubText(plan: CiPlan): string {
  const { branches, directory, jobs } = plan;
  const on = branches.map(one => one.replace(/\*$/, '**'));
  const workflow = {
    name: `Modelyard ${plan.name}`,
    on: { pull_request: { branches: on }, push: { branches: on }, workflow_dispatch: {} },
    permissions: { contents: 'read' },
    concurrency: {
      group: `modelyard${directory === undefined ? '' : `-${directory.replace(/\W+/g, '-')}`}-\${{ github.ref }}`,
      'cancel-in-progress': "${{ github.event_name == 'pull_request' }}",
    },
    defaults: { run: { shell: 'bash', ...(directory !== undefined && { 'working-directory': directory }) } },
    jobs: Object.fromEntries([...jobs.map(one => [one.id, job(plan, one)] as const), [place('jobs'), null]]),
  };
  return withReleases(withMarks(yamlDocument(workflow), '#'));
}

function job(plan: CiPlan, one: CiJob) {
  const { deployment } = one;
  const condition = conditionOf(one);
  return {
    name: one.title,
    ...(one.needs.length > 0 && { needs: one.needs }),
    ...(condition !== undefined && { if: condition }),
    'runs-on': plan.runner ?? 'ubuntu-latest',
    'timeout-minutes': one.timeout,
    ...(one.id === 'comment' && { permissions: { contents: 'read', 'pull-requests': 'write' } }),
    ...(deployment && {
      environment: deployment.environment,
      concurrency: { group: `modelyard-deploy-${deployment.environment}`, 'cancel-in-progress': false },
    }),
    steps: [
      { uses: action('checkout'), with: { 'persist-credentials': false, ...(one.data && { lfs: true }) } },
      { uses: action('setup-node'), with: { 'node-version': usualNode } },
      ...(plan.isFetched ? [fetched()] : []),
      ...(plan.python !== undefined && one.id === 'train'
        ? [{ uses: action('setup-python'), with: { 'python-version': plan.python } }]
        : []),
      ...taken(plan, one),
      place(one.id),
      ...one.commands.map(command => step(one, command)),
      ...given(plan, one),
    ],
  };
}

/** Approvals are a rule of the environment, in the settings of the repository. */
function conditionOf({ id, when, deployment }: CiJob): string | undefined {
  // a change of a fork has no right to write here
  if (when === 'change')
    return id === 'comment'
      ? "${{ !cancelled() && (needs.gates.result == 'success' || needs.gates.result == 'failure') && github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository }}"
      : "${{ github.event_name == 'pull_request' }}";
  if (when === 'always') return undefined;
  const names = (deployment?.branches ?? []).map(one => one.endsWith('*') ? `startsWith(github.ref_name, '${one.slice(0, -1)}')` : `github.ref_name == '${one}'`); // prettier-ignore
  const branch = names.length === 0 ? '' : ` && (${names.join(' || ')})`;
  return `\${{ github.event_name != 'pull_request' && github.ref_type == 'branch'${branch} }}`;
}

const fetched = () => ({
  uses: action('cache'),
  with: { path: '~/.npm', key: `modelyard-npm-\${{ runner.os }}-\${{ hashFiles('.github/workflows/*.yml') }}` },
});

const registryKey = 'modelyard-registry-${{ github.run_id }}-${{ github.run_attempt }}';

function taken(plan: CiPlan, { id, takes, remembers }: CiJob): readonly object[] {
  const state = from(plan, '.modelyard');
  return [
    ...(remembers
      ? [
          {
            name: 'Take the registry as the last deployment has left it',
            uses: action('cache', '/restore'),
            with: { path: state, key: registryKey, 'restore-keys': 'modelyard-registry-' },
          },
        ]
      : []),
    ...(takes === undefined ? [] : [{ uses: action('download-artifact'), with: { name: `modelyard-state-${takes}`, path: state } }]), // prettier-ignore
    ...(id === 'comment'
      ? [{ uses: action('download-artifact'), with: { name: 'modelyard-reports', path: from(plan, 'modelyard-reports') } }] // prettier-ignore
      : []),
  ];
}

function step({ id }: CiJob, { title, lines, secrets = [], reasoned }: CiCommand) {
  const env = {
    ...Object.fromEntries(secrets.map(name => [name, `\${{ secrets.${name} }}`])),
    ...(id === 'comment' && { GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}' }),
    ...(reasoned === true && {
      MODELYARD_REASON: 'commit ${{ github.sha }}, workflow run ${{ github.run_id }}, started by ${{ github.actor }}',
    }),
  };
  return {
    name: title,
    run: lines.join('\n'),
    ...(Object.keys(env).length > 0 && { env }),
  };
}

const artifact = (name: string, path: string, days: number) => ({
  uses: action('upload-artifact'),
  with: { name, path, 'include-hidden-files': true, 'if-no-files-found': 'error', overwrite: true, 'retention-days': days }, // prettier-ignore
});

function given(plan: CiPlan, { id, gives, reports, product, deployment }: CiJob): readonly object[] {
  return [
    ...(gives ? [artifact(`modelyard-state-${id}`, from(plan, '.modelyard'), 7)] : []),
    ...(deployment
      ? [
          {
            name: 'Keep the registry for the next run',
            uses: action('cache', '/save'),
            with: { path: from(plan, '.modelyard'), key: `${registryKey}-${deployment.environment}` },
          },
        ]
      : []),
    ...(reports === undefined
      ? []
      : [
          {
            name: 'Show the summary',
            if: '${{ !cancelled() }}',
            run: `if [ -f ${reports}/summary.md ]; then cat ${reports}/summary.md >> "$GITHUB_STEP_SUMMARY"; fi`,
          },
          { if: '${{ !cancelled() }}', ...artifact('modelyard-reports', from(plan, reports), 30) },
        ]),
    ...(product === undefined ? [] : [artifact('modelyard-package', from(plan, product), 90)]),
  ];
}
