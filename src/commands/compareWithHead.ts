import * as vscode from 'vscode';
import type { ChangedValue, CodeDiffFile, RunDiff } from '../../engine/protocol/compare';
import type { RunSummary } from '../../engine/protocol/tracking';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { ComparedTexts } from '../panels/comparedTexts';
import { withCancel } from './longCall';
import { nothing } from './pick';

/** What is not as the run had it. */
export interface Changed {
  readonly kind: 'config' | 'param' | 'code' | 'data' | 'environment';
  /** A file from the top of the repository, a parameter, a dataset, or a part of the environment. */
  readonly name: string;
  readonly detail: string;
  /** For VS Code's diff editor; absent for what is no text. */
  readonly sides?: Sides;
}

interface Sides {
  readonly place: vscode.Uri;
  readonly was: vscode.Uri | undefined;
  readonly now: vscode.Uri | undefined;
}

/**
 * What is different between a run and HEAD with the working tree, as `modelyard diff` says it.
 * @throws Nothing when there is no difference
 */
export async function changesSince(
  engine: WorkspaceEngine,
  run: RunSummary,
  texts: Pick<ComparedTexts, 'keep'>,
): Promise<readonly Changed[]> {
  const diff = await withCancel(vscode.l10n.t('Comparing r-{0} with HEAD', run.number), options =>
    engine.call('runs/diff', { run: run.id }, options),
  );
  const found = await changesOf(diff, sidesIn(engine.folder, texts));
  const nothingFound = vscode.l10n.t('Nothing has changed since r-{0}.', run.number);
  if (found.length === 0) throw nothing([nothingFound, ...diff.notes].join(' '));
  return found;
}

type ToSides = (file: { readonly path: string; readonly before?: string; readonly after?: string }) => Promise<Sides>;

async function changesOf(diff: RunDiff, toSides: ToSides): Promise<readonly Changed[]> {
  const config = diff.config && {
    kind: 'config' as const,
    name: diff.config.path,
    detail: vscode.l10n.t('the configuration'),
    sides: await toSides(diff.config),
  };
  const code = diff.code.map(async (file): Promise<Changed> => ({
    kind: 'code',
    name: file.path,
    detail: fileDetail(file),
    ...(file.isOpaque !== true && { sides: await toSides(file) }),
  }));
  return [
    ...(config ? [config] : []),
    ...diff.params.map(valueOf('param')),
    ...(await Promise.all(code)),
    ...diff.data.map(valueOf('data')),
    ...diff.environment.map(valueOf('environment')),
  ];
}

/** What stands in the folder as the file itself, so that it can be edited beside what was; other texts as documents. */
const sidesIn =
  (folder: vscode.Uri, texts: Pick<ComparedTexts, 'keep'>): ToSides =>
  async ({ path, before, after }) => {
    const place = vscode.Uri.joinPath(folder, path);
    const kept = (text: string | undefined): vscode.Uri | undefined =>
      text === undefined ? undefined : texts.keep(path, text);
    const isThere = after !== undefined && (await savedText(place)) === after;
    return { place, was: kept(before), now: isThere ? place : kept(after) };
  };

/** Undefined when there is no such file. */
const savedText = (file: vscode.Uri): Promise<string | undefined> =>
  Promise.resolve(vscode.workspace.fs.readFile(file)).then(
    bytes => Buffer.from(bytes).toString('utf8'),
    () => undefined,
  );

function fileDetail({ before, after, isOpaque }: CodeDiffFile): string {
  if (isOpaque === true) return vscode.l10n.t('differs; it is no text, or too long to be shown');
  if (before === undefined) return vscode.l10n.t('new');
  return after === undefined ? vscode.l10n.t('gone') : vscode.l10n.t('changed');
}

const valueOf =
  (kind: 'param' | 'data' | 'environment') =>
  ({ name, before, after }: ChangedValue): Changed => {
    const short = (value = '–'): string => (kind === 'data' ? value.slice(0, 12) : value);
    return { kind, name, detail: `${short(before)} → ${short(after)}` };
  };

const icons = {
  config: 'settings-gear',
  param: 'symbol-parameter',
  code: 'file-code',
  data: 'database',
  environment: 'server-environment',
} as const;

/** A short list of what has changed; each text opens in the diff editor, the first entry all of them. */
export async function showChanges(run: RunSummary, changes: readonly Changed[]): Promise<void> {
  const compared = changes.flatMap(({ sides }) => sides ?? []);
  const title = vscode.l10n.t('r-{0} compared with HEAD', run.number);
  const all = {
    label: `$(diff-multiple) ${compared.length === 1 ? vscode.l10n.t('The file') : vscode.l10n.t('All {0} files', compared.length)}`,
    change: undefined,
  };
  const each = changes.map(change => ({
    label: `$(${icons[change.kind]}) ${change.name}`,
    description: change.detail,
    change,
  }));
  const picked = await vscode.window.showQuickPick([...(compared.length > 1 ? [all] : []), ...each], {
    title,
    placeHolder: vscode.l10n.t('What has changed since r-{0}', run.number),
    matchOnDescription: true,
  });
  if (picked === undefined) return;
  const sides = picked.change === undefined ? compared : picked.change.sides ? [picked.change.sides] : [];
  if (sides.length > 0)
    await vscode.commands.executeCommand(
      'vscode.changes',
      title,
      sides.map(({ place, was, now }) => [place, was, now]),
    );
}
