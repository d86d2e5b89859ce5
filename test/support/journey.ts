import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { EngineClient } from '../../engine/client/engineClient';
import type { RunOutcome } from '../../engine/cli/text/runSummary';
import type { Place, WireError } from '../../engine/protocol/errors';
import type { RunId } from '../../engine/protocol/ids';
import type { PipelineRun, StepRun } from '../../engine/protocol/pipelines';
import { bundles } from './bundles';
import { endEngine, until, version } from './workspaces';

/** What `modelyard ... --json` said and ended with. */
export interface Spoken {
  readonly code: number;
  readonly json: unknown;
}

export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunSpoken {
  readonly code: number;
  /** The error of the call, or of the run. */
  readonly error: WireError | undefined;
  readonly pipelineRun: PipelineRun;
  readonly outcome: RunOutcome;
  step(name: string): StepRun;
}

export interface Journey {
  readonly folder: string;
  readonly client: EngineClient;
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  /** The command line, as a process of its own. */
  text(...args: readonly string[]): Promise<Printed>;
  /** The same with `--json`. */
  cli(...args: readonly string[]): Promise<Spoken>;
  run(...args: readonly string[]): Promise<RunSpoken>;
  /** A run that takes nothing from earlier ones, whose step fails: exit code 1; what was done before it, and its log, are kept. Its error. */
  failure(step: string, ...args: readonly string[]): Promise<Failure>;
  /** The text that a place marks in modelyard.yaml. */
  marked(place: Place | undefined): string;
  /** What the editor shows: the marked text and what is said of it. */
  diagnostics(): Promise<readonly (readonly [string, string])[]>;
  /** The text of an artifact of a run. */
  artifact(runId: RunId, file: string): Promise<string>;
}

export interface Failure extends WireError {
  readonly run: RunSpoken;
}

/**
 * One workspace with one real engine for all tests of a file, each of which writes the files it needs. After each test
 * nothing may be left: no process, no folder of a run, no temporary file.
 */
export function journey(): Journey {
  const before = process.env['TMPDIR'];
  let room = '';
  let folder = '';
  let cliFile = '';
  let client: EngineClient | undefined;

  beforeAll(async () => {
    const built = await bundles();
    cliFile = path.join(built, 'cli.js');
    room = mkdtempSync(path.join(tmpdir(), 'mj-'));
    process.env['TMPDIR'] = room;
    folder = path.join(room, 'workspace');
    mkdirSync(folder);
    const engineFile = path.join(built, 'engine.js');
    client = await EngineClient.connect({ workspace: folder, engineFile, client: 'test', version, trusted: true });
  });
  afterEach(async () => {
    await nothingLeft(room, folder, connected().welcome.pid);
    for (const name of readdirSync(folder)) {
      if (name !== '.modelyard') rmSync(path.join(folder, name), { recursive: true, force: true });
    }
  });
  afterAll(async () => {
    client?.dispose();
    await endEngine(folder);
    rmSync(room, { recursive: true, force: true });
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });

  const connected = (): EngineClient => {
    if (client === undefined) throw new Error('The journey has not begun.');
    return client;
  };
  const text = (...args: readonly string[]): Promise<Printed> => commandLine(cliFile, [...args, '--workspace', folder]);
  const cli = async (...args: readonly string[]): Promise<Spoken> => {
    const { code, stdout } = await text(...args, '--json');
    return { code, json: JSON.parse(stdout) as unknown };
  };

  const run = async (...args: readonly string[]): Promise<RunSpoken> => parseRun(await text('run', '--json', ...args));

  return {
    get folder() {
      return folder;
    },
    get client() {
      return connected();
    },
    write: files => {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), content);
      }
    },
    text,
    cli,
    run,
    failure: async (step, ...args) => failureOf(connected(), await run('--fresh', ...args), step),
    marked: place => markedIn(readFileSync(path.join(folder, 'modelyard.yaml'), 'utf8'), place),
    diagnostics: async () => {
      const text = readFileSync(path.join(folder, 'modelyard.yaml'), 'utf8');
      const found = await connected().call('config/diagnose', {});
      return found.map(({ range: { startLine: line, startColumn: column, endLine, endColumn }, message }) => [
        markedIn(text, { file: '', line, column, endLine, endColumn }),
        message,
      ]);
    },
    artifact: async (runId, file) => (await connected().call('runs/artifact', { runId, path: file })).text ?? '',
  };
}

