import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as esbuild from 'esbuild';
import * as v from 'valibot';

/** A Python with duckdb, pyarrow and pandas, which makes the data and does the same; with feast, so does Feast. */
const python = process.env['MODELYARD_BENCH_FEAST'];
/** All is measured so often, in turns: what else the machine does falls on all alike. */
const rounds = 3;
const run = promisify(execFile);

/** CPU seconds of a whole process with its start, and the most memory that it had, MB. */
const measured = v.pipe(v.string(), v.parseJson(), v.object({ cpu: v.number(), memory: v.number() }));
type Measured = v.InferOutput<typeof measured>;
type Run = () => Promise<Measured>;

/** The point-in-time join from Parquet files to a Parquet file, and windows, beside DuckDB and Feast. */
export async function bench(report: (line: string) => void): Promise<void> {
  if (python === undefined) {
    report('MODELYARD_BENCH_FEAST=PYTHON makes the data with the Python there, and compares with DuckDB and Feast');
    return;
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'modelyard-bench-'));
  try {
    const child = path.join(folder, 'child.cjs');
    await esbuild.build({
      ...{ entryPoints: [path.resolve('test/bench/featuresChild.ts')], outfile: child },
      ...{ bundle: true, minify: true, platform: 'node', logLevel: 'error' },
    });
    const script = path.resolve('test/bench/features.py');
    const peer = async (...words: string[]): Promise<Measured> => {
      const { stdout } = await run(python, [script, ...words], { maxBuffer: 1 << 26 });
      return v.parse(measured, stdout.trim().split('\n').at(-1));
    };
    const ours = async (...words: string[]): Promise<Measured> =>
      v.parse(measured, (await run(process.execPath, [child, ...words])).stdout);
    for (const rows of [1_000_000, 10_000_000]) {
      const data = path.join(folder, String(rows));
      await mkdir(data);
      await peer('make', data, String(rows), '100000');
      report(
        `features: 100,000 rows that ask, ${rows.toLocaleString('en-US')} rows of 10,000 keys, 2 % late corrections`,
      );
      const runs: Record<string, Run> = {
        'ours, by what was known': () => ours(data, 'join'),
        'DuckDB, ASOF, ties by created': () => peer('duckdb', data),
        'ours, count, sum and mean of 30 days': () => ours(data, 'windows'),
        'DuckDB, the same windows': () => peer('windows', data),
        ...(rows === 1_000_000 && {
          'Feast, its DuckDB store': () => peer('feast', data, 'duckdb'),
          'Feast, its default store': () => peer('feast', data, 'file'),
        }),
      };
      await compare(runs, report);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Medians of all runs, and their ratio to the first one's. */
async function compare(runs: Record<string, Run>, report: (line: string) => void): Promise<void> {
  const found = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round++)
    for (const [name, one] of Object.entries(runs)) {
      if (name.startsWith('Feast') && round > 0) continue; // slow, and not close
      const measuredNow = await one().catch(() => undefined);
      if (measuredNow) found.set(name, [...(found.get(name) ?? []), measuredNow]);
    }
  const [first] = found.values();
  for (const [name, list] of found) {
    const [cpu, memory] = [median(list, 'cpu'), median(list, 'memory')];
    report(
      `  ${name.padEnd(40)} ${cpu.toFixed(2).padStart(6)} CPU s ${memory.toFixed(0).padStart(5)} MB` +
        `  ${(cpu / median(first!, 'cpu')).toFixed(2).padStart(6)} x the CPU`,
    );
  }
}

const median = (list: readonly Measured[], key: keyof Measured): number =>
  list.map(one => one[key]).sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
