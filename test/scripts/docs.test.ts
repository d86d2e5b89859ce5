import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../engine/cli/exitCode';
import { createProgram, type Handlers } from '../../engine/cli/program/program';
import { parseConfig } from '../../engine/config/parse';
import { parseCondition } from '../../engine/data/condition';
import { artifactCalls } from '../../engine/mlflow/artifactCalls';
import { experimentCalls } from '../../engine/mlflow/experimentCalls';
import { inputCalls } from '../../engine/mlflow/inputCalls';
import { logCalls } from '../../engine/mlflow/logCalls';
import { loggedModelCalls } from '../../engine/mlflow/loggedModelCalls';
import { metricCalls } from '../../engine/mlflow/metricCalls';
import { runCalls } from '../../engine/mlflow/runCalls';
import { traceCalls } from '../../engine/mlflow/traceCalls';
import type { Tracking } from '../../engine/mlflow/ports';
import type { ErrorCode } from '../../engine/protocol/errors';
import { configurationDocs, render } from '../../scripts/configurationDocs.mjs';

const root = path.resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const below = (folder: string): string[] =>
  readdirSync(path.join(root, folder))
    .filter(name => name.endsWith('.md'))
    .map(name => `${folder}/${name}`);

const pages = ['README.md', 'samples/credit-scoring/README.md', ...below('docs')];
const documents = [...pages, 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...below('docs/decisions')];

interface Fence {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

function fences(file: string): Fence[] {
  const text = read(file);
  return [...text.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm)].map(({ index, 1: language = '', 2: body = '' }) => ({
    file,
    line: text.slice(0, index).split('\n').length + 1,
    language,
    text: body,
  }));
}
const withoutFences = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '');
const inlineCode = (text: string): string[] =>
  [...withoutFences(text).matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, code]) => code!);

describe('docs/configuration.md', () => {
  test('is in step with the grammar', async () => {
    expect(read('docs/configuration.md')).toBe(await configurationDocs());
  });

  const schema = () => JSON.parse(read('media/modelyard.schema.json'));
  const template = read('scripts/configurationDocs.template.md');

  test('a key without a place in the template is an error', () => {
    const without = template.replace('<!-- keys: datasets.* -->', '');
    expect(() => render(without, schema())).toThrow(/no table for .*datasets\.\*\.path/);
  });
  test('a place that the grammar lacks is an error', () => {
    expect(() => render('<!-- keys: step:sort.with -->', schema())).toThrow('There is no place step:sort.with');
    expect(() => render('<!-- keys: step:run only walk -->', schema())).toThrow('step:run has no key walk');
  });
});

