import { existsSync } from 'node:fs';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';
import { layers } from './scripts/layers.mjs';

const product = ['engine/**/*.ts', 'src/**/*.ts', 'webview/**/*.ts'];

/** The zones of `import-x/no-restricted-paths`, made from the one statement of the rules in scripts/layers.mjs. */
const place = path => (existsSync(`${path}.ts`) ? `./${path}.ts` : `./${path}`);
const within = (folder, path) => (path.startsWith(`${folder}/`) ? [`./${path.slice(folder.length + 1)}`] : []);
const zones = layers.flatMap(({ from, forbid, allow = [], why }) =>
  forbid
    .filter(folder => folder !== 'vscode')
    .map(folder => ({
      target: `./${from}`,
      from: place(folder),
      except: [...new Set([from, ...allow, ...allow.map(path => `${path}.ts`)].flatMap(path => within(folder, path)))],
      message: why,
    })),
);

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', '**/node_modules/**', 'test/fixtures/**', 'samples/**', 'test-results/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: product,
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: {
      parserOptions: {
        project: ['engine/tsconfig.json', 'src/tsconfig.json', 'webview/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    settings: {
      'import-x/extensions': ['.ts'], // of the files that are looked into, for cycles
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: './engine/tsconfig.json' })],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      'max-params': ['error', { max: 3 }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'No barrels: import the file that has the thing.' },
      ],
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-non-null-assertion': 'off', // typed-array loops; noUncheckedIndexedAccess stays on
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/array-type': ['error', { default: 'array' }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
    },
  },
  {
    // Nobody hears a promise fail that is thrown away, also with `void`: `inBackground` logs it.
    files: ['src/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false, checkThenables: true }] },
  },
  {
    // `vscode` exists only in the extension host.
    files: ['engine/**/*.ts', 'webview/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: [{ name: 'vscode', message: 'Only src/ may import vscode.' }] }],
    },
  },
  {
    // Signatures that Emscripten dictates; and what is called for each cell or point, where an object would cost.
    files: [
      'engine/store/sqlite/*yscalls.ts',
      ...['engine/data/read/csvSplitter.ts', 'engine/data/textDictionary.ts', 'engine/data/profile/frequentTexts.ts'],
      'engine/tracking/rollup.ts',
    ],
    rules: { 'max-params': ['error', { max: 4 }] },
  },
  {
    // The one place where a string becomes a branded id.
    files: ['engine/ids.ts'],
    rules: { '@typescript-eslint/consistent-type-assertions': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    extends: [...tseslint.configs.recommended],
    rules: { 'max-lines': ['error', { max: 500 }], '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
