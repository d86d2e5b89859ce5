import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Init, Subject } from '../../webview/shared/protocol';
import { setting } from '../manifest/settings';

/**
 * The document of a page. Nothing comes from outside; scripts only with the nonce; styles inline too, which the
 * toolkit's elements need.
 */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, subject: Subject): string {
  const nonce = randomBytes(18).toString('base64url');
  const file = (name: string): string =>
    attribute(webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', name)).toString());
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'unsafe-inline'`,
    `img-src ${webview.cspSource} data:`,
    `font-src ${webview.cspSource}`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const language = attribute(vscode.env.language);
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Modelyard</title>
  <link rel="stylesheet" href="${file(`${subject.page}.css`)}">
</head>
<body data-init="${attribute(JSON.stringify(initOf(subject)))}">
  <script nonce="${nonce}" src="${file(`${subject.page}.js`)}"></script>
</body>
</html>`;
}

const initOf = (subject: Subject): Init => ({
  subject,
  language: vscode.env.language,
  trusted: vscode.workspace.isTrusted,
  metrics: setting('experiments.metrics'),
  strings: vscode.l10n.bundle ?? {},
});

/** Text as the value of an attribute in double quotes. */
const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
