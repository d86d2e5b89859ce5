import path from 'node:path';
import * as vscode from 'vscode';
import type { Place } from '../../engine/protocol/errors';
import type { GateReport } from '../../engine/protocol/gates';

/** The source of every problem of ours. */
export const source = 'Modelyard';

/** Where in a file other than the config the error is, to the end of the line when it does not say. */
export function placeInData(
  folder: vscode.Uri,
  config: vscode.Uri,
  place: Place | undefined,
): { uri: vscode.Uri; range: vscode.Range } | undefined {
  if (place?.line === undefined || place.file === '') return undefined;
  const { file, line, column = 1, endLine = line, endColumn = 10_000 } = place;
  const uri = path.isAbsolute(file) ? vscode.Uri.file(file) : vscode.Uri.joinPath(folder, file);
  if (uri.toString() === config.toString()) return undefined;
  return { uri, range: new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1) };
}

export function problem(range: vscode.Range, text: string, code: string): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(range, text, vscode.DiagnosticSeverity.Error);
  diagnostic.source = source;
  diagnostic.code = code;
  return diagnostic;
}

/** The rules that warn or block, each on its lines; a rule that the text no longer has is left out. */
export function gateProblems(report: GateReport, rules: readonly vscode.Range[]): vscode.Diagnostic[] {
  return report.results.flatMap(({ verdict, index, sentence }) => {
    const range = rules[index];
    if (range === undefined || verdict === 'passed') return [];
    const severity = verdict === 'warned' ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Error;
    const version = report.version === undefined ? report.model : `${report.model} v${report.version}`;
    const text =
      verdict === 'warned'
        ? vscode.l10n.t('{0} warns about {1}: {2}', report.stage, version, sentence)
        : vscode.l10n.t('{0} is closed to {1}: {2}', report.stage, version, sentence);
    const diagnostic = new vscode.Diagnostic(range, text, severity);
    diagnostic.source = source;
    diagnostic.code = 'gate';
    return [diagnostic];
  });
}
