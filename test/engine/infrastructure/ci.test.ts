import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../../engine/config/parse';
import type { CiSystem } from '../../../engine/protocol/ci';
import { temporaryFolder } from '../../support/store';
import { kit, source } from './kit';

const all = 'ci: {github: {}, gitlab: {}, jenkins: {}, azure: {}}';
const rich = `
ci:
  github: {runner: self-hosted, file: .github/workflows/ml.yml}
  gitlab: {image: "registry.example.com/a/b:1"}
  jenkins: {image: "registry.example.com/a/b:1"}
  azure: {runner: windows-2022}
  branches: [main, release/*]
  pipelines: [look, train]
  environments:
    test: {stage: staging, branches: "release/*"}
    live: {stage: production, approval: true, approvers: [ana, bo@example.com], branches: main}
  cli: modelyard
  python: "3.12"
  timeout: 90m
`;

async function textOf(system: CiSystem, ci = all, part = ''): Promise<string> {
  const { files } = await kit(part)
    .service(ci)
    .status({ systems: [system] });
  return files[0]!.text;
}

const schemaOf = (name: string) => {
  const schema = JSON.parse(readFileSync(`test/fixtures/workflows/${name}.schema.json`, 'utf8'));
  return new Ajv({ strict: false, logger: false, unicodeRegExp: false }).compile(schema);
};

describe.each(['github', 'gitlab', 'azure'] as const)('%s', system => {
  const validate = schemaOf(system);
  test.each([
    ['of a short ci', all, ''],
    ['of a long one', rich, ''],
    ['of a folder of the repository', all, 'ml/credit'],
  ])('%s fits the schema', async (_, ci, part) => {
    const document: unknown = parse(await textOf(system, ci, part));
    expect([validate(document), validate.errors]).toEqual([true, null]);
  });
  test('a mistake does not', async () => {
    const text = await textOf(system);
    const wrong = text.replace(/^( +)(needs|stage|displayName):/m, '$1$2x:');
    expect(wrong).not.toBe(text);
    expect(validate(parse(wrong))).toBe(false);
  });
});

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Record<string, string>;
  readonly with?: Record<string, unknown>;
}
interface Job {
  readonly needs?: string[];
  readonly if?: string;
  readonly steps: Step[];
  readonly environment?: string;
  readonly permissions?: Record<string, string>;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly 'timeout-minutes': number;
}
const jobsOf = async (ci = all): Promise<Record<string, Job>> => parse(await textOf('github', ci)).jobs;
const commands = ({ steps }: Job): string[] => steps.flatMap(({ run }) => (run === undefined ? [] : [run]));

