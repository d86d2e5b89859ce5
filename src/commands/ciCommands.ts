import * as vscode from 'vscode';
import type { CiSystem, CiWritten } from '../../engine/protocol/ci';
import type { Engines } from '../engineClient/engines';
import { configUri } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { ComparedTexts } from '../panels/comparedTexts';
import type { CommandGroup } from './commandTable';
import { askToReplace, showDifference, tellWritten } from './generatedFiles';
import { nothing, pickOne } from './pick';
import { pickEngine, targetOf } from './target';

/** CI workflows, from the `ci:` of modelyard.yaml. */
export function ciCommands(engines: Engines, texts: Pick<ComparedTexts, 'keep'>): CommandGroup {
  return {
    generateCi: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const systems = await chosenSystems(engine, target.ci);
      const written = await write(engine, systems);
      const [first] = written.files;
      if (first) await vscode.window.showTextDocument(vscode.Uri.file(first.path), { preview: false });
      if (written.files.some(file => file.written)) engines.inBackground('generateCi', tellWritten(written));
      return written;
    },
    showCiDifference: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const { files } = await engine.call('ci/status', {});
      const drifted = files.filter(({ state, system }) => state !== 'current' && (target.ci === undefined || target.ci === system)); // prettier-ignore
      if (drifted.length === 0) throw nothing(vscode.l10n.t('The CI workflows are what modelyard.yaml says.'));
      await showDifference(drifted, { texts, placeHolder: vscode.l10n.t('Which CI workflow?') });
    },
  };
}

const systemItems = (): readonly (vscode.QuickPickItem & { readonly value: CiSystem })[] => [
  { label: 'GitHub Actions', description: '.github/workflows/modelyard.yml', value: 'github' },
  { label: 'GitLab CI/CD', description: '.gitlab-ci.yml', value: 'gitlab' },
  { label: 'Jenkins', description: 'Jenkinsfile', value: 'jenkins' },
  { label: 'Azure Pipelines', description: 'azure-pipelines.yml', value: 'azure' },
];

/** The one that was asked for, those of `ci:`, or one that is picked and written into modelyard.yaml. */
async function chosenSystems(
  engine: WorkspaceEngine,
  asked: string | undefined,
): Promise<readonly CiSystem[] | undefined> {
  const named = systemItems().find(({ value }) => value === asked)?.value;
  if (named !== undefined) return [named];
  const { ci } = await engine.call('config/outline', {});
  if (ci !== undefined) return undefined;
  const system = await pickOne(systemItems(), vscode.l10n.t('For which system?'));
  await addToConfig(engine, system);
  return [system];
}

/** The file is what CI reads, so that it is saved. */
async function addToConfig(engine: WorkspaceEngine, system: CiSystem): Promise<void> {
  const document = await vscode.workspace.openTextDocument(configUri(engine.folder));
  const last = document.lineAt(document.lineCount - 1);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, last.range.end, `${last.text === '' ? '' : '\n'}\nci: {${system}: {}}\n`);
  if (!(await vscode.workspace.applyEdit(edit)) || !(await document.save())) throw new vscode.CancellationError();
}

async function write(engine: WorkspaceEngine, systems: readonly CiSystem[] | undefined): Promise<CiWritten> {
  const asked = systems ? { systems } : {};
  const { files } = await engine.call('ci/status', asked);
  return engine.call('ci/write', { ...asked, ...(await askToReplace(files)) });
}
