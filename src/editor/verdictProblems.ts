import * as vscode from 'vscode';
import type { Verdict, VerdictGroup } from '../../engine/protocol/verdicts';
import type { FoundRule } from './checkReports';
import { source } from './resultProblems';

/** The codes of problems of rules, by kind; `check` of all other kinds. */
const codes: Partial<Record<VerdictGroup['kind'], string>> = { data: 'expectation', model: 'gate' };

/**
 * A rule that does not pass, on its very line; a waived one and a needless waiver as information. Undefined for what passes, and
 * for what nobody has judged yet.
 */
export function verdictProblem(
  { group, verdict }: FoundRule,
  range: vscode.Range,
  folder: vscode.Uri,
): vscode.Diagnostic | undefined {
  const text = [textOf(group, verdict), ...(verdict.hints ?? [])].filter(part => part !== '').join(' ');
  if (verdict.pending === true || text === '') return undefined;
  const diagnostic = new vscode.Diagnostic(range, text, severityOf(verdict));
  diagnostic.source = source;
  diagnostic.code = codes[group.kind] ?? 'check';
  const rows = (verdict.evidence ?? []).slice(0, 5).map(({ file, line = 1 }) => {
    const place = new vscode.Location(vscode.Uri.joinPath(folder, file), new vscode.Range(line - 1, 0, line - 1, 0));
    return new vscode.DiagnosticRelatedInformation(place, vscode.l10n.t('a row that fails'));
  });
  if (rows.length > 0) diagnostic.relatedInformation = rows;
  return diagnostic;
}

function severityOf({ outcome }: Verdict): vscode.DiagnosticSeverity {
  switch (outcome) {
    case 'passed':
    case 'waived':
      return vscode.DiagnosticSeverity.Information;
    case 'warned':
      return vscode.DiagnosticSeverity.Warning;
    case 'unknown':
    case 'failed':
      return vscode.DiagnosticSeverity.Error;
  }
}

/** Of a rule that passes nothing. */
function textOf({ kind, stage, subject, version }: VerdictGroup, { outcome, sentence }: Verdict): string {
  if (outcome === 'passed') return '';
  if (kind !== 'model' || stage === undefined) return sentence;
  const model = version === undefined ? subject : `${subject} v${version}`;
  switch (outcome) {
    case 'waived':
      return vscode.l10n.t('{0} is open to {1} all the same: {2}', stage, model, sentence);
    case 'warned':
      return vscode.l10n.t('{0} warns about {1}: {2}', stage, model, sentence);
    case 'unknown':
    case 'failed':
      return vscode.l10n.t('{0} is closed to {1}: {2}', stage, model, sentence);
  }
}
