/** What tests started and did not end: found by a variable in the environment, which every child inherits. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The processes that carry the variable (Linux only; elsewhere none are seen).
 * @param {string} name
 * @param {string} value
 * @returns {Promise<{ pid: number; command: string }[]>}
 */
export async function markedProcesses(name, value) {
  const pids = (await readdir('/proc').catch(() => [])).filter(
    name => /^\d+$/.test(name) && Number(name) !== process.pid,
  );
  const found = await Promise.all(
    pids.map(async pid => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (!environment.split('\0').includes(`${name}=${value}`)) return undefined;
      const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0').join(' ').trim();
      return command ? { pid: Number(pid), command } : undefined; // a zombie has no command line
    }),
  );
  return found.filter(process => process !== undefined);
}

/**
 * Waits until no process carries the variable; ends those that are still there after `patience` ms.
 * @param {string} name
 * @param {string} value
 * @param {number} patience ms
 * @returns {Promise<string[]>} the command lines of those that had to be ended
 */
export async function endMarked(name, value, patience) {
  const end = Date.now() + patience;
  for (;;) {
    const alive = await markedProcesses(name, value);
    if (alive.length === 0) return [];
    if (Date.now() > end) {
      for (const { pid } of alive) kill(pid);
      return alive.map(({ command }) => command);
    }
    await sleep(100);
  }
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ended in between
  }
}
