import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Message, type Plugin } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/checkout.mjs';
import { findCycle, layersPlugin } from '../../scripts/layersPlugin.mjs';
import { Linter } from '../support/linter';

let linter: Linter;
beforeAll(() => void (linter = new Linter()));
afterAll(() => linter.dispose());

type Lines = ReadonlyMap<number, string>;
const importRules = ['house(layers)', 'import(no-cycle)'];

/** The lines of each file with an import that is an error of the linter, and what it says of them. */
async function lint(files: readonly (readonly [file: string, code: string])[]): Promise<readonly Lines[]> {
  const found = await linter.errors(files);
  return found.map(
    errors =>
      new Map(errors.filter(({ rule }) => importRules.includes(rule)).map(({ line, message }) => [line, message])),
  );
}

/** The same of the bundler. The files are not on the disk; what they import, but for `others`, is empty. */
async function bundle(file: string, code: string, others: Readonly<Record<string, string>> = {}) {
  const files = new Map(
    Object.entries({ ...others, [file]: code }).map(([name, text]) => [path.join(root, name), text]),
  );
  const inMemory: Plugin = {
    name: 'in memory',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /.*/ }, ({ path: asked, resolveDir }) => {
        const found = [path.resolve(resolveDir, asked), `${path.resolve(resolveDir, asked)}.ts`];
        const known = found.find(name => files.has(name));
        return known === undefined ? undefined : { path: known };
      });
      onLoad({ filter: /.*/ }, args => ({ contents: files.get(args.path) ?? '', loader: 'ts' }));
    },
  };
  const options = {
    write: false,
    bundle: true,
    logLevel: 'silent',
    absWorkingDir: root,
  } as const;
  const plugins = [layersPlugin(root), inMemory];
  try {
    await build({ ...options, entryPoints: [file], external: ['vscode'], plugins });
    return [];
  } catch (error) {
    return (error as { errors: Message[] }).errors;
  }
}

const importOf = (from: string, to: string): string => {
  if (!to.includes('/')) return `import '${to}';`;
  expect(existsSync(path.join(root, `${to}.ts`)), to).toBe(true); // what is not there is never refused
  const relative = path.posix.relative(path.posix.dirname(from), to);
  return `import '${relative.startsWith('.') ? relative : `./${relative}`}';`;
};

const sources = (): string[] =>
  ['engine', 'src', 'webview'].flatMap(folder =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => `${folder}/${file.replaceAll(path.sep, '/')}`),
  );

const forbidden: [from: string, to: string, why: RegExp][] = [
  ['engine/tracking/x.ts', 'src/app', /runs without an editor/],
  ['engine/cli/x.ts', 'webview/shared/dom', /runs without an editor/],
  ['engine/x.ts', 'src/manifest/commands', /runs without an editor/],
  ['engine/process/x.ts', 'vscode', /vscode/],
  ['webview/run/x.ts', 'vscode', /vscode/],
  ['webview/run/x.ts', 'src/manifest/settings', /browser code/],
  ['webview/shared/x.ts', 'engine/errors', /browser code/],
  ['webview/run/x.ts', 'engine/training/metrics/ranking', /browser code/],
  ['webview/run/x.ts', 'webview/experiments/columns', /no other page/],
  ['webview/experiments/x.ts', 'webview/run/log', /no other page/],
  ['webview/shared/x.ts', 'webview/run/log', /no page/],
  ['src/x.ts', 'engine/tracking/service', /src\/engineClient/],
  ['src/engineClient/x.ts', 'engine/store/store', /src\/engineClient/],
  ['src/panels/x.ts', 'webview/shared/dom', /src\/engineClient/],
  ['src/commands/x.ts', 'engine/client/engineClient', /Only src\/engineClient/],
  ['src/views/x.ts', 'engine/errors', /Only src\/engineClient/],
  ['engine/client/x.ts', 'engine/store/store', /client half/],
  ['engine/client/x.ts', 'engine/process/startEngine', /client half/],
  ['engine/protocol/x.ts', 'engine/ids', /plain types/],
  ['engine/protocol/x.ts', 'engine/config/parse', /plain types/],
  ['engine/charts/x.ts', 'engine/errors', /is pure/],
  ['engine/charts/x.ts', 'webview/shared/dom', /without an editor/],
  ['engine/schemas/x.ts', 'engine/data/service', /protocol only/],
  ['engine/tracking/x.ts', 'engine/registry/service', /handed to its constructor/],
  ['engine/registry/x.ts', 'engine/tracking/service', /handed to its constructor/],
  ['engine/gates/x.ts', 'engine/training/metrics/ranking', /handed to its constructor/],
  ['engine/config/editor/x.ts', 'engine/data/firstColumns', /handed to its constructor/],
  ['engine/mlflow/x.ts', 'engine/process/log', /handed to its constructor/],
  ['engine/store/sqlite/x.ts', 'engine/tracking/runStore', /below every room/],
  ['engine/store/x.ts', 'engine/process/log', /below every room/],
  ['engine/process/x.ts', 'engine/cli/exitCode', /on top of the process/],
  ['engine/cli/commands/x.ts', 'engine/store/store', /one more client/],
  ['engine/cli/x.ts', 'engine/pipelines/service', /one more client/],
];

