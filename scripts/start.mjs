/** `npm start`: from a bare clone to a trained, tracked, judged and registered model. */
import { checkNode, ensureBuilt, ensureInstalled, run } from './checkout.mjs';

const sample = 'samples/credit-scoring';

checkNode();
try {
  await ensureInstalled();
  await ensureBuilt();
  process.exitCode = await run(process.execPath, ['dist/cli.js', 'run', 'train', '--workspace', sample]);
  console.log(`
In this checkout write npx modelyard for modelyard. The same in VS Code:
  npm run code      in your browser, with the extension loaded
  npm run package   the extension as a .vsix, for code --install-extension`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
