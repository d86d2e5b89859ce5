import * as vscode from 'vscode';
import type { MetricChange, VersionDiff } from '../../engine/protocol/registryMoves';
import { escapeMarkdown, metric } from '../views/text';

type Inert = vscode.QuickPickItem & { readonly value?: undefined };

/** What a version has else than who holds the stage, to be read before it is moved there. */
export function diffItems(diff: VersionDiff): readonly Inert[] {
  const { before, signature, metrics, data, params } = diff;
  if (!before) return [];
  const title = vscode.l10n.t('Beside v{0}', before.version);
  const shown = metrics.filter(({ verdict }) => verdict === 'better' || verdict === 'worse');
  const rows: Inert[] = [
    ...shown.map(change => ({ label: `${iconOf(change)} ${change.name}`, description: changeText(change) })),
    ...signature.changes.map(({ sentence, isBreaking }) => ({
      label: `${isBreaking ? '$(error)' : '$(info)'} ${vscode.l10n.t('signature')}`,
      detail: sentence,
    })),
    ...data.map(({ name, rows: count }) => ({
      label: `$(database) ${name}`,
      description: count
        ? vscode.l10n.t('other contents, {0} → {1} rows', count.before, count.after)
        : vscode.l10n.t('other contents'),
    })),
    ...params.slice(0, 10).map(({ name, before: was = '–', after: now = '–' }) => ({
      label: `$(settings) ${name}`,
      description: `${was} → ${now}`,
    })),
  ];
  return rows.length === 0 ? [] : [{ label: title, kind: vscode.QuickPickItemKind.Separator }, ...rows];
}

const iconOf = ({ verdict }: MetricChange): string => (verdict === 'worse' ? '$(arrow-down)' : '$(arrow-up)');

/** `0.76 → 0.78, better by 0.02 [0.005, 0.035]` */
function changeText({ before, after, difference, interval, verdict }: MetricChange): string {
  const ends = `${numberOf(before)} → ${numberOf(after)}`;
  if (difference === undefined) return ends;
  const size = metric(Math.abs(difference));
  const range = interval ? ` [${metric(interval[0])}, ${metric(interval[1])}]` : '';
  if (verdict === 'better') return vscode.l10n.t('{0}, better by {1}{2}', ends, size, range);
  if (verdict === 'worse') return vscode.l10n.t('{0}, worse by {1}{2}', ends, size, range);
  return verdict === 'unsure' ? vscode.l10n.t('{0}, could be chance{1}', ends, range) : ends;
}

const numberOf = (one: MetricChange['before']): string =>
  one === undefined
    ? '–'
    : `${metric(one.value)}${one.interval ? ` [${metric(one.interval[0])}, ${metric(one.interval[1])}]` : ''}`;

/** All of it as a document. */
export function diffMarkdown(diff: VersionDiff): string {
  const { model, before, after, stage, paired, metrics, params, data, signature, code, notes } = diff;
  const beside = before ? vscode.l10n.t('beside v{0}', before.version) : vscode.l10n.t('with nobody beside it');
  const head = `# ${escapeMarkdown(model)} v${after.version} ${beside}${stage === undefined ? '' : ` (${escapeMarkdown(stage)})`}\n`;
  const rows = paired
    ? `\n${vscode.l10n.t('Both were asked for the same {0} rows; the older one has learnt from {1} of them.', paired.rows, paired.seen)}\n`
    : '';
  const gates = (diff.gates.after?.results ?? []).map(({ verdict, sentence }) => [verdict, sentence]);
  return [
    head,
    rows,
    table(
      vscode.l10n.t('Metrics'),
      metrics.map(change => [change.name, changeText(change)]),
    ),
    table(
      vscode.l10n.t('Parameters'),
      params.map(({ name, before: was = '–', after: now = '–' }) => [name, `${was} → ${now}`]),
    ),
    table(
      vscode.l10n.t('Data'),
      data.flatMap(({ name, before: was, after: now, columns = [], why = '' }) => [
        [name, `${was?.slice(0, 12) ?? '–'} → ${now?.slice(0, 12) ?? '–'} ${why}`],
        ...columns.map(column => [`${name}.${column.name}`, `${column.kind}, ${column.verdict}`]),
      ]),
    ),
    table(
      `${vscode.l10n.t('Signature')}: ${signature.verdict}`,
      signature.changes.map(({ sentence, isBreaking }) => [isBreaking ? '✗' : '', sentence]),
    ),
    table(vscode.l10n.t('Gates'), gates),
    table(vscode.l10n.t('Code'), [
      [
        vscode.l10n.t('commit'),
        `${code.before?.commit?.slice(0, 12) ?? '–'} → ${code.after?.commit?.slice(0, 12) ?? '–'}`,
      ],
      ...code.files.map(({ path }) => ['', path]),
    ]),
    ...notes.map(note => `\n> ${escapeMarkdown(note)}\n`),
  ].join('');
}

function table(title: string, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map(row => `| ${row.map(escapeMarkdown).join(' | ')} |`);
  return `\n## ${escapeMarkdown(title)}\n\n| | |\n| --- | --- |\n${lines.join('\n')}\n`;
}
