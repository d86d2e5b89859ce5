import type { ChildProcess } from 'node:child_process';
import { execFile } from 'node:child_process';

/**
 * Ends a child and everything it has started. On POSIX the child leads a process group of its own (`detached: true`),
 * which outlives it while a grandchild does; on Windows `taskkill /T` walks the tree.
 */
export function killTree(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    execFile('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true }, () => undefined);
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** How long a process may take to end by itself after SIGTERM. */
const graceMs = 2000;

/** Asks the tree to end, and makes it after the grace time; cleared when nothing of it is left to kill. */
export function endTree(child: ChildProcess): void {
  killTree(child, 'SIGTERM');
  const timer = setTimeout(() => killTree(child, 'SIGKILL'), graceMs);
  timer.unref();
  child.once('close', () => {
    clearTimeout(timer);
    killTree(child, 'SIGKILL');
  });
}
