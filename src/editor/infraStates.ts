import * as vscode from 'vscode';
import type { InfraFile } from '../../engine/protocol/infrastructure';
import type { Engines } from '../engineClient/engines';
import { commandLink } from '../manifest/commands';
import type { Drift } from './generatedStates';
import { GeneratedStates } from './generatedStates';

/** How the files that models are deployed with stand to `infrastructure:`. */
export type InfraStates = GeneratedStates<InfraFile>;

export const infraStates = (engines: Engines): InfraStates =>
  new GeneratedStates(engines, {
    code: 'infrastructure',
    changed: 'infra/changed',
    usualFiles: '**/{Dockerfile,kubernetes.yaml,main.tf.json}',
    ask: async engine => (await engine.call('infra/status', {})).files,
    fixes,
  });

function fixes({ engine, state, file }: Drift<InfraFile>): readonly vscode.Command[] {
  const link = { folder: engine.folder.toString(), ...(file && { file: file.file }) };
  if (state === 'missing')
    return [commandLink('generateInfra', vscode.l10n.t('Generate the infrastructure files'), link)];
  return [
    commandLink('showInfraDifference', vscode.l10n.t('Show what would change'), link),
    commandLink('generateInfra', vscode.l10n.t('Generate the infrastructure files again'), link),
  ];
}
