/**
 * Entry of a process on a node of a cluster that measures trials of a study, one after the other: takes them as lines of
 * JSON on stdin, runs each in a child process of its own, and says how they go as lines of JSON on stdout. Ends with stdin.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { toWireError } from '../errors';
import { runChildJob } from '../pipelines/step/childProcess';
import { parseJob } from './jobSchema';
import { parseLetter, parseStudy } from './trialLetters';

const home = process.cwd();
const here = (file: string): string => path.resolve(home, file);
const study = parseStudy(readFileSync(here('study.json'), 'utf8'));
const running = new Map<number, AbortController>();

/** JSON has no NaN. */
const say = (message: object): void =>
  void process.stdout.write(
    `${JSON.stringify(message, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))}\n`,
  );

async function measure(n: number, { name, with: options }: { readonly name: string; readonly with: unknown }) {
  const abort = new AbortController();
  running.set(n, abort);
  const workDir = here(path.join('work', `${process.pid}-${n}`));
  const log = {
    write: (text: string | Uint8Array) => {
      for (const line of Buffer.from(text).toString().trimEnd().split('\n'))
        say({ type: 'log', line: `${name}: ${line}` });
    },
  };
  try {
    mkdirSync(workDir, { recursive: true });
    const job = parseJob({
      uses: 'trial',
      with: options,
      step: study.step,
      workspace: home,
      workDir,
      inputs: study.inputs.map(input => ({ ...input, path: here(input.path) })),
      datasets: study.datasets.map(dataset => ({ ...dataset, path: here(dataset.path), root: home })),
    });
    const result = await runChildJob(
      {
        jobFile: path.join(__dirname, 'job.js'),
        job,
        log,
        onMessage: message => {
          if (message.type === 'metric') say({ ...message, n });
        },
      },
      abort.signal,
    );
    say({ n, type: 'done', result });
  } catch (error) {
    say({ n, type: 'failed', error: toWireError(error) });
  } finally {
    running.delete(n);
    rmSync(workDir, { recursive: true, force: true });
  }
}

const lines = createInterface({ input: process.stdin });
lines.on('line', line => {
  const letter = parseLetter(line);
  if (letter === undefined) say({ type: 'log', line: 'A letter that cannot be read was left out.' });
  else if ('cancel' in letter) running.get(letter.n)?.abort();
  else void measure(letter.n, letter);
});
lines.on('close', () => {
  for (const abort of running.values()) abort.abort();
  setTimeout(() => process.exit(0), running.size === 0 ? 0 : 2_000);
});
