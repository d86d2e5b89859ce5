import * as vscode from 'vscode';
import type { DebugLaunch, DebugRuntime } from '../../engine/protocol/debug';
import type { PipelineRun } from '../../engine/protocol/pipelines';
import { debuggerExtension, debuggerType } from '../debug/debugConfiguration';
import { StepDebugging } from '../debug/stepDebugging';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { ViewId } from '../manifest/viewIds';
import type { CommandGroup } from './commandTable';
import { nothing, pickOne } from './pick';
import { pickPipeline, saveFolder } from './pipelineCommands';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';

interface DebuggedStep {
  readonly engine: WorkspaceEngine;
  readonly pipeline: string;
  readonly step: string;
}

/** Runs a step's command under the debugger for Python or Node. */
export function debugCommands(engines: Engines): CommandGroup {
  return {
    debugStep: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      await saveFolder(engine);
      const found = await pickDebuggable(engine, target);
      const runtime = await runtimeOf(found);
      if (runtime && debuggerType(runtime) === undefined) {
        engines.inBackground('debugStep', offerDebugger(runtime));
        return undefined;
      }
      return debugStep(engines, found);
    },
  };
}

async function debugStep(engines: Engines, { engine, pipeline, step }: DebuggedStep): Promise<PipelineRun> {
  const name = vscode.l10n.t('Debug {0} / {1}', pipeline, step);
  let debugging: StepDebugging | undefined;
  const start = (launch: DebugLaunch): void => {
    const type = debuggerType(launch.runtime) ?? launch.runtime;
    debugging = new StepDebugging({ engine, folder: engine.folder, launch, type, name });
    engines.inBackground('debugStep', debugging.start());
  };
  try {
    return await vscode.window.withProgress({ location: { viewId: 'modelyard.pipelines' satisfies ViewId } }, () =>
      engine.call(
        'pipelines/run',
        { pipeline, only: step, debug: true },
        { onProgress: ({ debug }) => debug && start(debug) },
      ),
    );
  } finally {
    await debugging?.stop();
  }
}

/** Undefined for a command that no debugger can start: the engine says why. */
async function runtimeOf({ engine, pipeline, step }: DebuggedStep): Promise<DebugRuntime | undefined> {
  const { pipelines } = await engine.call('config/outline', {});
  const steps = pipelines.find(({ name }) => name === pipeline)?.steps ?? [];
  return steps.find(({ name }) => name === step)?.debug;
}

async function pickDebuggable(engine: WorkspaceEngine, target: Target): Promise<DebuggedStep> {
  const { name: pipeline, steps } = await pickPipeline(engine, target);
  if (target.step !== undefined) return { engine, pipeline, step: target.step };
  const items = steps.filter(({ uses }) => uses === 'run').map(({ name }) => ({ label: name, value: name }));
  if (items.length === 0)
    throw nothing(vscode.l10n.t('No step of {0} is a command of yours: there is nothing to debug.', pipeline));
  return { engine, pipeline, step: await pickOne(items, vscode.l10n.t('Which step?')) };
}

async function offerDebugger(runtime: DebugRuntime): Promise<void> {
  const { id, name } = debuggerExtension[runtime];
  const install = vscode.l10n.t('Show Extension');
  const chosen = await vscode.window.showErrorMessage(
    vscode.l10n.t('To debug this step, VS Code needs the extension {0} ({1}).', name, id),
    install,
  );
  if (chosen === install) await vscode.commands.executeCommand('workbench.extensions.search', `@id:${id}`);
}
