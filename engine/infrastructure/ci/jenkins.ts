import { block, quoted } from '../../workflows/groovy';
import { usualImage } from '../../workflows/usual';
import { place, withMarks } from '../files/marks';
import { jobSecrets } from './plan';
import type { CiCommand, CiJob, CiPlan } from './plan';

const from = ({ directory }: CiPlan, file: string): string => (directory === undefined ? file : `${directory}/${file}`);

/**
 * A declarative Jenkinsfile for a multibranch pipeline: stages one after the other, whose results are stashes.
 * https://www.jenkins.io/doc/book/pipeline/syntax/
 */
export function jenkinsText(plan: CiPlan): string {
  const lines = block('pipeline', [
    'agent none',
    ...block('options', ['disableConcurrentBuilds()', 'skipDefaultCheckout()']),
    ...block('stages', [...plan.jobs.flatMap(one => stage(plan, one)), place('jobs')]),
  ]);
  return withMarks(`${lines.join('\n')}\n`, '//');
}

function stage(plan: CiPlan, one: CiJob): readonly string[] {
  const { image = usualImage, directory } = plan;
  const { deployment, id, takes, gives, product } = one;
  const isAsked = deployment?.approval === true;
  const limit = `timeout(time: ${one.timeout}, unit: 'MINUTES')`;
  const environment = [
    ...jobSecrets(one).map(name => `${name} = credentials(${quoted(name)})`),
    ...(plan.isFetched ? ["NPM_CONFIG_CACHE = '/tmp/.npm'"] : []),
    // in double quotes Jenkins itself fills in; both are of Jenkins and git, nobody's words
    ...(deployment ? ['MODELYARD_REASON = "commit ${env.GIT_COMMIT}, build ${env.BUILD_NUMBER}"'] : []),
  ];
  const own = [place(id), ...one.commands.map(shell)];
  const within = directory === undefined ? own : block(`dir(${quoted(directory)})`, own);
  return block(`stage(${quoted(one.title)})`, [
    ...whenOf(one),
    ...(isAsked ? inputOf(one) : []),
    ...block('agent', block('docker', [`image ${quoted(image)}`])),
    // the options of a stage hold while it waits for an answer, too
    ...(isAsked ? [] : block('options', [limit])),
    ...(environment.length > 0 ? block('environment', environment) : []),
    ...block('steps', [
      // agents keep their folder from build to build
      'deleteDir()',
      'checkout scm',
      ...(takes === undefined ? [] : [`unstash ${quoted(`modelyard-state-${takes}`)}`]),
      ...(isAsked ? block(limit, within) : within),

      ...(gives ? [stash(`modelyard-state-${id}`, `${from(plan, '.modelyard')}/**`)] : []),
      ...(product === undefined ? [] : [`archiveArtifacts artifacts: ${quoted(`${from(plan, product)}/**`)}, fingerprint: true`]), // prettier-ignore
    ]),
    ...afterwards(plan, one),
  ]);
}

const stash = (name: string, includes: string): string =>
  `stash name: ${quoted(name)}, includes: ${quoted(includes)}, useDefaultExcludes: false`;

const shell = ({ lines }: CiCommand): string => `sh ${quoted(lines.length > 1 ? ['set -e', ...lines].join('\n') : lines.join('\n'))}`; // prettier-ignore

function whenOf({ when, deployment }: CiJob): readonly string[] {
  if (when === 'always') return [];
  if (when === 'change') return block('when', ['beforeAgent true', 'changeRequest()']);
  const branches = (deployment?.branches ?? []).map(one =>
    one.endsWith('*') ? `branch pattern: ${quoted(`${one}*`)}, comparator: 'GLOB'` : `branch ${quoted(one)}`,
  );
  const [only = '', ...more] = branches;
  const condition = branches.length === 0 ? ['not { changeRequest() }'] : more.length === 0 ? [only] : block('anyOf', branches); // prettier-ignore
  return block('when', ['beforeAgent true', ...(deployment?.approval === true ? ['beforeInput true'] : []), ...condition]); // prettier-ignore
}

/** Asked before a machine is taken. */
const inputOf = ({ title, deployment }: CiJob): readonly string[] =>
  block('input', [
    `message ${quoted(`${title}?`)}`,
    "ok 'Deploy'",
    ...((deployment?.approvers.length ?? 0) > 0 ? [`submitter ${quoted(deployment?.approvers.join(',') ?? '')}`] : []),
  ]);

function afterwards(plan: CiPlan, { reports }: CiJob): readonly string[] {
  if (reports === undefined) return [];
  const lines = [
    `junit allowEmptyResults: true, testResults: ${quoted(`${from(plan, reports)}/*.xml`)}`,
    `archiveArtifacts allowEmptyArchive: true, artifacts: ${quoted(`${from(plan, reports)}/**`)}`,
  ];
  return block('post', block('always', lines));
}
