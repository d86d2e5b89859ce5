import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Whether some process (not this one) has the mark in its command line. */
export function isRunning(mark: string): boolean {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name) && name !== String(process.pid))
      .some(pid => commandLine(pid).includes(mark));
  }
  return execFileSync('ps', ['-Axww', '-o', 'command='], { encoding: 'utf8' }).includes(mark);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
