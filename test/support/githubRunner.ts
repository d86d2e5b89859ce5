import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}
interface Job {
  readonly needs?: readonly string[];
  readonly if?: string;
  readonly environment?: string;
  readonly steps: readonly Step[];
}

export type JobResult = 'success' | 'failure' | 'skipped' | 'waiting';
export interface RunnerOptions {
  /** The repository that jobs check out. */
  readonly origin: string;
  /** A folder for clones, artifacts and caches; caches stay in it from run to run. */
  readonly room: string;
  readonly event: 'push' | 'pull_request';
  readonly runId: string;
  /** Environments that somebody has approved; others wait. */
  readonly approved: readonly string[];
  readonly secrets?: Readonly<Record<string, string>>;
}
export interface RunnerOutcome {
  readonly results: Readonly<Record<string, JobResult>>;
  readonly log: string;
}

/**
 * Runs a workflow of GitHub as far as it is what we generate: jobs one after the other by `needs` and `if`, each in a clean
 * clone, commands in `bash -e -o pipefail` with their `env`, artifacts and caches as folders. Not simulated: what actions do beside
 * that (set-up, LFS, rights of tokens), matrices, outputs, containers, limits of time, jobs at the same time.
 */
export function runWorkflow(text: string, options: RunnerOptions): RunnerOutcome {
  const workflow: { readonly jobs: Readonly<Record<string, Job>>; readonly defaults?: { readonly run?: Record<string, string> } } = parse(text); // prettier-ignore
  const results: Record<string, JobResult> = {};
  const logs: string[] = [];
  for (const [id, job] of Object.entries(workflow.jobs)) {
    const needed = (job.needs ?? []).map(name => results[name]);
    const scope = scopeOf(options, { results, failed: needed.some(result => result !== 'success') });
    if (!holds(job.if, scope)) results[id] = 'skipped';
    else if (job.environment !== undefined && !options.approved.includes(job.environment)) results[id] = 'waiting';
    else results[id] = runJob(id, job, { options, logs, folder: workflow.defaults?.run?.['working-directory'] ?? '' });
  }
  return { results, log: logs.join('') };
}

type Scope = Readonly<Record<string, unknown>>;

function scopeOf(
  { event, runId, secrets = {} }: RunnerOptions,
  { results, failed }: { readonly results: Readonly<Record<string, JobResult>>; readonly failed: boolean },
): Scope {
  return {
    github: {
      event_name: event,
      event: { pull_request: { head: { repo: { full_name: 'acme/credit' } } } },
      repository: 'acme/credit',
      ref: event === 'push' ? 'refs/heads/main' : 'refs/pull/7/merge',
      ref_name: event === 'push' ? 'main' : '7/merge',
      ref_type: 'branch',
      sha: '0123456789abcdef0123456789abcdef01234567',
      actor: 'ana',
      run_id: runId,
      run_attempt: '1',
    },
    needs: Object.fromEntries(Object.entries(results).map(([id, result]) => [id, { result }])),
    secrets,
    runner: { os: 'Linux' },
    success: () => !failed,
    cancelled: () => false,
    startsWith: (whole: string, part: string) => whole.startsWith(part),
    hashFiles: () => 'hash',
  };
}

const bare = (expression: string): string => expression.replace(/^\$\{\{|\}\}$/g, '').trim();
const evaluated = (expression: string, scope: Scope): unknown => runInNewContext(bare(expression), { ...scope });

/** Without a function of the state a condition holds only as long as nothing has failed. */
function holds(condition: string | undefined, scope: Scope): boolean {
  const asked = condition === undefined ? 'success()' : bare(condition);
  const whole = /\b(success|failure|always|cancelled)\(\)/.test(asked) ? asked : `success() && (${asked})`;
  return Boolean(evaluated(whole, scope));
}

const filled = (text: string, scope: Scope): string =>
  text.replace(/\$\{\{.*?\}\}/g, expression => String(evaluated(expression, scope)));

interface Around {
  readonly options: RunnerOptions;
  readonly logs: string[];
  readonly folder: string;
}

function runJob(id: string, { steps }: Job, { options, logs, folder }: Around): JobResult {
  const clone = mkdtempSync(path.join(options.room, `${id}-`));
  let failed = false;
  for (const step of steps) {
    const scope = scopeOf(options, { results: {}, failed });
    if (!holds(step.if, scope)) continue;
    const done = step.run === undefined ? act(step, { clone, options, scope }) : shell(step, { cwd: path.join(clone, folder), scope, logs }); // prettier-ignore
    if (!done) {
      logs.push(`✗ ${id}: ${step.name ?? step.uses ?? ''}\n`);
      failed = true;
    }
  }
  return failed ? 'failure' : 'success';
}

function shell(
  step: Step,
  { cwd, scope, logs }: { readonly cwd: string; readonly scope: Scope; readonly logs: string[] },
): boolean {
  const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value, scope)]));
  const summary = path.join(cwd, '..', 'summary.md');
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run ?? ''],
    {
      cwd,
      env: { ...process.env, CI: 'true', GITHUB_STEP_SUMMARY: summary, ...env },
      encoding: 'utf8',
    },
  );
  logs.push(`$ ${step.run ?? ''}\n${stdout}${stderr}`);
  return status === 0;
}

/** What an action does, as far as others see it. */
function act(
  { uses = '', with: given = {} }: Step,
  { clone, options, scope }: { readonly clone: string; readonly options: RunnerOptions; readonly scope: Scope },
): boolean {
  // prettier-ignore
  const value = (key: string): string => filled(String(given[key] ?? ''), scope);
  const [action = ''] = uses.split('@');
  const artifacts = path.join(options.room, 'artifacts', options.runId);
  const caches = path.join(options.room, 'caches');
  const at = path.join(clone, value('path'));
  switch (action) {
    case 'actions/checkout':
      return spawnSync('git', ['clone', '-q', options.origin, '.'], { cwd: clone }).status === 0;
    case 'actions/upload-artifact':
      return existsSync(at) && copy(at, path.join(artifacts, value('name')));
    case 'actions/download-artifact':
      return existsSync(path.join(artifacts, value('name'))) && copy(path.join(artifacts, value('name')), at);
    case 'actions/cache/save':
      return copy(at, path.join(caches, 'newest'));
    case 'actions/cache/restore':
      return !existsSync(path.join(caches, 'newest')) || copy(path.join(caches, 'newest'), at);
    default:
      return ['actions/setup-node', 'actions/cache', 'actions/setup-python'].includes(action);
  }
}

function copy(from: string, to: string): boolean {
  mkdirSync(path.dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
  return true;
}
