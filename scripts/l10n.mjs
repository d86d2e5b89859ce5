/** Writes every user-visible string of src/ to l10n/bundle.l10n.json, the file that translations start from. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const exporter = path.join(root, 'node_modules/@vscode/l10n-dev/dist/cli.js');
const out = process.argv[2] ?? 'l10n';
execFileSync(process.execPath, [exporter, 'export', '-o', out, './src'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
