import * as vscode from 'vscode';
import type { CompiledWorkflow, CompileTarget } from '../../engine/protocol/executors';
import type { Engines } from '../engineClient/engines';
import { configUri } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { CompileWarnings } from '../editor/compileWarnings';
import { lineOf } from '../editor/compileWarnings';
import type { CommandGroup } from './commandTable';
import { pickOne } from './pick';
import { pickPipeline } from './pipelineCommands';
import { pickEngine, targetOf } from './target';

/** A pipeline as the workflow of an orchestrator, in a new document. */
export function compileCommands(engines: Engines, warnings: Pick<CompileWarnings, 'show'>): CommandGroup {
  return {
    compilePipeline: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const pipeline = await pickPipeline(engine, target);
      const to = await pickOne(orchestrators(), vscode.l10n.t('Compile {0} to which workflow?', pipeline.name));
      const compiled = await engine.call('pipelines/compile', { pipeline: pipeline.name, to });
      const { text: content, language } = compiled;
      // VS Code itself has no Groovy for Jenkinsfiles on some installations: it is then plain text
      const known = (await vscode.languages.getLanguages()).includes(language) ? { language } : {};
      const document = await vscode.workspace.openTextDocument({ content, ...known });
      await vscode.window.showTextDocument(document, { preview: false });
      warnings.show(configUri(engine.folder), compiled.warnings);
      engines.inBackground('compilePipeline', tell(engine, compiled));
      return compiled;
    },
  };
}

const orchestrators = (): readonly (vscode.QuickPickItem & { readonly value: CompileTarget })[] => [
  { label: 'Argo Workflows', description: vscode.l10n.t('a Workflow for Kubernetes'), value: 'argo' },
  { label: 'Kubeflow Pipelines', description: vscode.l10n.t('the IR of version 2'), value: 'kubeflow' },
  { label: 'GitHub Actions', description: '.github/workflows', value: 'github' },
  { label: 'GitLab CI/CD', description: '.gitlab-ci.yml', value: 'gitlab' },
  { label: 'Jenkins', description: 'Jenkinsfile', value: 'jenkins' },
];

/** What has to be there before it runs; and that modelyard.yaml says more than the workflow does. */
async function tell(engine: WorkspaceEngine, { file, notes, warnings }: CompiledWorkflow): Promise<void> {
  const place = vscode.l10n.t('Such a file is usually kept at {0}.', file);
  await Promise.all([
    vscode.window.showInformationMessage([place, ...notes].join(' ')),
    ...(warnings.length > 0 ? [tellWarnings(configUri(engine.folder), warnings)] : []),
  ]);
}

async function tellWarnings(uri: vscode.Uri, { length, 0: first }: CompiledWorkflow['warnings']): Promise<void> {
  const text =
    length === 1
      ? vscode.l10n.t(
          'One thing is not the same in the workflow: line {0} of modelyard.yaml says which.',
          first?.place.line ?? 1,
        )
      : vscode.l10n.t('{0} things are not the same in the workflow: the problems of modelyard.yaml say which.', length);
  const show = vscode.l10n.t('Show Problems');
  if ((await vscode.window.showWarningMessage(text, show)) !== show) return;
  await vscode.window.showTextDocument(uri, { selection: lineOf(first?.place.line) });
  await vscode.commands.executeCommand('workbench.actions.view.problems');
}
