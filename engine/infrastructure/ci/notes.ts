import { jobSecrets } from './plan';
import type { CiPlan } from './plan';

/** What has to be there before the workflow runs, and what it cannot do by itself; sentences. */
export function notesOf(plan: CiPlan): readonly string[] {
  const { system, jobs } = plan;
  const secrets = [...new Set(jobs.flatMap(jobSecrets))];
  const approved = jobs.flatMap(({ deployment }) => (deployment?.approval === true ? [deployment] : []));
  const names = approved.map(({ environment }) => environment).join(', ');
  const people = [...new Set(approved.flatMap(({ approvers }) => approvers))];
  const who = people.length === 0 ? 'those who may approve' : people.join(', ');
  const hasComment = jobs.some(({ id }) => id === 'comment');
  const python = plan.python !== undefined;
  switch (system) {
    case 'github':
      return [
        ...(names === '' ? [] : [`GitHub keeps approvals in the settings of the repository: under Environments make ${names} with "Required reviewers" ${who}, and only the branches that deploy.`]), // prettier-ignore
        ...(secrets.length === 0 ? [] : [`The repository's secrets hold ${secrets.join(', ')}.`]),
        'The registry goes from run to run in the cache of Actions, which forgets what nobody has used for 7 days: `better_than` finds no version then.',
      ];
    case 'gitlab':
      return [
        ...(names === '' ? [] : [`Deployments to ${names} wait for a click; under Settings › CI/CD › Protected environments say that ${who} may.`]), // prettier-ignore
        ...(hasComment ? ['Comments need a project access token with the scope `api` as the masked variable MODELYARD_CI_TOKEN: the token of a job may not write any.'] : []), // prettier-ignore
        ...(secrets.length === 0 ? [] : [`The project's CI/CD variables hold, masked, ${secrets.join(', ')}: every job has them.`]), // prettier-ignore
        ...(python ? ['`python` is not set up on GitLab: name an image that has it.'] : []),
        'The registry goes from pipeline to pipeline in the cache of the runner.',
      ];
    case 'jenkins':
      return [
        'It is for a multibranch pipeline. The agents need Docker, Jenkins the plugins Docker Pipeline and JUnit.',
        ...(people.length === 0 && names !== '' ? [`Everybody who may build can approve ${names}: name \`approvers\`.`] : []), // prettier-ignore
        ...(secrets.length === 0 ? [] : [`Jenkins has credentials of the kind "secret text" with the ids ${secrets.join(', ')}.`]), // prettier-ignore
        ...(python ? ['`python` is not set up on Jenkins: name an image that has it.'] : []),
        'Each build begins with an empty registry, so that `better_than` finds no version; no comment is written: which host the sources are on Jenkins does not say.', // prettier-ignore
      ];
    case 'azure':
      return [
        ...(names === '' ? [] : [`Azure keeps approvals with the environment: under Pipelines › Environments give ${names} a check "Approvals" for ${who}.`]), // prettier-ignore
        ...(hasComment ? ['Comments need the build service to have "Contribute to pull requests". For a repository of Azure, pull requests are built by a branch policy, not by `pr:`.'] : []), // prettier-ignore
        ...(secrets.length === 0 ? [] : [`The pipeline's secret variables hold ${secrets.join(', ')}.`]),
        'The registry goes from run to run in the cache of Pipelines, which forgets what nobody has used for 7 days: `better_than` finds no version then.', // prettier-ignore
      ];
  }
}
