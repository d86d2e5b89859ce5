import path from 'node:path';
import * as vscode from 'vscode';
import { stringify } from 'yaml';
import { pickOne } from './pick';

/** A pipeline from the data file to an evaluated model, with comments that say what to change. */
export async function starterConfig(folder: vscode.Uri, data: vscode.Uri | undefined): Promise<string> {
  const name =
    path
      .basename(folder.fsPath)
      .replace(/[^\w-]+/g, '-')
      .replace(/^[^A-Za-z]+/, '') || 'workspace';
  if (data === undefined)
    return `# ${vscode.l10n.t('Name a data file under datasets, then add a pipeline.')}\nname: ${name}\n`;
  const columns = await headerOf(data);
  const label =
    columns.length === 0
      ? 'label'
      : await pickOne(
          [...columns].reverse().map(value => ({ label: value, value })),
          vscode.l10n.t('Which column shall be predicted?'),
        );
  const dataset =
    path
      .parse(data.path)
      .name.replace(/\W+/g, '-')
      .replace(/^[^A-Za-z]+/, '') || 'data';
  const text = (value: string): string => stringify(value).trim();
  return `name: ${name}

datasets:
  ${dataset}:
    path: ${text(path.posix.relative(folder.path, data.path))}
    # ${vscode.l10n.t('What must hold of the data; the pipeline stops where it does not.')}
    expect:
      - {column: ${text(label)}, not_null: true}

pipelines:
  train:
    steps:
      validate: {uses: validate, with: {dataset: ${dataset}}}
      split: {uses: split, needs: validate, with: {test: 0.2, seed: 1}}
      prepare: {uses: prepare, needs: split, with: {label: ${text(label)}}}
      # ${vscode.l10n.t('Or learner: boosted-trees, forest or neural-network')}
      train: {uses: train, needs: prepare, with: {learner: logistic}}
      evaluate: {uses: evaluate, needs: train}
      register: {uses: register, needs: evaluate, with: {model: ${name}}}

models:
  ${name}:
    stages: [dev, staging, production]
    # ${vscode.l10n.t('What a version must reach before it may enter a stage.')}
    gates:
      staging:
        - {metric: accuracy, at_least: 0.7}
`;
}

/** The names in the first line of a CSV; empty for other formats. */
async function headerOf(data: vscode.Uri): Promise<readonly string[]> {
  if (!/\.(csv|tsv)$/i.test(data.path)) return [];
  const bytes = await vscode.workspace.fs.readFile(data);
  const line =
    Buffer.from(bytes.subarray(0, 65_536))
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)[0] ?? '';
  const delimiter = [',', ';', '\t', '|'].reduce(
    (best, candidate) => (line.split(candidate).length > line.split(best).length ? candidate : best),
    ',',
  );
  return line.split(delimiter).map(cell => cell.trim().replace(/^"(.*)"$/, '$1'));
}
