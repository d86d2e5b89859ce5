import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as esbuild from 'esbuild';
import { writeCsv } from './dataFile';
import { ruleSets } from './ruleSets';

const rows = 1_000_000;
const run = promisify(execFile);

interface Measured {
  readonly rows: number;
  readonly seconds: number;
  /** Processor seconds: what counts on a machine that others use as well. */
  readonly cpu: number;
  readonly rssMb: number;
}

/** A CSV of a million rows and 20 columns: profiled and checked, beside reading its bytes and beside csv-parse. */
export async function bench(report: (line: string) => void): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'modelyard-bench-'));
  try {
    const file = path.join(folder, 'data.csv');
    const child = path.join(folder, 'child.cjs');
    await writeCsv(file, rows);
    await esbuild.build({
      entryPoints: [path.resolve('test/bench/dataChild.ts')],
      outfile: child,
      bundle: true,
      platform: 'node',
      logLevel: 'error',
    });
    const mb = (await stat(file)).size / 1e6;
    report(`data: ${rows.toLocaleString('en-US')} rows x 20 columns, ${mb.toFixed(0)} MB`);
    const measure = async (what: string): Promise<Measured> => {
      const { stdout } = await run(process.execPath, [child, what, file]);
      return JSON.parse(stdout) as Measured;
    };
    const limit = await measure('bytes');
    const line = (name: string, { seconds, cpu, rssMb }: Measured) =>
      report(
        `  ${name.padEnd(44)} ${seconds.toFixed(2).padStart(6)} s ${(mb / seconds).toFixed(0).padStart(5)} MB/s ` +
          `${cpu.toFixed(2).padStart(6)} CPU s ${rssMb.toFixed(0).padStart(5)} MB RSS  ${(cpu / limit.cpu).toFixed(1)} x the bytes`,
      );
    line('the bytes and their sha-256 (physical limit)', limit);
    line('rows and cells found', await measure('split'));
    const validated = await measure('validate');
    line('digest, types, profile, 9 checks (validate)', validated);
    line('read whole into columns (readFrame)', await measure('frame'));
    const peer = await measure('csv-parse');
    line('csv-parse: rows of strings, nothing else', peer);
    report(`  validate takes ${(validated.cpu / peer.cpu).toFixed(2)} of the processor time of bare csv-parse`);
    report(`  peak memory of validate: ${validated.rssMb.toFixed(0)} MB (bound: 512 MB)`);
    await benchRules(report, { folder, child });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Kinds of expectations over a million rows and 25 columns, each beside a reading without any. */
async function benchRules(
  report: (line: string) => void,
  { folder, child }: { readonly folder: string; readonly child: string },
): Promise<void> {
  const file = path.join(folder, 'wide.csv');
  await writeCsv(file, rows, true);
  const mb = (await stat(file)).size / 1e6;
  report(`expectations: ${rows.toLocaleString('en-US')} rows x 25 columns, ${mb.toFixed(0)} MB`);
  for (const name of Object.keys(ruleSets)) {
    const { stdout } = await run(process.execPath, [child, name, file]);
    const { cpu, rssMb } = JSON.parse(stdout) as Measured;
    report(`  ${name.padEnd(48)} ${cpu.toFixed(2).padStart(6)} CPU s ${rssMb.toFixed(0).padStart(5)} MB RSS`);
  }
}
