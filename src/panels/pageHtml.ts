import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import * as vscode from 'vscode';
import type { Init, Subject } from '../../webview/shared/protocol';
import { setting } from '../manifest/settings';
import type { PageCode } from './pageCode';

/**
 * The document of a page, complete in itself: nothing is asked for while it opens, from outside or from the extension.
 * Scripts run only with the nonce; styles inline, which the toolkit's elements need.
 */
export function pageHtml({ script, style }: PageCode, subject: Subject): string {
  const nonce = randomBytes(18).toString('base64url');
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src 'unsafe-inline'`,
    `img-src data:`,
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
  <style>${style}</style>
</head>
<body data-init="${attribute(JSON.stringify(initOf(subject)))}">
  <script nonce="${nonce}">${script}</script>
</body>
</html>`;
}

/** As the engine knows who runs something. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? process.env['USERNAME'] ?? 'unknown'; // an id without an account, as in containers
  }
}

const initOf = (subject: Subject): Init => ({
  subject,
  language: vscode.env.language,
  trusted: vscode.workspace.isTrusted,
  user: userName(),
  metrics: setting('experiments.metrics'),
  strings: vscode.l10n.bundle ?? {},
});

/** Text as the value of an attribute in double quotes. */
const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
