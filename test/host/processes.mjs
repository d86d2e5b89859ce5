/** What tests started and did not end, found through /proc: on Linux only; elsewhere nothing is seen. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {{ pid: number; command: string; environment: readonly string[] }} Process
 * @typedef {(process: Process) => boolean} Test
 */

/**
 * Those with a variable in their environment, which every child inherits.
 * @type {(name: string, value: string) => Test}
 */
export const carries =
  (name, value) =>
  ({ environment }) =>
    environment.includes(`${name}=${value}`);

/**
 * Those with a text, e.g. a folder, in their command line.
 * @type {(text: string) => Test}
 */
export const names =
  text =>
  ({ command }) =>
    command.includes(text);

/**
 * Waits until the processes that pass the test have ended; ends those that are still there after `patience` ms.
 * @param {Test} test
 * @param {number} patience ms
 * @returns {Promise<string[]>} the command lines of those that had to be ended
 */
export async function untilGone(test, patience) {
  const end = Date.now() + patience;
  for (;;) {
    const alive = (await processes()).filter(test);
    if (alive.length === 0) return [];
    if (Date.now() > end) {
      for (const { pid } of alive) signal(pid, 'SIGKILL');
      return alive.map(({ command }) => command);
    }
    await sleep(100);
  }
}

/**
 * Asks the processes that pass the test to end.
 * @param {Test} test
 */
export async function askToEnd(test) {
  for (const { pid } of (await processes()).filter(test)) signal(pid, 'SIGTERM');
}

/**
 * All but ourselves, and but those that have ended and only wait for their parent: they have no command line.
 * @returns {Promise<Process[]>}
 */
export async function processes() {
  const pids = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name)).map(Number);
  const read = async (pid, file) => (await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')).split('\0');
  const all = await Promise.all(
    pids.map(async pid => ({
      pid,
      command: (await read(pid, 'cmdline')).join(' ').trim(),
      environment: await read(pid, 'environ'),
    })),
  );
  return all.filter(({ pid, command }) => pid !== process.pid && command !== '');
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // ended in between
  }
}