const allowed: [from: string, to: string][] = [
  ['engine/tracking/x.ts', 'engine/store/store'],
  ['engine/tracking/x.ts', 'engine/tracking/runs'],
  ['engine/tracking/x.ts', 'engine/errors'],
  ['engine/process/x.ts', 'engine/tracking/service'],
  ['engine/cli/x.ts', 'engine/client/engineClient'],
  ['engine/client/x.ts', 'engine/errors'],
  ['engine/client/x.ts', 'engine/schemas/wireError'],
  ['engine/schemas/x.ts', 'engine/ids'],
  ['webview/run/x.ts', 'engine/protocol/methods'],
  ['webview/experiments/x.ts', 'engine/charts/range'],
  ['engine/cli/x.ts', 'engine/charts/range'],
  ['webview/run/x.ts', 'webview/shared/grid/virtualGrid'],
  ['src/x.ts', 'vscode'],
  ['src/views/x.ts', 'engine/protocol/errors'],
  ['src/engineClient/x.ts', 'engine/client/engineClient'],
  ['src/engineClient/x.ts', 'engine/errors'],
  ['src/panels/x.ts', 'webview/shared/protocol'],
];

describe('an import that the rules forbid', () => {
  let said: readonly Lines[];
  beforeAll(async () => {
    said = await lint(forbidden.map(([from, to]) => [from, importOf(from, to)]));
  });

  test.each(forbidden.map(([from, to, why], index) => ({ from, to, why, index })))(
    'is an error of the linter and of the build: $from → $to',
    async ({ from, to, why, index }) => {
      expect(said[index]!.get(1)).toMatch(why);
      expect((await bundle(from, importOf(from, to))).map(({ text }) => text)).toEqual([expect.stringMatching(why)]);
    },
  );

  test('is one when it is written with import() or for types only', async () => {
    const code = [
      `void import('../../src/app');`,
      `import type { App } from '../../src/app';`,
      `export type A = App;`,
      `export type B = import('../../src/app').App;`,
      `export { type App } from '../../src/app';`,
    ];
    const [lines] = await lint([['engine/tracking/x.ts', code.join('\n')]]);
    expect([...lines!.keys()]).toEqual([1, 2, 4, 5]);
    expect(await bundle('engine/tracking/x.ts', code[0]!)).toHaveLength(1);
  });
});

