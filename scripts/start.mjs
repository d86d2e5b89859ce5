/** `npm start`: from a bare clone to a trained, tracked, judged and registered model. */
import { checkNode, ensureBuilt, ensureInstalled, run } from './checkout.mjs';

const sample = 'samples/credit-scoring';

checkNode();
try {
  await ensureInstalled();
  await ensureBuilt();
  process.exitCode = await run(process.execPath, ['dist/cli.js', 'run', 'train', '--workspace', sample]);
  console.log(`
Look next:
  npm run code                                   ${sample} in VS Code, in your browser
  npm run package                                the extension as a .vsix, for \`code --install-extension\`
  npx modelyard runs --workspace ${sample}   what was run
  npx modelyard --help                           everything else`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
