import path from 'node:path';
import type { Colors } from 'picocolors/types';
import type { SubmitRequest, SubmittedTask, SubmittedWorkflow } from '../../protocol/executors';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { LiveLine } from '../text/liveLine';
import { tableText } from '../text/table';

/** `modelyard submit`: runs a pipeline as a workflow of Argo on a cluster, to its end. Ctrl+C terminates it. */
export async function submitCommand(invocation: Invocation, request: SubmitRequest): Promise<number> {
  const { io, colors } = invocation;
  const place = findPlace(invocation.options, io.cwd);
  requireConfig(place);
  const { kubeconfig } = request;
  const asked = { ...request, ...(kubeconfig !== undefined && { kubeconfig: path.resolve(io.cwd, kubeconfig) }) };
  const live = new LiveLine(io);
  const state = await interruptible(signal =>
    withEngine(
      place,
      client => client.call('pipelines/submit', asked, { signal, onProgress: progress => live.update(progress) }),
      { signal },
    ),
  ).finally(() => live.end());
  answer(invocation, { json: state, text: () => stateText(state, colors.out) });
  return state.phase === 'Succeeded' ? exitCodes.ok : exitCodes.failed;
}

function stateText({ name, namespace, phase, message, tasks }: SubmittedWorkflow, colors: Colors): string {
  const mark = phase === 'Succeeded' ? colors.green('✓') : colors.red('✗');
  const head = `${mark} Workflow ${name} in ${namespace}: ${phase}${message === undefined ? '' : ` (${message})`}\n`;
  const rows = tasks.map(task => [`  ${task.name}`, task.phase, task.message ?? '']);
  return `${head}${tableText(rows)}${tasks.map(logText).join('')}`;
}

const logText = ({ name, log }: SubmittedTask): string =>
  log === undefined ? '' : `\nThe end of the log of ${name}:\n${log.trimEnd()}\n`;
