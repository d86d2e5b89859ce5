import * as vscode from 'vscode';
import type { FoundRule } from './checkReports';
import { verdictProblem } from './verdictProblems';

/**
 * Verdicts that stand elsewhere than in modelyard.yaml, each on its line: a secret in a file, a package of a lock file. What
 * is in no file of the folder (a run's parameters) is not among them.
 */
export function placedProblems(
  rules: readonly FoundRule[],
  folder: vscode.Uri,
): readonly (readonly [vscode.Uri, vscode.Diagnostic])[] {
  return rules.flatMap(found => {
    const { place } = found.verdict;
    if (place === undefined || place.key !== undefined || place.line === undefined) return [];
    const { file, line, column = 1, endLine = line, endColumn = 10_000 } = place;
    if (/^run r-\d+/.test(file)) return [];
    const range = new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
    const problem = verdictProblem(found, range, folder);
    return problem === undefined ? [] : [[vscode.Uri.joinPath(folder, file), problem] as const];
  });
}
