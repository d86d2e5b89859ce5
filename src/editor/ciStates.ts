import * as vscode from 'vscode';
import type { CiFile } from '../../engine/protocol/ci';
import type { Engines } from '../engineClient/engines';
import { commandLink } from '../manifest/commands';
import type { Drift } from './generatedStates';
import { GeneratedStates } from './generatedStates';

/** How the CI workflows of each folder stand to `ci:`. */
export type CiStates = GeneratedStates<CiFile>;

export const ciStates = (engines: Engines): CiStates =>
  new GeneratedStates(engines, {
    code: 'ci',
    changed: 'ci/changed',
    usualFiles: '**/{.gitlab-ci.yml,azure-pipelines.yml,Jenkinsfile,.github/workflows/*.yml}',
    ask: async engine => (await engine.call('ci/status', {})).files,
    fixes,
  });

/** In modelyard.yaml the problem stands at the name of the system. */
function fixes({ engine, state, file, written }: Drift<CiFile>): readonly vscode.Command[] {
  const link = { folder: engine.folder.toString(), ci: file?.system ?? written };
  if (state === 'missing') return [commandLink('generateCi', vscode.l10n.t('Generate the CI workflow'), link)];
  return [
    commandLink('showCiDifference', vscode.l10n.t('Show what would change'), link),
    commandLink('generateCi', vscode.l10n.t('Generate the CI workflow again'), link),
  ];
}

/** What the lens above `ci:` says. */
export function ciText(files: readonly CiFile[] | undefined): string {
  const drifted = files?.filter(({ state }) => state !== 'current') ?? [];
  if (files === undefined || drifted.length === 0) return vscode.l10n.t('Generate CI Workflow…');
  return drifted.length === 1 ? vscode.l10n.t('Generate 1 CI workflow') : vscode.l10n.t('Generate {0} CI workflows', drifted.length); // prettier-ignore
}
