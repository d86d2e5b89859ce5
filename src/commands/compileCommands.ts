import * as vscode from 'vscode';
import type { CompiledWorkflow, CompileTarget } from '../../engine/protocol/executors';
import type { Engines } from '../engineClient/engines';
import type { CommandGroup } from './commandTable';
import { pickOne } from './pick';
import { pickPipeline } from './pipelineCommands';
import { pickEngine, targetOf } from './target';

/** A pipeline as the workflow of an orchestrator, in a new document. */
export function compileCommands(engines: Engines): CommandGroup {
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
      engines.inBackground('compilePipeline', tell(compiled));
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

/** What has to be there before it runs. */
async function tell({ file, notes, warnings }: CompiledWorkflow): Promise<void> {
  const place = vscode.l10n.t('Such a file is usually kept at {0}.', file);
  const lines = warnings.map(one => vscode.l10n.t('Line {0}: {1}', one.place.line ?? 1, one.message));
  await Promise.all([
    vscode.window.showInformationMessage([place, ...notes].join(' ')),
    ...(lines.length > 0 ? [vscode.window.showWarningMessage(lines.join(' '))] : []),
  ]);
}