describe('YAML', () => {
  const snippets = pages.flatMap(fences).filter(({ language }) => language === 'yaml');
  const isWhole = ({ text }: Fence): boolean => /^(#.*\n)*name:/.test(text);
  /** What a part of a file cannot know: the names that other parts declare. */
  const elsewhere = /^(unknown-(dataset|pipeline|step|model|stage|service)|missing-input)$/;

  test('there are whole files and parts', () => {
    expect(snippets.filter(isWhole).length).toBeGreaterThan(5);
    expect(snippets.filter(snippet => !isWhole(snippet)).length).toBeGreaterThan(10);
  });
  test.each(snippets.map(one => [`${one.file}:${one.line}`, one] as const))('%s', (_, snippet) => {
    const text = isWhole(snippet) ? snippet.text : `name: part\n${snippet.text}`;
    const { diagnostics } = parseConfig(text, 'modelyard.yaml', { readCondition: parseCondition });
    const wrong = diagnostics.filter(({ code }) => isWhole(snippet) || !elsewhere.test(code));
    expect(wrong.map(({ message, range }) => `line ${range.startLine}: ${message}`)).toEqual([]);
  });
});

const nothing = () => Promise.resolve();
const handlers: Handlers = {
  checkConfig: nothing,
  generateCi: nothing,
  generateInfra: nothing,
  checkInfra: nothing,
  serveFolder: nothing,
  exportModel: nothing,
  comment: nothing,
  installHook: nothing,
  removeHook: nothing,
  runHook: nothing,
  run: nothing,
  step: nothing,
  compile: nothing,
  submit: nothing,
  plan: nothing,
  partitions: nothing,
  backfill: nothing,
  validate: nothing,
  scan: nothing,
  runs: nothing,
  diff: nothing,
  replay: nothing,
  features: nothing,
  featureView: nothing,
  applyFeatures: nothing,
  featureDiff: nothing,
  computeFeatures: nothing,
  trainingSet: nothing,
  previewFeatures: nothing,
  materialiseFeatures: nothing,
  getFeatures: nothing,
  pushFeatures: nothing,
  featureStatistics: nothing,
  checkFeatures: nothing,
  serveModel: nothing,
  testServing: nothing,
  lineage: nothing,
  affected: nothing,
  report: nothing,
  runCard: nothing,
  models: nothing,
  importModel: nothing,
  promote: nothing,
  modelDiff: nothing,
  modelCompare: nothing,
  modelSearch: nothing,
  modelDescribe: nothing,
  modelTag: nothing,
  modelMove: nothing,
  modelRollback: nothing,
  modelDelete: nothing,
  modelClean: nothing,
  modelKey: nothing,
  modelSign: nothing,
  modelVerify: nothing,
  modelBom: nothing,
  decide: nothing,
  withdraw: nothing,
  approvals: nothing,
  alias: nothing,
  studies: nothing,
  study: nothing,
  enqueue: nothing,
  stopStudy: nothing,
  continueStudy: nothing,
  datasets: nothing,
  datasetVersions: nothing,
  datasetDiff: nothing,
  failing: nothing,
  expect: nothing,
  watch: nothing,
  triggers: nothing,
  next: nothing,
  fire: nothing,
  pause: nothing,
  resume: nothing,
  serve: nothing,
  exec: nothing,
  import: nothing,
  exportBundle: nothing,
  exportCsv: nothing,
  exportMlflow: nothing,
  copy: nothing,
  check: nothing,
  checkRules: nothing,
  waive: nothing,
  gc: nothing,
  stop: nothing,
};
const quietProgram = (): Command => {
  const program = createProgram(handlers);
  const silence = (command: Command): void => {
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    command.commands.forEach(silence);
  };
  silence(program);
  return program;
};

/** Lines of a shell, and code within sentences, that begin with a program. */
function commandLines(file: string, program: RegExp): string[] {
  const shell = fences(file)
    .filter(({ language }) => language === '' || language === 'sh')
    .flatMap(({ text }) => text.split('\n'));
  return [...shell, ...inlineCode(read(file))]
    .map(line =>
      line
        .replace(/^\$ /, '')
        .replace(/\s+#.*$/, '')
        .trim(),
    )
    .filter(line => program.test(line) && !/[…<>[]/.test(line.replace(/"[^"]*"/g, '')));
}
const words = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);

describe('commands', () => {
  const ours = [...new Set(documents.flatMap(file => commandLines(file, /^(npx )?modelyard( |$)/)))];
  test('there are some', () => expect(ours.length).toBeGreaterThan(20));
  test.each(ours)('%s', async line => {
    const args = words(line.replace(/^npx /, '')).slice(1);
    if (args.length > 0 && args[0] !== '--version') await quietProgram().parseAsync(args, { from: 'user' });
  });

  test('scripts of npm exist', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    const named = documents.flatMap(file =>
      commandLines(file, /^npm (start|test|run )/).map(line => words(line)[words(line)[1] === 'run' ? 2 : 1]!),
    );
    expect(named.length).toBeGreaterThan(10);
    expect([...new Set(named)].filter(name => !(name in scripts))).toEqual([]);
  });

  test('the package has the name that is written', () => {
    const { name, version }: { name: string; version: string } = JSON.parse(read('package.json'));
    const named = documents.flatMap(file => [...read(file).matchAll(/modelyard-[\d.]+\.vsix/g)].map(([file]) => file));
    expect(new Set(named)).toEqual(new Set([`${name}-${version}.vsix`]));
  });

  test('commands of VS Code exist', () => {
    const texts: Record<string, string> = JSON.parse(read('package.nls.json'));
    const titles = Object.entries(texts).flatMap(([key, text]) => (key.startsWith('command.') ? [text] : []));
    const named = pages.flatMap(file =>
      [...read(file).matchAll(/\*\*Modelyard: ([^*]+)\*\*/g)].map(([, name]) => name!),
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter(name => !titles.includes(name))).toEqual([]);
  });
});

describe('docs/command-line.md', () => {
  const page = read('docs/command-line.md');
  const program = createProgram(handlers);
  const leaves = (command: Command, name: string): [string, Command][] =>
    command.commands.length > 0
      ? command.commands.flatMap(child => leaves(child, `${name} ${child.name()}`))
      : [[name, command]];
  const usage = (command: Command): string =>
    command.registeredArguments
      .map(argument => {
        const shown = `${argument.name()}${argument.variadic ? '...' : ''}`;
        return argument.required ? ` <${shown}>` : ` [${shown}]`;
      })
      .join('');
  const rows = (command: Command): string[] =>
    command.options.map(({ flags, description, defaultValue }) => {
      const value: unknown = defaultValue;
      const shown = typeof value === 'number' ? ` (default: ${value})` : '';
      return `| \`${flags}\` | ${description}${shown} |`;
    });
  const common = rows(program).filter(row => !row.includes('--version'));
  const sections = new Map(
    page
      .split(/^### /m)
      .slice(1)
      .map(section => [section.split('\n')[0]!, section]),
  );

  test('has every command, and no other', () => {
    const headings = leaves(program, 'modelyard').map(([name, command]) => `\`${name}${usage(command)}\``);
    expect([...sections.keys()].sort()).toEqual(headings.sort());
  });
  test.each(leaves(program, 'modelyard'))('%s: as --help says it', (name, command) => {
    const section = sections.get(`\`${name}${usage(command)}\``)!;
    expect(section.split('\n')[2]).toBe(command.description());
    const own = rows(command).filter(row => !common.includes(row));
    expect(section.match(/^\| `--.*$/gm) ?? []).toEqual(own);
  });
  test('has the options of all commands', () => {
    const head = page.slice(0, page.indexOf('### '));
    for (const row of common) expect(head).toContain(row);
  });
});

describe('CONTRIBUTING.md', () => {
  const below = (folder: string): readonly string[] =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => /\.m?[tj]s$/.test(name) && !name.includes('node_modules'))
      .map(name => read(path.join(folder, name)));
  const [tests, scripts] = [below('test'), below('scripts')];
  const sources = [...tests, ...scripts];
  const found = (pattern: RegExp, texts: readonly string[]) =>
    new Set(texts.flatMap(text => [...text.matchAll(pattern)].map(one => one[1]!)));
  const described = inlineCode(read('CONTRIBUTING.md')).filter(name => /^[A-Z_]+$/.test(name));

  test('describes every variable that tests and benchmarks read and do not set themselves', () => {
    const asked = found(/\benv(?:\.|\[')((?:MODELYARD|MOCHA)_[A-Z_]+)(?!\w)/g, sources);
    const set = found(/\b((?:MODELYARD|MOCHA)_[A-Z_]+)(?:'\])? ?[:=](?!=)/g, tests);
    const product = /^MODELYARD_(RUN_ID|STEP|THREADS|ENGINE_PID|REASON|COUNTS|LANE|HOST_RESULTS)$/;
    const lacking = [...asked].filter(name => !described.includes(name) && !set.has(name) && !product.test(name));
    expect(lacking).toEqual([]);
    expect(asked.size).toBeGreaterThan(20);
  });

  test('describes none that nobody reads', () => {
    const all = sources.join('\n');
    const last = (name: string): string => name.slice('MODELYARD_TEST_'.length); // some are put together
    const variables = described.filter(name => /^(MODELYARD|MOCHA|CHROMIUM)/.test(name));
    expect(variables.filter(name => !all.includes(name) && !all.includes(`'${last(name)}'`))).toEqual([]);
    expect(variables.length).toBeGreaterThan(15);
  });
});

describe('docs/errors.md', () => {
  const page = read('docs/errors.md');
  const codes = [...read('engine/protocol/errors.ts').matchAll(/^ {2}\| '([\w.-]+)'/gm)].map(([, code]) => code!);
  const isCode = (code: string): code is ErrorCode => codes.includes(code);

  test('has every code once, and no other', () => {
    expect(codes.length).toBeGreaterThan(20);
    const listed = [...page.matchAll(/^\| `([\w.-]+)` \| .+ \| .+ \|$/gm)].map(([, code]) => code!);
    expect(listed.sort()).toEqual([...codes].sort());
  });
  test('says the exit codes that they end with', () => {
    const said = (exit: number): string[] =>
      inlineCode(page.split('\n').find(line => line.startsWith(`| ${exit} | `)) ?? '').filter(isCode);
    expect(said(2).sort()).toEqual(
      codes
        .filter(isCode)
        .filter(code => exitCodeOf(code) === 2)
        .sort(),
    );
    expect(said(130)).toEqual(codes.filter(isCode).filter(code => exitCodeOf(code) === 130));
  });
});

test('docs/tracking.md lists the calls of MLflow that are answered', () => {
  const tracking: Tracking = new Proxy(Object.create(null), { get: () => () => undefined });
  const calls = {
    ...experimentCalls(tracking, '/w'),
    ...runCalls(tracking),
    ...logCalls(tracking),
    ...inputCalls(tracking),
    ...metricCalls(tracking),
    ...artifactCalls(tracking),
    ...loggedModelCalls(Object.create(null)),
    ...traceCalls(Object.create(null)),
  };
  const answered = Object.keys(calls).map(call => call.replace(/^\w+ /, ''));
  const page = read('docs/tracking.md').split('What is answered now')[1] ?? '';
  const row = (family: string): string[] => {
    const line = page.match(new RegExp(`^\\| ${family} \\| (.*) \\|$`, 'm'))?.[1] ?? '';
    return inlineCode(line).map(name => `${family}/${name}`);
  };
  const listed = ['experiments', 'runs', 'metrics', 'artifacts', 'logged-models', 'traces'].flatMap(row);
  const made = ['logged-models', 'traces']; // which the page says in words
  expect(listed.sort()).toEqual([...new Set(answered)].filter(call => !made.includes(call)).sort());
});

test('docs/training-and-evaluation.md explains every metric that completion offers', () => {
  const { $defs } = JSON.parse(read('media/modelyard.schema.json'));
  const rule = $defs.gate.anyOf.find((form: { properties: object }) => 'metric' in form.properties);
  const metrics: string[] = rule.properties.metric.examples;
  const explained = [...read('docs/training-and-evaluation.md').matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)];
  const names = explained.flatMap(([, cell]) => inlineCode(cell!));
  expect(metrics.filter(metric => !names.includes(metric))).toEqual([]);
});

describe('links', () => {
  const anchor = (heading: string): string =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
  const anchors = (file: string): string[] =>
    [...withoutFences(read(file)).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading!));

  test.each(documents)('%s leads somewhere', file => {
    const links = [...withoutFences(read(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to!);
    const broken = links.filter(link => {
      if (/^https?:/.test(link)) return false;
      const [to = '', hash] = link.split('#');
      const target = to === '' ? file : path.join(path.dirname(file), to);
      if (!existsSync(path.join(root, target))) return true;
      return hash !== undefined && !anchors(target).includes(hash);
    });
    expect(broken).toEqual([]);
  });

  test('every picture is shown, and made by the script', () => {
    const shown = pages.flatMap(file => [...read(file).matchAll(/images\/([\w-]+\.png)\)/g)].map(([, name]) => name!));
    const made = [...read('scripts/screenshots.mjs').matchAll(/^ {2}'([\w-]+\.png)':/gm)].map(([, name]) => name!);
    const kept = readdirSync(path.join(root, 'docs/images'));
    expect([...new Set(shown)].sort()).toEqual(kept.sort());
    expect(made.sort()).toEqual(kept);
  });

  test('every decision is in the index, under its own number', () => {
    const records = readdirSync(path.join(root, 'docs/decisions')).filter(name => name !== 'README.md');
    const index = read('docs/decisions/README.md');
    expect(records.filter(name => !index.includes(`[${name.slice(0, 4)}](${name})`))).toEqual([]);
    const titles = records.map(name => read(`docs/decisions/${name}`).split('\n')[0]!);
    expect(titles.map(title => title.slice(0, 7))).toEqual(records.map(name => `# ${name.slice(0, 4)} `));
  });

  test('every page can be reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const file of reached)
      for (const [, to] of read(file).matchAll(/\]\(([^)#\s]+\.md)/g)) {
        const target = path.join(path.dirname(file), to!);
        if (existsSync(path.join(root, target))) reached.add(target);
      }
    expect(documents.filter(file => !reached.has(file) && !file.startsWith('samples/'))).toEqual([]);
  });
});
