import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { refuseOutside } from '../../paths';
import type { JobResult } from '../../protocol/jobs';
import type { HttpEndpoint } from '../../protocol/engine';
import type { CommandStep } from '../../protocol/workspaceConfig';
import { runDebugged } from '../debug/debugStep';
import { stepMarks } from '../processes/markedProcesses';
import type { CommandOptions } from './command';
import { runCommand } from './command';
import { engineAccess, openDoor } from './engineDoor';
import { mlflowVariables } from './mlflowVariables';
import { remoteCommand } from './remoteStep';
import { secretValues } from './secretValues';
import type { StepWork } from './stepWork';

/** A command in the workspace's folder: here, or where `executor:` says. What it makes are its `outs`. */
export async function runCommandStep(work: StepWork, step: CommandStep, signal: AbortSignal): Promise<JobResult> {
  await mkdir(work.workDir, { recursive: true });
  for (const [i, out] of step.outs.entries())
    await refuseOutside(work.workspace, { file: out, shown: out, key: `outs.${i}` });
  const started = Date.now();
  const http = await openDoor(work);
  await (isRemote(step) ? runRemote({ work, step, http }, signal) : runHere({ work, step, http }, signal));
  return {
    outputs: step.outs.map(out => ({
      kind: 'file',
      path: out,
      artifactPath: path.posix.normalize(out.split(path.sep).join('/')),
    })),
    params: {},
    metrics: {},
    tags: {},
    inputs: [],
    summary: `${work.debug ? 'debugged' : 'done'} in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  };
}

interface CommandWork {
  readonly work: StepWork;
  readonly step: CommandStep;
  readonly http: HttpEndpoint | undefined;
}

async function runHere({ work, step, http }: CommandWork, signal: AbortSignal): Promise<void> {
  const { debug, name, workDir } = work;
  const marks = stepMarks(work.context.runId, name);
  const log = {
    marks,
    write: (text: string | Uint8Array) => work.log.write(typeof text === 'string' ? text : Buffer.from(text)),
  };
  const environment = step.environment && (await work.environments.prepare(step.environment, log, signal));
  const plain = commandOptions({ work, step, http });
  const options = environment ? { ...plain, env: { ...environment, ...plain.env } } : plain;
  await (debug ? runDebugged(options, { name, debug, folder: workDir }, signal) : runCommand(options, signal));
}

function commandOptions({ work, step, http }: CommandWork): CommandOptions {
  const secrets = secretValues(step);
  return {
    command: step.run,
    cwd: work.workspace,
    env: {
      ...step.env,
      ...secrets,
      ...(http && mlflowVariables(engineAccess(work, http), { ...step.env, ...secrets })),
    },
    secrets: [...Object.values(secrets), ...(http?.token === undefined ? [] : [http.token])],
    marks: stepMarks(work.context.runId, work.name),
    log: work.log,
    onOutput: line => work.onProgress(line),
    onResources: work.onResources,
  };
}

const isRemote = ({ executor = 'local' }: CommandStep): boolean => executor !== 'local';

/** Where `executor:` says. */
async function runRemote({ work, step, http }: CommandWork, signal: AbortSignal): Promise<void> {
  const { executor = 'local' } = step;
  if (executor === 'local') return;
  if (step.environment)
    work.log.write('`environment` is for commands that run here: there it is what the image brings.\n');
  await work.ports.remote(remoteCommand(work, { step, executor, access: http && engineAccess(work, http) }), signal);
}
