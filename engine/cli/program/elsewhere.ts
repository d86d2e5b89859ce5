import type { Command } from 'commander';
import { Option } from 'commander';
import type { CompileRequest, CompileTarget } from '../../protocol/executors';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';
import { wholeNumber } from './wholeNumber';

/** What runs in other places. */
export interface ElsewhereHandlers {
  submit(options: GlobalOptions & SubmitFlags, pipeline: string): Promise<void>;
  compile(options: GlobalOptions & CompileFlags, pipeline: string): Promise<void>;
  step(options: GlobalOptions & StepFlags, names: StepNames): Promise<void>;
}

export interface StepNames {
  readonly pipeline: string;
  readonly step: string;
}

export interface StepFlags {
  readonly from?: readonly string[];
  readonly fromAny?: readonly string[];
  readonly to?: string;
  readonly report?: boolean;
  readonly partition?: string;
}

export interface SubmitFlags extends WorkflowFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

export interface CompileFlags extends WorkflowFlags {
  readonly to: CompileTarget;
  readonly out?: string;
  readonly force?: boolean;
}

export type WorkflowFlags = Omit<CompileRequest, 'pipeline' | 'to'>;

const targets: readonly CompileTarget[] = ['argo', 'kubeflow', 'github', 'gitlab', 'jenkins'];

export function addCompile(add: Add, program: Command, handlers: ElsewhereHandlers): void {
  const compile = add(program, 'compile <pipeline>', 'write a pipeline as the workflow of an orchestrator')
    .addOption(new Option('--to <what>', 'what to write').choices(targets).makeOptionMandatory())
    .option('--out <file>', 'the file to write (default: stdout)')
    .option('--force', 'replace a file that is there');
  withWorkflow(compile).action((pipeline: string, _: unknown, command: Command) =>
    handlers.compile(command.optsWithGlobals(), pipeline),
  );
  const submit = add(program, 'submit <pipeline>', 'run a pipeline as a workflow of Argo on a Kubernetes cluster')
    .option('--kubeconfig <file>', 'how the cluster is reached (default: $KUBECONFIG, ~/.kube/config)')
    .option('--context <name>', 'a context of it (default: the current one)')
    .option('--namespace <name>', 'where the workflow runs (default: that of the context)');
  withWorkflow(submit).action((pipeline: string, _: unknown, command: Command) =>
    handlers.submit(command.optsWithGlobals(), pipeline),
  );
}

const withWorkflow = (command: Command): Command =>
  command
    .option('--image <image>', 'the container image of the tasks (default: node:22; GitHub: none)')
    .option('--repo <url>', 'argo, kubeflow: take the workspace from this git repository, not from the image')
    .option('--revision <name>', 'branch, tag or commit of it (default: main)')
    .option('--directory <dir>', 'where the workspace is in the repository')
    .option('--cli <command>', 'how Modelyard is called in a task (default: npx --yes modelyard@VERSION)')
    .option('--partition <key>', 'the partition that tasks are for (default: the newest that is over)')
    .addOption(
      new Option('--retries <n>', 'start a task again that its machine has lost').argParser(wholeNumber(0, 100)),
    );

export function addStep(add: Add, program: Command, handlers: ElsewhereHandlers): void {
  add(program, 'step <pipeline> <step>', 'run one step as a task of a workflow elsewhere, in a fresh folder')
    .option('--from <dir...>', 'folders that the steps before it have left')
    .option('--from-any <dir...>', 'the same of steps that may have failed: those that are there')
    .option('--to <dir>', 'a new folder for what it makes')
    .option(
      '--partition <key>',
      'of a pipeline with partitions this one (default, and when empty: the newest that is over)',
    )
    .option('--report', 'write the run to the MLflow server of $MLFLOW_TRACKING_URI')
    .action((...[pipeline, step, , command]: [string, string, unknown, Command]) =>
      handlers.step(command.optsWithGlobals(), { pipeline, step }),
    );
}
