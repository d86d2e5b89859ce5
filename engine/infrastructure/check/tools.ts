import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { InfraTarget, InfraToolResult } from '../../protocol/infrastructure';

const run = promisify(execFile);
/** ms; a cluster that is not there is not waited for longer. */
const patience = 60_000;

export interface ToolQuestion {
  /** Absolute. */
  readonly file: string;
  readonly target: InfraTarget;
  /** Whether the cluster of kubectl's current context is asked too. */
  readonly cluster: boolean;
}

/** What the tools on the PATH say of a file. They change nothing; a tool that is not there says nothing. */
export async function askTools(
  { file, target, cluster }: ToolQuestion,
  signal: AbortSignal,
): Promise<readonly InfraToolResult[]> {
  const cwd = path.dirname(file);
  const ask = (tool: InfraToolResult['tool'], args: readonly string[]) => answerOf(tool, { args, cwd }, signal);
  if (target === 'kubernetes') {
    const offline = await ask('kubeconform', ['-strict', '-ignore-missing-schemas', file]);
    const online = cluster
      ? await ask('kubectl', ['apply', '--dry-run=server', '--validate=strict', '-f', file])
      : undefined;
    return [offline, online].filter(one => one !== undefined);
  }
  if (target !== 'terraform') return [];
  // `validate` needs the providers, which `init` fetches: that is left to whoever owns the module
  const isReady = existsSync(path.join(cwd, '.terraform'));
  const args = isReady ? ['validate', '-no-color'] : ['providers'];
  const found = (await ask('terraform', args)) ?? (await ask('tofu', args));
  if (found === undefined) return [];
  const more = `It reads the module; after \`${found.tool} init\` it checks the resources too.`;
  return [isReady || found.outcome === 'failed' ? found : { ...found, message: more }];
}

interface Command {
  readonly args: readonly string[];
  readonly cwd: string;
}

/** Undefined: the tool is not there. */
async function answerOf(
  tool: InfraToolResult['tool'],
  { args, cwd }: Command,
  signal: AbortSignal,
): Promise<InfraToolResult | undefined> {
  try {
    const env = { ...process.env, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
    const { stdout } = await run(tool, [...args], { cwd, signal, env, timeout: patience, maxBuffer: 4 << 20 });
    return { tool, outcome: 'passed', message: lastLines(stdout) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    if ('code' in error && error.code === 'ENOENT') return undefined;
    const said = ['stderr', 'stdout'].map(key => wordsAt(error, key)).join('\n');
    const outcome = 'killed' in error && error.killed === true ? 'skipped' : 'failed';
    return { tool, outcome, message: lastLines(said) || error.message };
  }
}

const wordsAt = (error: object, key: string): string => {
  const found: unknown = Object.getOwnPropertyDescriptor(error, key)?.value;
  return typeof found === 'string' ? found : '';
};

const lastLines = (text: string): string => text.trim().split('\n').slice(-20).join('\n').slice(0, 2000);
