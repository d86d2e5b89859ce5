import { Worker } from 'node:worker_threads';

/** The environment variable by which children know their engine, also when it died before they had begun. */
const engineVariable = 'MODELYARD_ENGINE_PID';

/** In the engine: children will end with this process. */
export function announceEngine(): void {
  process.env[engineVariable] = String(process.pid);
}

/**
 * In a child: ends this process when its engine has died, also while its own thread is deep in a computation and hears
 * nothing: a thread of its own looks. Otherwise the engine's death shows as a closed IPC channel, and is noticed at once.
 */
export function endWithEngine(interval = 500): void {
  const engine = Number(process.env[engineVariable] ?? process.ppid);
  if (engine !== process.ppid) process.exit(1); // it had gone before we began
  const watch = `
    const engine = ${engine};
    setInterval(() => {
      try {
        process.kill(engine, 0);
        if (process.ppid === engine) return;
      } catch (error) {
        if (error.code === 'EPERM') return;
      }
      process.kill(process.pid, 'SIGKILL');
    }, ${interval});`;
  new Worker(watch, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
}
