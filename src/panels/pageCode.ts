import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Subject } from '../../webview/shared/protocol';

/** What a page is made of: the text of its script and of its style sheet, as they may stand in a document. */
export interface PageCode {
  readonly script: string;
  readonly style: string;
}

/** Reads what `dist/webview` has for a page. Throws when the extension's own files cannot be read. */
export async function readPageCode(extensionUri: vscode.Uri, page: Subject['page']): Promise<PageCode> {
  const read = (ending: string): Promise<string> =>
    readFile(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', `${page}.${ending}`).fsPath, 'utf8');
  const [script, style] = await Promise.all([read('js'), read('css')]);
  return { script: insideScript(script), style: insideStyle(style) };
}

/**
 * A script as it may stand between its tags. What would end it, or begin a comment that hides its end, can stand only
 * in its texts, where the escaped sign means the same (HTML standard, "Restrictions for contents of script elements").
 */
export const insideScript = (script: string): string => script.replace(/<(?=!--|\/?script)/gi, '\\x3C');

/** A style sheet as it may stand between its tags. */
export const insideStyle = (style: string): string => style.replace(/<(?=\/style)/gi, '\\3C ');
