import * as v from 'valibot';
import type { CiConfig } from '../../protocol/ci';
import { workspacePath } from './path';
import { flag, name, oneOrMany, reference, text } from './terms';
import { timeout } from './duration';

const file = v.exactOptional(
  v.pipe(workspacePath('the path of a file'), v.description('From the top of the repository. Without it: where the system looks for it.')), // prettier-ignore
);
const plainWord = (what: string) =>
  v.pipe(text(what), v.regex(/^[\w./:@-]+$/, `must be ${what}`), v.maxLength(300, 'out-of-range|is too long'));
const runner = (description: string, ...examples: string[]) =>
  v.exactOptional(v.pipe(plainWord('the name of a machine'), v.description(description), v.examples(examples)));
const image = v.exactOptional(
  v.pipe(
    plainWord('the name of a container image'),
    v.description('The container image of the jobs: it has Node 20.19 or newer, git, and what commands need. Without it: `node:22`.'), // prettier-ignore
    v.examples(['node:22']),
  ),
);

const branch = v.pipe(
  text('the name of a branch'),
  v.regex(/^[A-Za-z0-9][\w./-]{0,200}\*?$/, 'bad-name|cannot be a branch: letters, digits, `.`, `_`, `/` and `-`, and a `*` at the end'), // prettier-ignore
);
const branches = () => oneOrMany(branch, 'a branch such as main or release/*');

const environment = v.strictObject({
  stage: v.exactOptional(
    v.pipe(text('the name of a stage'), v.description('The stage that versions are promoted to. Without it: the stage with the name of the environment.')), // prettier-ignore
  ),
  approval: v.exactOptional(
    v.pipe(flag(), v.description('Whether somebody has to approve before. Without it: for the last environment.')),
  ),
  approvers: v.optional(
    v.pipe(
      v.array(v.pipe(text('the name of a user'), v.regex(/^[\w.@-]{1,100}$/, 'must be the name of a user'))),
      v.description('Who may approve. Jenkins knows it from the file; the other systems keep it in their settings.'),
    ),
    [],
  ),
  branches: v.exactOptional(
    v.pipe(branches(), v.description('Of `branches` those that deploy here. Without it: all of them.')),
  ),
});

/** `ci`: what CI workflows are generated from. */
export const ci = v.pipe(
  v.strictObject({
    github: v.exactOptional(
      v.pipe(
        v.strictObject({ file, runner: runner('`runs-on` of the jobs. Without it: `ubuntu-latest`.', 'ubuntu-latest') }), // prettier-ignore
        v.description('GitHub Actions: `.github/workflows/modelyard.yml`.'),
      ),
    ),
    gitlab: v.exactOptional(v.pipe(v.strictObject({ file, image }), v.description('GitLab CI/CD: `.gitlab-ci.yml`.'))),
    jenkins: v.exactOptional(
      v.pipe(v.strictObject({ file, image }), v.description('Jenkins: a declarative `Jenkinsfile`.')),
    ),
    azure: v.exactOptional(
      v.pipe(
        v.strictObject({ file, runner: runner('`vmImage` of the pool. Without it: `ubuntu-latest`.', 'ubuntu-latest') }), // prettier-ignore
        v.description('Azure Pipelines: `azure-pipelines.yml`.'),
      ),
    ),
    branches: v.optional(
      v.pipe(branches(), v.description('Pushes to them train, judge, package and deploy; changes against them are checked.')), // prettier-ignore
      ['main'],
    ),
    pipelines: v.exactOptional(
      v.pipe(
        oneOrMany(reference('pipeline'), 'the name of a pipeline'),
        v.description(
          'What is run to train. Without it: the first pipeline that registers a model, else the first one.',
        ),
      ),
    ),
    models: v.exactOptional(
      v.pipe(
        oneOrMany(reference('model'), 'the name of a model'),
        v.description('Whose gates are judged, and what is deployed. Without it: the models that these pipelines register.'), // prettier-ignore
      ),
    ),
    environments: v.exactOptional(
      v.pipe(
        v.record(
          name('environment'),
          v.pipe(environment, v.description('Where versions are deployed: promoted to its stage.')),
          'must be a mapping of names to environments',
        ),
        v.description('In the order in which a version gets there. Without it: the stages of the models, but for the first.'), // prettier-ignore
      ),
    ),
    cli: v.exactOptional(
      v.pipe(
        text('a command'),
        v.regex(/^[\w@%+=:,./ -]+$/, 'must be plain words, such as `modelyard`'),
        v.description('How Modelyard is called. Without it: `npx --yes modelyard@VERSION`, of the version that writes the file.'), // prettier-ignore
        v.examples(['modelyard']),
      ),
    ),
    python: v.exactOptional(
      v.pipe(
        text('a version such as "3.12"'),
        v.regex(/^3(\.\d{1,2}){0,2}$/, 'must be a version such as "3.12"'),
        v.description('The Python that is set up for the training, on GitHub and Azure; elsewhere the image has it.'),
        v.examples(['3.12']),
      ),
    ),
    timeout: v.optional(v.pipe(timeout(), v.description('How long the training may take.')), '6h'),
    comment: v.optional(
      v.pipe(flag(), v.description('Whether a pull request gets one comment with the results, which is kept up to date.')), // prettier-ignore
      true,
    ),
  }),
  v.transform((value): CiConfig => value),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { github, gitlab, jenkins, azure } = dataset.value;
    if ((github ?? gitlab ?? jenkins ?? azure) === undefined)
      addIssue({
        message: 'missing-key|names no system: add `github: {}`, `gitlab: {}`, `jenkins: {}` or `azure: {}`',
      });
  }),
);
