import path from 'node:path';
import * as vscode from 'vscode';
import type { Place, WireError } from '../../engine/protocol/errors';

/** The source of every problem of ours. */
export const source = 'Modelyard';

export interface Surroundings {
  readonly folder: vscode.Uri;
  /** modelyard.yaml */
  readonly config: vscode.Uri;
}

/** The key of modelyard.yaml that an error is about: that option, rather than the step as a whole. */
export function configKey(error: WireError, { folder, config }: Surroundings): string | undefined {
  const { place } = error;
  const isInConfig = place !== undefined && uriOf(folder, place).toString() === config.toString();
  return isInConfig ? place.key : error.config?.key;
}

/**
 * An error of a step: at the option in the config that asked for it, and in the data file when it has a line there, each
 * with a link to the other.
 */
export function failureProblems(
  error: WireError,
  option: vscode.Range,
  surroundings: Surroundings,
): readonly [vscode.Uri, vscode.Diagnostic][] {
  const { config } = surroundings;
  const text = [error.message, error.fix].filter(part => part !== undefined).join(' ');
  const inConfig = problem(option, text, error.code);
  const data = placeInData(surroundings, error.place);
  if (data === undefined) return [[config, inConfig]];
  const link = (place: vscode.Location, what: string): vscode.DiagnosticRelatedInformation[] => [
    new vscode.DiagnosticRelatedInformation(place, what),
  ];
  inConfig.relatedInformation = link(data, vscode.l10n.t('here in the data'));
  if (error.place?.line === undefined) return [[config, inConfig]];
  const inData = problem(data.range, text, error.code);
  inData.relatedInformation = link(new vscode.Location(config, option), vscode.l10n.t('what asks for it'));
  return [
    [config, inConfig],
    [data.uri, inData],
  ];
}

/** Where in a file other than the config it is, to the end of the line when it does not say. */
function placeInData({ folder, config }: Surroundings, place: Place | undefined): vscode.Location | undefined {
  if (place === undefined || place.file === '') return undefined;
  const { line = 1, column = 1, endLine = line, endColumn = 10_000 } = place;
  const uri = uriOf(folder, place);
  if (uri.toString() === config.toString()) return undefined;
  return new vscode.Location(uri, new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1));
}

const uriOf = (folder: vscode.Uri, { file }: Place): vscode.Uri =>
  path.isAbsolute(file) ? vscode.Uri.file(file) : vscode.Uri.joinPath(folder, file);

function problem(range: vscode.Range, text: string, code: string): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(range, text, vscode.DiagnosticSeverity.Error);
  diagnostic.source = source;
  diagnostic.code = code;
  return diagnostic;
}
