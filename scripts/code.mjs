/**
 * `npm run code [-- FOLDER] [-- --port N]`: VS Code in a browser with the extension loaded, on the sample or on FOLDER.
 * Prints its address; Ctrl+C ends it.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkNode, ensureBuilt, ensureInstalled, root } from './checkout.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { port: { type: 'string' } } });
const folder = path.resolve(process.env.INIT_CWD ?? '.', positionals[0] ?? path.join(root, 'samples/credit-scoring'));

checkNode();
try {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${folder} is not a folder.`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536))
    throw new Error(`--port ${values.port} is not a port.`);
  await ensureInstalled();
  await ensureBuilt();
  await serve(port);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function serve(port) {
  // Imported late: these need the installed packages.
  const { installHost } = await import('../test/host/install.mjs');
  const { startServer } = await import('../test/host/server.mjs');
  const { workbenchUrl } = await import('../test/host/workbench.mjs');
  if (await installHost()) console.log("Installed VS Code's server.");
  // Listened for before there is anything to end: whoever is early must not leave a server behind.
  const ended = new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve('asked'));
  });
  const settings = { 'chat.disableAIFeatures': true, 'git.enabled': true };
  const server = await startServer({ link: [root], ownHome: false, settings, ...(port ? { port } : {}) });
  console.log(`VS Code with Modelyard, on ${folder}:\n\n  ${workbenchUrl(server, { folder })}\n\nCtrl+C ends it.`);
  const why = await Promise.race([ended, server.gone.then(() => 'gone')]);
  await server.stop();
  if (why === 'gone') throw new Error("VS Code's server has ended by itself.");
}
