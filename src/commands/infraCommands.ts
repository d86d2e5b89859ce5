import * as vscode from 'vscode';
import type { InfraCheck } from '../../engine/protocol/infrastructure';
import type { InfraFindings } from '../editor/infraFindings';
import type { Engines } from '../engineClient/engines';
import type { ComparedTexts } from '../panels/comparedTexts';
import type { CommandGroup } from './commandTable';
import { askToReplace, showDifference, tellWritten } from './generatedFiles';
import { withCancel } from './longCall';
import { nothing } from './pick';
import { pickEngine, targetOf } from './target';

interface Rooms {
  readonly texts: Pick<ComparedTexts, 'keep'>;
  readonly findings: Pick<InfraFindings, 'show'>;
}

/** The files that models are deployed with, from the `infrastructure:` of modelyard.yaml. */
export function infraCommands(engines: Engines, { texts, findings }: Rooms): CommandGroup {
  return {
    generateInfra: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const { files } = await engine.call('infra/status', {});
      const written = await engine.call('infra/write', await askToReplace(files));
      const meant = written.files.find(({ file }) => file === target.file) ?? written.files.find(one => one.written);
      if (meant) await vscode.window.showTextDocument(vscode.Uri.file(meant.path), { preview: false });
      if (written.files.some(file => file.written)) engines.inBackground('generateInfra', tellWritten(written));
      else if (target.file === undefined) throw nothing(asItSays());
      return written;
    },
    showInfraDifference: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const { files } = await engine.call('infra/status', {});
      const there = files.filter(({ state }) => state !== 'current' && state !== 'missing');
      const drifted = there.filter(({ file }) => target.file === undefined || target.file === file);
      if (drifted.length === 0) throw nothing(asItSays());
      await showDifference(drifted, { texts, placeHolder: vscode.l10n.t('Which file of the infrastructure?') });
    },
    checkInfra: async argument => {
      const engine = await pickEngine(engines, targetOf(engines, argument));
      const check = await withCancel(vscode.l10n.t('Checking the infrastructure files'), options =>
        engine.call('infra/check', { tools: true }, options),
      );
      findings.show(engine, check);
      engines.inBackground('checkInfra', tellChecked(check));
      return check;
    },
  };
}

const asItSays = (): string => vscode.l10n.t('The infrastructure files are what modelyard.yaml says.');

/** How many of each there are; which they are is among the Problems. */
async function tellChecked({ files, passed }: InfraCheck): Promise<void> {
  const found = files.flatMap(({ findings }) => findings);
  const errors = found.filter(({ severity }) => severity === 'error').length;
  const drifted = files.filter(({ state }) => state !== 'current');
  const refused = files.flatMap(({ tools }) => tools).filter(({ outcome }) => outcome === 'failed');
  const parts = [
    ...drifted.map(({ message }) => message),
    ...(errors > 0 ? [errors === 1 ? vscode.l10n.t('1 error.') : vscode.l10n.t('{0} errors.', errors)] : []),
    ...warnings(found.length - errors),
    ...refused.map(({ tool, message }) => vscode.l10n.t('{0} refuses: {1}', tool, message)),
  ];
  if (parts.length === 0) {
    const count = files.length;
    const good = count === 1 ? vscode.l10n.t('1 infrastructure file is right.') : vscode.l10n.t('{0} infrastructure files are right.', count); // prettier-ignore
    await vscode.window.showInformationMessage(good);
    return;
  }
  const problems = vscode.l10n.t('Show Problems');
  const said = parts.join(' ');
  const answer = passed
    ? await vscode.window.showWarningMessage(said, problems)
    : await vscode.window.showErrorMessage(said, problems);
  if (answer === problems) await vscode.commands.executeCommand('workbench.actions.view.problems');
}

const warnings = (count: number): readonly string[] =>
  count === 0 ? [] : [count === 1 ? vscode.l10n.t('1 warning.') : vscode.l10n.t('{0} warnings.', count)];