describe('an import that the rules allow', () => {
  let said: readonly Lines[];
  beforeAll(async () => {
    said = await lint(allowed.map(([from, to]) => [from, importOf(from, to)]));
  });

  test.each(allowed.map(([from, to], index) => ({ from, to, index })))(
    'passes: $from → $to',
    async ({ from, to, index }) => {
      expect([...said[index]!]).toEqual([]);
      expect(await bundle(from, importOf(from, to))).toEqual([]);
    },
  );
});

test('the linter and the build refuse the same imports, from every layer to every other', async () => {
  const files = [
    ...['src/app', 'src/commands/pick', 'src/editor/ranges', 'src/engineClient/engines', 'src/manifest/commands'],
    ...['src/panels/plain', 'src/views/text', 'webview/run/log', 'webview/experiments/columns', 'webview/shared/dom'],
    ...[
      'webview/shared/protocol',
      'engine/cli/exitCode',
      'engine/client/wire',
      'engine/config/parse',
      'engine/data/scan',
    ],
    ...['engine/errors', 'engine/gates/judge', 'engine/ids', 'engine/mlflow/json', 'engine/pipelines/store'],
    ...['engine/process/log', 'engine/protocol/ids', 'engine/registry/store', 'engine/schemas/wireError'],
    ...['engine/store/store', 'engine/tracking/keys', 'engine/random'],
  ];
  const froms = [...new Set(files.map(file => path.posix.dirname(file)))].map(folder => `${folder}/x.ts`);
  const codeOf = (from: string): string => files.map(to => importOf(from, to)).join('\n');
  const said = await lint(froms.map(from => [from, codeOf(from)]));
  const named = (lines: Iterable<number>) => [...lines].map(line => files[line - 1]).sort();
  let refused = 0;
  for (const [index, from] of froms.entries()) {
    const byLinter = named(said[index]!.keys());
    const byBuild = named((await bundle(from, codeOf(from))).map(({ location }) => location!.line));
    expect(byBuild, from).toEqual(byLinter);
    refused += byLinter.length;
  }
  expect(refused).toBeGreaterThan(200);
}, 120_000);

describe('files that import each other', () => {
  test('are an error of the linter', async () => {
    const said = await lint([
      ['engine/data/circle1.ts', `import { b } from './circle2'; export const a = (): unknown => b;`],
      ['engine/data/circle2.ts', `import { a } from './circle1'; export const b = (): unknown => a;`],
      ['engine/data/circle3.ts', `import type { B } from './circle4'; export type A = B | undefined;`],
      ['engine/data/circle4.ts', `import type { A } from './circle3'; export type B = A | undefined;`],
    ]);
    expect(said.map(lines => [...lines])).toEqual(new Array(4).fill([[1, 'Dependency cycle detected']]));
  });

  test('are an error of the build, which names the circle', async () => {
    const others = { 'engine/data/b.ts': `import './c';`, 'engine/data/c.ts': `import './b';` };
    const errors = await bundle('engine/data/a.ts', `import './b';`, others);
    const circle = 'engine/data/b.ts → engine/data/c.ts → engine/data/b.ts';
    expect(errors.map(({ text }) => text)).toEqual([`These files import each other in a circle: ${circle}`]);
  });
});

test('no files import each other, for types either, which the build does not look at', () => {
  const imports = new Map<string, string[]>();
  for (const file of sources()) {
    const specifiers = [...readFileSync(path.join(root, file), 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)'/g)];
    imports.set(
      file,
      specifiers.map(([, specifier]) => `${path.posix.join(path.posix.dirname(file), specifier!)}.ts`),
    );
  }
  expect(imports.get('webview/shared/grid/gridHeader.ts')).toContain('webview/shared/grid/gridTypes.ts');
  expect(findCycle(imports)).toBeUndefined();
});

test('a barrel is an error of the linter', async () => {
  const [errors] = await linter.errors([['engine/tracking/x.ts', `export * from './runs';`]]);
  const message = 'No barrels: import the file that has the thing.';
  expect(errors).toEqual([{ rule: 'house(no-barrels)', line: 1, message }]);
});
