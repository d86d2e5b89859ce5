import * as vscode from 'vscode';
import type { ParameterEffect, ParameterValue } from '../../engine/protocol/effects';
import { escapeMarkdown, metric } from '../views/text';

/** What stands after a line, and on which (from 0). */
export interface LineText {
  readonly line: number;
  readonly text: string;
}

const longest = 110;

/** One text a line: a line of `{learner: logistic, C: 1}` may hold several parameters, each then with its name. */
export function lineTexts(effects: readonly ParameterEffect[]): readonly LineText[] {
  const lines = new Map<number, ParameterEffect[]>();
  for (const effect of effects) {
    const line = effect.range.startLine - 1;
    lines.set(line, [...(lines.get(line) ?? []), effect]);
  }
  return [...lines].map(([line, all]) => {
    const parts = all.map(effect => (all.length === 1 ? effectText(effect) : `${effect.name}: ${effectText(effect)}`));
    return { line, text: cut(parts.join(' · '), longest) };
  });
}

/** `best 0.3 → auc 0.801, +0.012 over now (12 runs)` */
export function effectText({ metric: key, values, runs, gain, higherIsBetter }: ParameterEffect): string {
  const [best] = values;
  if (best === undefined) return '';
  const value = cut(best.value, 30);
  const mean = metric(best.mean);
  const of = runs === 1 ? vscode.l10n.t('1 run') : vscode.l10n.t('{0} runs', runs);
  if (gain === undefined) return vscode.l10n.t('best {0} → {1} {2} ({3})', value, key, mean, of);
  if (gain === 0) return vscode.l10n.t('best so far → {0} {1} ({2})', key, mean, of);
  const change = signed(higherIsBetter ? gain : -gain);
  return vscode.l10n.t('best {0} → {1} {2}, {3} over now ({4})', value, key, mean, change, of);
}

const signed = (value: number): string => (value > 0 ? `+${metric(value)}` : metric(value).replace('-', '−'));

/** The metric by the values of the parameter; `link` makes the target of a link to a run. */
export function effectTable(effect: ParameterEffect, link: (value: ParameterValue) => string): string {
  const { metric: key, name, now, runs, values, different, correlation } = effect;
  const direction = effect.higherIsBetter ? vscode.l10n.t('higher is better') : vscode.l10n.t('lower is better');
  const head = vscode.l10n.t(
    '**{0}** by **{1}** in {2} finished runs; {3}',
    escaped(key),
    escaped(name),
    runs,
    direction,
  );
  const columns = [vscode.l10n.t('value'), vscode.l10n.t('runs'), vscode.l10n.t('mean'), vscode.l10n.t('best')];
  const rows = values.map(value => {
    const isNow = same(value.value, now);
    const shown = `${isNow ? '**' : ''}${escaped(cut(value.value, 40))}${isNow ? `** ${vscode.l10n.t('(now)')}` : ''}`;
    const best = `[${metric(value.best)} · r-${value.bestRun.number}](${link(value)})`;
    return `| ${shown} | ${value.runs} | ${metric(value.mean)} | ${best} |`;
  });
  const more = different - values.length;
  const notes = [
    ...(more > 0 ? [vscode.l10n.t('{0} more values are not shown.', more)] : []),
    ...(effect.gain === undefined ? [vscode.l10n.t('No finished run has used {0} yet.', escaped(cut(now, 40)))] : []),
    ...(correlation === undefined ? [] : [vscode.l10n.t('Rank correlation (Spearman): {0}.', correlation.toFixed(2))]),
    vscode.l10n.t('The runs may differ in other things as well.'),
  ];
  return [head, '', `| ${columns.join(' | ')} |`, '|---|---:|---:|---|', ...rows, '', notes.join(' ')].join('\n');
}

const same = (a: string, b: string): boolean =>
  a === b || (a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b));
const escaped = (text: string): string => escapeMarkdown(text.replace(/\s+/g, ' '));
const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

interface Change {
  readonly range: {
    readonly isEmpty: boolean;
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number };
  };
  readonly text: string;
}

/** Where the texts stand after changes of the document; those of lines that are gone are left out. */
export function shifted(texts: readonly LineText[], changes: readonly Change[]): readonly LineText[] {
  return changes.reduce((lines, { range: { isEmpty, start, end }, text }) => {
    const added = text.split('\n').length - 1;
    const delta = added - (end.line - start.line);
    // a line that was put in above, not behind
    const above = isEmpty && start.character === 0 && added > 0;
    return lines.flatMap(one => {
      if (one.line < start.line || (one.line === start.line && !above)) return [one];
      if (one.line > end.line || above) return [{ ...one, line: one.line + delta }];
      return [];
    });
  }, texts);
}