describe('what `ci: {github: {}}` means', () => {
  test('the pipeline that registers, its model, its stages but the first', async () => {
    const jobs = await jobsOf('ci: {github: {}}');
    expect(Object.keys(jobs)).toEqual(['lint', 'data', 'train', 'gates', 'comment', 'package', 'deploy-staging', 'deploy-production']); // prettier-ignore
    expect(Object.values(jobs).map(({ needs }) => needs)).toEqual([undefined, ['lint'], ['data'], ['train'], ['gates'], ['gates'], ['package'], ['deploy-staging']]); // prettier-ignore
    const cli = 'npx --yes modelyard@1.2.3';
    expect(commands(jobs['lint']!)).toEqual([`${cli} config check`, `${cli} ci generate --system github --check`]);
    expect(commands(jobs['train']!)).toEqual([`${cli} run train`, `${cli} stop`]);
    expect(commands(jobs['gates']!)[0]).toMatch(
      / check --only risk --stage staging --format text junit=\S+ markdown=\S+$/,
    );
    expect(commands(jobs['deploy-production']!)[0]).toBe(`${cli} promote risk latest --to production --reason "$MODELYARD_REASON"`); // prettier-ignore
  });

  test('without models there is nothing to judge or deploy, without data nothing to validate', async () => {
    const { config } = parseConfig(
      'name: a\npipelines: {p: {steps: {s: {run: echo}}}}\nci: {github: {}}\n',
      'modelyard.yaml',
    );
    const { service, workspace } = kit();
    const bare = service(all);
    expect(bare).toBeDefined();
    const { InfrastructureService } = await import('../../../engine/infrastructure/service');
    const own = new InfrastructureService({ workspace, configFile: 'modelyard.yaml', version: '1.2.3', config: async () => config!, changed: () => {} }); // prettier-ignore
    const { files } = await own.status({});
    expect(Object.keys(parse(files[0]!.text).jobs)).toEqual(['lint', 'train', 'package']);
  });

  test('who listens is told of what was written, and not of what was there', async () => {
    const { config } = parseConfig(
      'name: a\npipelines: {p: {steps: {s: {run: echo}}}}\nci: {github: {}}\n',
      'modelyard.yaml',
    );
    const { workspace } = kit();
    const { InfrastructureService } = await import('../../../engine/infrastructure/service');
    let told = 0;
    const own = new InfrastructureService({ workspace, configFile: 'modelyard.yaml', version: '1.2.3', config: async () => config!, changed: () => void told++ }); // prettier-ignore
    await own.write({});
    await own.write({});
    expect(told).toBe(1);
  });

  test('all that can be said', async () => {
    const jobs = await jobsOf(rich);
    expect(commands(jobs['train']!)).toEqual(['modelyard run look', 'modelyard run train', 'modelyard stop']);
    expect(jobs['train']).toMatchObject({ 'runs-on': 'self-hosted', 'timeout-minutes': 90 });
    expect(jobs['train']!.steps.some(({ with: options }) => options?.['python-version'] === '3.12')).toBe(true);
    expect(jobs['deploy-test']!.if).toContain("startsWith(github.ref_name, 'release/')");
    expect(jobs['deploy-live']!.if).toContain("github.ref_name == 'main'");
    expect(jobs['deploy-live']!.environment).toBe('live');
    expect(await textOf('gitlab', rich)).toMatch(/if: \$CI_COMMIT_BRANCH =~ \/\^release\\\//);
  });
});

describe('what it is careful about', () => {
  test('nothing that strangers write is filled into a command, and no secret', async () => {
    for (const { steps } of Object.values(await jobsOf(rich)))
      for (const { run = '' } of steps) expect(run).not.toMatch(/\$\{\{/);
    const azure = await textOf('azure');
    for (const line of azure.split('\n').filter(one => /script:/.test(one))) expect(line).not.toMatch(/\$\(/);
  });
  test('secrets are variables of the command that needs them alone', async () => {
    const holders = Object.entries(await jobsOf()).flatMap(([id, { steps }]) =>
      steps.filter(({ env }) => JSON.stringify(env ?? {}).includes('secrets.')).map(({ name, env }) => [id, name, env]),
    );
    expect(holders).toEqual([
      ['train', 'Run pipeline train', { CREDIT_KEY: '${{ secrets.CREDIT_KEY }}' }],
      ['comment', 'Tell the results', { GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}' }],
    ]);
  });
  test('rights, pinned actions, limits', async () => {
    const workflow = parse(await textOf('github'));
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const jobs: Record<string, Job> = workflow.jobs;
    expect(Object.entries(jobs).flatMap(([id, { permissions }]) => (permissions ? [[id, permissions]] : []))).toEqual([
      ['comment', { contents: 'read', 'pull-requests': 'write' }],
    ]);
    for (const { steps, 'timeout-minutes': limit } of Object.values(jobs)) {
      expect(limit).toBeGreaterThan(0);
      for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w/-]+@[0-9a-f]{40}$/);
    }
    expect(jobs['deploy-staging']!.concurrency).toEqual({ group: 'modelyard-deploy-staging', 'cancel-in-progress': false }); // prettier-ignore
    expect(await textOf('github')).toMatch(/uses: actions\/checkout@[0-9a-f]{40} # v\d+\.\d+\.\d+$/m);
  });
  test('approvals', async () => {
    const gitlab = parse(await textOf('gitlab'));
    expect(gitlab['modelyard-deploy-staging'].rules).toEqual([{ if: '$CI_COMMIT_BRANCH == "main"' }]);
    expect(gitlab['modelyard-deploy-production'].rules).toEqual([{ if: '$CI_COMMIT_BRANCH == "main"', when: 'manual', allow_failure: false }]); // prettier-ignore
    const jenkins = await textOf('jenkins', rich);
    expect(jenkins.match(/input \{/g)).toHaveLength(1);
    expect(jenkins).toMatch(/stage\('Deploy to live'\) \{\s+when \{\s+beforeAgent true\s+beforeInput true\s+branch 'main'\s+\}\s+input \{\s+message 'Deploy to live\?'\s+ok 'Deploy'\s+submitter 'ana,bo@example\.com'/); // prettier-ignore
    // a limit among the options would run while somebody thinks
    const live = jenkins.slice(jenkins.indexOf("stage('Deploy to live')"));
    expect(live).not.toMatch(/options \{/);
    expect(live).toMatch(
      /steps \{\s+deleteDir\(\)\s+checkout scm\s+unstash 'modelyard-state-deploy-test'\s+timeout\(time: 60/,
    );
    const { notes } = await kit().service(rich).status({});
    expect(notes.join('\n')).toMatch(/under Environments make live with "Required reviewers" ana, bo@example\.com/);
  });
  test('a Jenkinsfile has as many opening as closing brackets, outside of its texts', async () => {
    const bare = (await textOf('jenkins', rich, 'ml')).replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\/\/.*$/gm, '');
    for (const [open, close] of [
      ['{', '}'],
      ['(', ')'],
      ['[', ']'],
    ] as const)
      expect(bare.split(open).length).toBe(bare.split(close).length);
  });
});

/** MODELYARD_TEST_ACTIONLINT names the program. */
const actionlint = process.env['MODELYARD_TEST_ACTIONLINT'];
const skipped = actionlint === undefined ? ' [skipped: MODELYARD_TEST_ACTIONLINT is not set]' : '';

test.skipIf(actionlint === undefined)(`actionlint finds nothing in workflows of GitHub${skipped}`, async () => {
  const file = path.join(temporaryFolder(), 'ci.yml');
  const lint = (text: string): string => {
    writeFileSync(file, text);
    return spawnSync(actionlint!, [file], { encoding: 'utf8' }).stdout;
  };
  // it knows the machines that GitHub has, by their labels
  for (const ci of [all, rich.replace('runner: self-hosted, ', '')]) expect(lint(await textOf('github', ci))).toBe('');
  expect(lint((await textOf('github')).replace('github.ref_name', 'github.ref_nam'))).toMatch(/ref_nam/);
});

test.each([
  ['ci: {}', 'missing-key', /names no system/],
  ['ci: {github: {}, branches: ["a b"]}', 'bad-name', /cannot be a branch/],
  ['ci: {github: {}, branches: ["$(rm -rf /)"]}', 'bad-name', /cannot be a branch/],
  ['ci: {github: {}, cli: "modelyard; rm x"}', 'wrong-type', /plain words/],
  ['ci: {github: {}, pipelines: [trian]}', 'unknown-pipeline', /Did you mean `train`/],
  ['ci: {github: {}, models: [risky]}', 'unknown-model', /Did you mean `risk`/],
  ['ci: {github: {}, environments: {live: {}}}', 'unknown-stage', /`live` is not a stage of a model\. There are `dev`, `staging` and `production`/], // prettier-ignore
  ['ci: {github: {}, environments: {live: {stage: prodution}}}', 'unknown-stage', /Did you mean `production`/],
  ['ci: {github: {}, environments: {staging: {branches: next}}}', 'unknown-branch', /nothing would ever be deployed/],
  ['ci: {gitlab: {runner: x}}', 'unknown-key', /runner/],
  ['ci: {github: {file: ../x.yml}}', 'bad-path', /leave/],
  ['ci: {jenkins: {image: "a b"}}', 'wrong-type', /container image/],
])('%s is refused: %s', (ci, code, message) => {
  const { diagnostics } = parseConfig(source(ci), 'modelyard.yaml');
  expect(diagnostics.map(one => [one.severity, one.code, one.message])).toEqual([['error', code, expect.stringMatching(message)]]); // prettier-ignore
  expect(diagnostics[0]!.key.startsWith('ci')).toBe(true);
});
