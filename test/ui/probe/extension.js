'use strict';
const { readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

const page = body => `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-probe';">
  <style nonce="probe">body { color: var(--vscode-foreground); background: var(--vscode-editor-background) } .faint { color: #999; background: #aaa }</style>
  <title>Probe</title>
</head>
<body><main>${body}</main></body>
</html>`;

const pages = {
  accessible: page('<h1>Accessible</h1><button>Press</button>'),
  faulty: page('<h1>Faulty</h1><p class="faint">Faint</p><button></button><script>1</script>'),
};

exports.activate = context => {
  const register = (name, run) => context.subscriptions.push(vscode.commands.registerCommand(`probe.${name}`, run));
  for (const [name, html] of Object.entries(pages))
    register(name, () => {
      const panel = vscode.window.createWebviewPanel('probe', name, vscode.ViewColumn.One, { enableScripts: true });
      panel.webview.html = html;
    });
  register('say', () => vscode.window.showInformationMessage('Hello from the probe'));

  const room = process.env.MODELYARD_PROBE_WISHES;
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!room || !folder) return;
  // One file for each workbench, named like the temporary folder that its copy of the sample is in.
  const wishes = path.join(room, path.basename(path.dirname(folder.uri.fsPath)));
  let busy = false;
  const timer = setInterval(() => {
    // The host of a window that is gone never comes to an end with a wish; it must not take another.
    if (busy) return;
    busy = true;
    void fulfil(wishes).finally(() => (busy = false));
  }, 100);
  context.subscriptions.push({ dispose: () => clearInterval(timer) });
};

/** Changes the settings that a test wrote into the file `wishes`, and says so in a file beside it. */
async function fulfil(wishes) {
  const taken = `${wishes}.taken-${process.pid}`;
  try {
    renameSync(wishes, taken);
  } catch {
    return; // no wish
  }
  let answer = 'ok';
  try {
    for (const [key, value] of Object.entries(JSON.parse(readFileSync(taken, 'utf8'))))
      await vscode.workspace.getConfiguration().update(key, value ?? undefined, vscode.ConfigurationTarget.Global);
  } catch (error) {
    answer = error.message;
  }
  rmSync(taken);
  writeFileSync(`${taken}.done`, answer);
  renameSync(`${taken}.done`, `${wishes}.done`);
}
