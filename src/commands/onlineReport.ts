import * as vscode from 'vscode';
import type { OnlineAnswer, OnlineStatus } from '../../engine/protocol/featureOnline';
import { ago, escapeMarkdown } from '../views/text';

/** Values as they are served, with what each is and how old, as Markdown. */
export function onlineReport({ entities, features }: OnlineAnswer): string {
  const keys = Object.entries(entities).map(([name, [value]]) => `${name} = ${String(value)}`);
  const heads = [vscode.l10n.t('Feature'), vscode.l10n.t('Value'), vscode.l10n.t('Status'), vscode.l10n.t('Event')];
  const rows = features.map(({ reference, values, statuses, eventTimes }) => {
    const [value, status, time] = [values[0] ?? null, statuses[0] ?? 'NOT_FOUND', eventTimes[0] ?? null];
    return [
      escapeMarkdown(reference),
      value === null ? '–' : escapeMarkdown(String(value)),
      statusWord(status),
      time === null ? '–' : ago(time),
    ];
  });
  return [
    `# ${escapeMarkdown(keys.join(', '))}`,
    '',
    ...[heads, heads.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}

function statusWord(status: OnlineStatus): string {
  switch (status) {
    case 'PRESENT':
      return vscode.l10n.t('present');
    case 'NULL_VALUE':
      return vscode.l10n.t('the row has no value');
    case 'NOT_FOUND':
      return vscode.l10n.t('no row of this entity');
    case 'OUTSIDE_MAX_AGE':
      return vscode.l10n.t('expired');
  }
}