function markedIn(text: string, place: Place | undefined): string {
  const { line = 0, column = 1, endLine = line, endColumn = column } = place ?? {};
  const shown = text.split('\n')[line - 1] ?? '';
  return shown.slice(column - 1, endLine > line ? undefined : endColumn - 1);
}

/** The step failed as expected failures do, and nothing of the steps before it was lost. */
async function failureOf(client: EngineClient, run: RunSpoken, name: string): Promise<Failure> {
  const { error, pipelineRun } = run;
  const step = run.step(name);
  expect({ code: run.code, status: pipelineRun.status, step: step.status }, JSON.stringify(error)).toEqual({
    code: 1,
    status: 'failed',
    step: 'failed',
  });
  if (error === undefined) throw new Error('The run has failed without an error.');
  expect(step.error).toEqual(error);
  expect(error.code).not.toBe('internal');
  const before = pipelineRun.steps.slice(0, pipelineRun.steps.indexOf(step));
  expect(before.map(({ status }) => status)).toEqual(before.map(() => 'succeeded'));
  const after = pipelineRun.steps.slice(before.length + 1);
  expect(after.map(({ status }) => status)).toEqual(after.map(() => 'skipped'));
  expect(await client.call('pipelines/get', { id: pipelineRun.id })).toEqual(pipelineRun); // from the database
  const kept = await client.call('runs/get', { run: pipelineRun.runId });
  expect(kept.status).toBe('FAILED');
  const files = await client.call('runs/artifacts', { runId: pipelineRun.runId });
  expect(files.map(file => file.path)).toEqual(expect.arrayContaining(['logs', 'modelyard.yaml']));
  const limit = 1 << 16;
  const part = { id: pipelineRun.id, step: name, offset: Math.max(0, step.logSize - limit), limit };
  const { text } = await client.call('pipelines/log', part);
  // The checks that failed are said one by one instead.
  expect(
    text.includes(/^data\.(expectation|check)$/.test(error.code) ? 'error: ' : error.message),
    text.slice(-500),
  ).toBe(true);
  expect(`${error.message}\n${text.slice(-5000)}`).not.toMatch(/\n\s+at .+:\d+:\d+/); // a stack
  return { ...error, run };
}

/** One command line in a process of its own. */
export function commandLine(cliFile: string, args: readonly string[]): Promise<Printed> {
  return new Promise(resolve => {
    execFile(process.execPath, [cliFile, ...args], { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** What `modelyard run --json` said. */
export function parseRun({ code, stdout }: Printed): RunSpoken {
  const outcome = JSON.parse(stdout) as RunOutcome & { readonly error?: WireError };
  return {
    code,
    outcome,
    pipelineRun: outcome.pipelineRun,
    error: outcome.error ?? outcome.pipelineRun.error,
    step: name => {
      const found = outcome.pipelineRun.steps.find(step => step.name === name);
      if (found === undefined) throw new Error(`The run has no step ${name}.`);
      return found;
    },
  };
}

async function nothingLeft(room: string, folder: string, engine: number): Promise<void> {
  expect(readdirSync(room)).toEqual(['workspace']);
  const work = path.join(folder, '.modelyard', 'work');
  expect(existsSync(work) ? readdirSync(work) : []).toEqual([]);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  expect(files.filter(name => /tmp|partial/i.test(path.basename(name)))).toEqual([]);
  if (process.platform === 'linux') await until(() => childrenOf(engine).length === 0, 3000);
}

/** Processes that a process has started and that have not ended. */
export function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number);
}

function parentOf(name: string): number | undefined {
  try {
    return Number(/^\d+ \(.*\) [^Z] (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined; // it has just ended
  }
}
