import { Worker } from 'node:worker_threads';

/**
 * Ends this process when its parent has died, also while its own thread is deep in a computation and hears nothing:
 * a thread of its own looks. The parent's death otherwise shows as a closed IPC channel, which is noticed at once.
 */
export function endWithParent(interval = 500): void {
  const watch = `
    const parent = ${process.ppid};
    setInterval(() => {
      try { process.kill(parent, 0); if (process.ppid === parent) return; } catch (error) { if (error.code === 'EPERM') return; }
      process.kill(process.pid, 'SIGKILL');
    }, ${interval});`;
  new Worker(watch, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
}
