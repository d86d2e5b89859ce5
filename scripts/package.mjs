/**
 * Packs the extension: `npm run package` writes modelyard-VERSION.vsix, prints the sizes of what is inside and fails
 * above 15 MB. One package serves every platform: nothing in it is native.
 */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { unzipSync } from 'fflate';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bound = 15_000_000; // bytes

const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
const packagePath = path.join(root, `${name}-${version}.vsix`);
await rm(packagePath, { force: true }); // an old one must not pass for the new one when this fails
// Builds first, by the script `vscode:prepublish`.
await createVSIX({
  cwd: root,
  packagePath,
  dependencies: false, // everything needed is in the bundles
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});

const archive = await readFile(packagePath);
const files = [];
unzipSync(archive, {
  filter: file => {
    files.push(file);
    return false; // names and sizes are enough
  },
});
const kilobytes = bytes => `${(bytes / 1000).toFixed(1)} kB`.padStart(12);
console.log(`${'packed'.padStart(12)}${'unpacked'.padStart(12)}`);
for (const { name: file, size, originalSize } of files.sort((a, b) => b.size - a.size))
  console.log(`${kilobytes(size)}${kilobytes(originalSize)}  ${file}`);
const total = `${(archive.length / 1e6).toFixed(2)} MB of at most ${bound / 1e6} MB`;
console.log(`${path.basename(packagePath)}: ${files.length} files, ${total}`);
if (archive.length > bound) {
  console.error('The package is too big.');
  process.exitCode = 1;
}
