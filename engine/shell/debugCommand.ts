import type { DebugRuntime } from '../protocol/debug';
import { shellWords } from './shellWords';

/** A command that a debugger can start in place of a shell. */
export interface DebugCommand {
  readonly runtime: DebugRuntime;
  /** As it is written: a name that is looked for on the PATH, or a path. */
  readonly program: string;
  /** Variables that stand before it. */
  readonly env: Readonly<Record<string, string>>;
  readonly runtimeArgs: readonly string[];
  /** As it is written, relative to where it runs. */
  readonly target: { readonly file: string } | { readonly module: string };
  readonly args: readonly string[];
}

/** Options of the runtimes that take the next word. */
const withValue = {
  python: ['-W', '-X', '--check-hash-based-pycs'],
  node: ['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions', '--env-file'],
} as const;

/**
 * Understands `python x.py …`, `python -m module …` and `node x.js …`, with options of the runtime and variables before
 * them; of anything else, why it cannot be debugged.
 */
export function debugCommand(command: string, platform?: NodeJS.Platform): DebugCommand | { readonly refused: string } {
  const split = shellWords(command, platform);
  if ('shell' in split)
    return { refused: split.shell === '\n' ? 'it is more than one command' : `\`${split.shell}\` needs a shell` };
  const isAssignment = (word: string): boolean => platform !== 'win32' && /^[A-Za-z_]\w*=/.test(word);
  const begin = split.words.findIndex(word => !isAssignment(word));
  const [program, ...rest] = begin < 0 ? [] : split.words.slice(begin);
  if (program === undefined) return { refused: 'it starts no program' };
  const runtime = runtimeOf(program);
  if (runtime === undefined) return { refused: `\`${program}\` is neither Python nor Node` };
  const env = Object.fromEntries(
    split.words.slice(0, begin).map(word => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
  const parts = partsOf(runtime, rest);
  return 'refused' in parts ? parts : { runtime, program, env, ...parts };
}

function runtimeOf(program: string): DebugRuntime | undefined {
  const name = (program.split(/[\\/]/).at(-1) ?? '').toLowerCase().replace(/\.exe$/, '');
  if (/^python(?:\d+(?:\.\d+)*)?$/.test(name)) return 'python';
  return name === 'node' || name === 'nodejs' ? 'node' : undefined;
}

function partsOf(
  runtime: DebugRuntime,
  words: readonly string[],
): Pick<DebugCommand, 'runtimeArgs' | 'target' | 'args'> | { readonly refused: string } {
  const takesNext = new Set<string>(withValue[runtime]);
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? '';
    const next = words[at + 1];
    if (runtime === 'python' && word === '-m' && next !== undefined)
      return { runtimeArgs: words.slice(0, at), target: { module: next }, args: words.slice(at + 2) };
    if (!word.startsWith('-')) break;
    if (isNoScript[runtime].test(word)) return { refused: `\`${word}\` runs no file` };
    if (takesNext.has(word)) at++;
  }
  const file = words[at];
  if (file === undefined) return { refused: 'it names no file' };
  return { runtimeArgs: words.slice(0, at), target: { file }, args: words.slice(at + 1) };
}

/** `-c` and `-e` have their code in the command, `-` on the console, the others do something else altogether. */
const isNoScript = {
  python: /^-(?:c.*|$|-version|V+|h|-help.*)$/,
  node: /^(?:-|-[ep].*|-c|--(?:eval|print|check|test|run|version|help|interactive)(?:=.*)?|-[hiv])$/,
} as const;
