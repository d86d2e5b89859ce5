import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';

const root = path.resolve(__dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly main: string;
  readonly icon: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies?: unknown;
}
const manifest: Manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const archive = readFileSync(path.join(root, `${manifest.name}-${manifest.version}.vsix`));
const files = new Map(
  Object.entries(unzipSync(archive))
    .filter(([name]) => name.startsWith('extension/'))
    .map(([name, content]) => [name.slice('extension/'.length), content]),
);
const text = (name: string): string => {
  const content = files.get(name);
  if (!content) throw new Error(`the package lacks ${name}`);
  return strFromU8(content);
};

/** All that may be inside: a file that matches none of these was packed by mistake. */
const expected = [
  /^package(\.nls(\.[\w-]+)?)?\.json$/,
  /^(readme|changelog)\.md$/,
  /^LICENSE\.txt$/,
  /^dist\/(extension|engine|job|import|model|scan|audit|features|trials|forest|boosting|cli)\.js$/,
  /^dist\/(webview|assets)\/[\w/-]+\.(js|css|ttf)$/,
  /^dist\/(sql-wasm|tfjs-backend-wasm|tfjs-backend-wasm-simd|ort-wasm-simd-threaded)\.wasm$/,
  /^dist\/THIRD_PARTY_NOTICES\.txt$/,
  /^l10n\/bundle\.l10n(\.[\w-]+)?\.json$/,
  /^media\/[\w/.-]+\.(svg|png|md)$/,
  /^media\/modelyard\.schema\.json$/,
  /^samples\/credit-scoring\/(modelyard\.yaml|README\.md|data\/[\w.-]+)$/,
];

describe('the package', () => {
  test('holds nothing unexpected', () => {
    const surplus = [...files.keys()].filter(name => !expected.some(pattern => pattern.test(name)));
    expect(surplus).toEqual([]);
  });

  test('holds whatever the manifest names', () => {
    const named = [manifest.main, manifest.icon, ...Object.values(manifest.bin)];
    const json = text('package.json');
    for (const [, file] of json.matchAll(/"(?:\.\/)?((?:media|dist|l10n|samples)\/[^"*]+\.\w+)"/g)) named.push(file!);
    const missing = named.map(file => file.replace(/^\.\//, '')).filter(file => !files.has(file));
    expect(missing).toEqual([]);
  });

  test('holds every bundle of the build and the files beside them', () => {
    const sources = [
      ['src/extension.ts', 'dist/extension.js'],
      ['engine/process/main.ts', 'dist/engine.js'],
      ['engine/process/jobMain.ts', 'dist/job.js'],
      ['engine/process/importMain.ts', 'dist/import.js'],
      ['engine/process/modelMain.ts', 'dist/model.js'],
      ['engine/process/trialsMain.ts', 'dist/trials.js'],
      ['engine/process/scanMain.ts', 'dist/scan.js'],
      ['engine/process/auditMain.ts', 'dist/audit.js'],
      ['engine/process/featuresMain.ts', 'dist/features.js'],
      ['engine/training/trees/forestWorker.ts', 'dist/forest.js'],
      ['engine/training/trees/boostingWorker.ts', 'dist/boosting.js'],
      ['engine/cli/main.ts', 'dist/cli.js'],
    ];
    const panels = readdirSync(path.join(root, 'webview')).map(name => [
      `webview/${name}/main.ts`,
      `dist/webview/${name}.js`,
    ]);
    const wasm = ['sql-wasm', 'tfjs-backend-wasm', 'tfjs-backend-wasm-simd', 'ort-wasm-simd-threaded'];
    const needed = [
      ...[...sources, ...panels]
        .filter(([source]) => existsSync(path.join(root, source!)))
        .map(([, output]) => output!),
      ...wasm.map(name => `dist/${name}.wasm`),
      ...['dist/THIRD_PARTY_NOTICES.txt', 'readme.md', 'changelog.md', 'LICENSE.txt', 'package.nls.json'],
      'samples/credit-scoring/modelyard.yaml',
    ];
    expect(needed.filter(name => !files.has(name))).toEqual([]);
  });

  test('needs nothing from npm', () => {
    expect(JSON.parse(text('package.json')).dependencies ?? {}).toEqual({});
    for (const [name, content] of files) {
      if (!/^dist\/\w+\.js$/.test(name)) continue;
      // Behind a quote it is a text: Ajv has some for code that it writes into files, which we never have it do.
      const required = [...strFromU8(content).matchAll(/(?<!['"`])\brequire\("([^"]+)"\)/g)].map(
        ([, module]) => module!,
      );
      // Who asks for these goes without when they are not there: node-fetch, which TensorFlow.js brings along, and Redis' client.
      const allowed = name === 'dist/extension.js' ? ['vscode'] : ['encoding', '@opentelemetry/api'];
      expect(
        required.filter(module => !isBuiltin(module) && !allowed.includes(module)),
        name,
      ).toEqual([]);
    }
  });

  test('every text of the manifest is translated', () => {
    const texts: Record<string, string> = JSON.parse(text('package.nls.json'));
    const keys = [...text('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key!);
    expect(keys.length).toBeGreaterThan(3);
    expect(keys.filter(key => !texts[key])).toEqual([]);
    expect(Object.keys(texts).filter(key => !keys.includes(key))).toEqual([]);
  });

  test('names no folder of the machine that built it', () => {
    const naming = [...files].filter(([name, content]) => /\.js$/.test(name) && strFromU8(content).includes(root));
    expect(naming.map(([name]) => name)).toEqual([]);
  });

  test('lists the licence of every package inside', () => {
    expect(text('dist/THIRD_PARTY_NOTICES.txt')).toMatch(/^- sql\.js [\d.]+ \(MIT\)$/m);
  });
});
