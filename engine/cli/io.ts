import { createInterface } from 'node:readline/promises';

/** What a command line has of its surroundings; tests hand in another. */
export interface Io {
  readonly cwd: string;
  /** The result, for people or as JSON. */
  readonly out: (text: string) => void;
  /** Progress and errors. */
  readonly err: (text: string) => void;
  /** Whether lines on stderr can be drawn again. */
  readonly isLive: boolean;
  readonly color: { readonly out: boolean; readonly err: boolean };
  /** Columns of the terminal. */
  readonly width: number;
  /** Asks for a yes; absent: nobody is there to answer. */
  readonly ask?: (question: string) => Promise<boolean>;
  /** Its lines; absent: not known. */
  readonly height?: number;
}

const usualWidth = 100;
const leastWidth = 40;

export function nodeIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedPipe);
  // https://no-color.org: set and not empty
  const mayColor = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return {
    cwd: process.cwd(),
    out: text => void stdout.write(text),
    err: text => void stderr.write(text),
    isLive: stderr.isTTY && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '',
    color: { out: mayColor && stdout.isTTY, err: mayColor && stderr.isTTY },
    ...(stdin.isTTY && stderr.isTTY && { ask: yesOrNo }),
    ...(stderr.isTTY && stderr.rows > 0 && { height: stderr.rows }),
    width: stderr.isTTY && stderr.columns > 0 ? Math.max(leastWidth, stderr.columns) : usualWidth,
  };
}

/** Only a typed yes is one; the end of the input is a no. */
async function yesOrNo(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new AbortController();
  lines.once('close', () => ended.abort());
  try {
    return /^y(?:es)?$/i.test((await lines.question(`${question} [y/N] `, { signal: ended.signal })).trim());
  } catch (error) {
    if (ended.signal.aborted) return false;
    throw error;
  } finally {
    lines.close();
  }
}

/** Who reads may have seen enough, as `head` has; what was asked for is done all the same. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
