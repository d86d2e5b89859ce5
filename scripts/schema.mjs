// Writes media/modelyard.schema.json from the grammar in engine/config/grammar. `--check` only says whether it is in step.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const target = fileURLToPath(new URL('../media/modelyard.schema.json', import.meta.url));
const entry = fileURLToPath(new URL('../engine/config/jsonSchema.ts', import.meta.url));

const bundle = await build({ entryPoints: [entry], bundle: true, write: false, format: 'esm', platform: 'node' });
const code = Buffer.from(bundle.outputFiles[0].contents).toString('base64');
const { jsonSchema } = await import(`data:text/javascript;base64,${code}`);
const text = `${JSON.stringify(jsonSchema(), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(target, text);
} else if ((await readFile(target, 'utf8').catch(() => '')) !== text) {
  console.error(
    'media/modelyard.schema.json is not in step with engine/config/grammar. Run `node scripts/schema.mjs`.',
  );
  process.exitCode = 1;
}
