/** What a step of a pipeline costs beside its process: a chain of commands that do nothing, beside the bare commands and the disk. */
import { spawn } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EngineClient } from '../../engine/client/engineClient';
import packageJson from '../../package.json';

type Report = (line: string) => void;
const engineFile = path.resolve('dist/engine.js');
const steps = 100;
const rounds = 3;
const syncs = 300;

export async function bench(report: Report): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'modelyard-bench-'));
  try {
    const chain = Array.from(
      { length: steps },
      (_, i) => `      s${i}: {run: 'true'${i > 0 ? `, needs: s${i - 1}` : ''}}`,
    );
    writeFileSync(
      path.join(folder, 'modelyard.yaml'),
      ['name: chain', 'tracking: {system_metrics: false}', 'pipelines:', '  p:', '    steps:', ...chain, ''].join('\n'),
    );
    const { version } = packageJson;
    const client = await EngineClient.connect({
      workspace: folder,
      engineFile,
      client: 'test',
      version,
      trusted: true,
    });
    await client.call('pipelines/run', { pipeline: 'p' }); // the engine is warm
    for (let round = 0; round < rounds; round++) {
      const { startedAt, endedAt = startedAt, status } = await client.call('pipelines/run', { pipeline: 'p' });
      if (status !== 'succeeded') throw new Error(`The run ${status}.`);
      const step = (endedAt - startedAt) / steps;
      const bare = await bareCommands();
      const disk = syncTime(folder);
      report(
        `steps: ${step.toFixed(1)} ms a step, ${bare.toFixed(1)} ms its bare process: ${(step - bare).toFixed(1)} ms more; one fdatasync ${disk.toFixed(2)} ms`,
      );
    }
    await client.call('engine/stop', { now: true });
    await new Promise<void>(resolve => client.onState(() => resolve()));
    client.dispose();
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** ms for one command, started and waited for as Node does. */
async function bareCommands(): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < steps; i++)
    await new Promise(resolve => spawn('true', { shell: true, stdio: 'pipe' }).on('close', resolve));
  return (performance.now() - start) / steps;
}

/** ms for one small write that has reached the disk. */
function syncTime(folder: string): number {
  const file = openSync(path.join(folder, 'disk'), 'w');
  const start = performance.now();
  for (let i = 0; i < syncs; i++) {
    writeSync(file, Buffer.alloc(4096));
    fdatasyncSync(file);
  }
  const time = (performance.now() - start) / syncs;
  closeSync(file);
  return time;
}
