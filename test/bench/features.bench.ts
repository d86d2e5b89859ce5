import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as esbuild from 'esbuild';
import * as v from 'valibot';
import { writeAsked, writeSource } from './featureSource';

/** A Python that may have duckdb and feast. */
const python = process.env['MODELYARD_PYTHON'] ?? 'python3';
/** All is measured so often, in turns: what else the machine does falls on all alike. */
const rounds = 3;
const run = promisify(execFile);

/** CPU seconds of a whole process with its start and without, and the most memory that it had, MB. */
const measured = v.pipe(v.string(), v.parseJson(), v.object({ cpu: v.number(), work: v.number(), memory: v.number() }));
type Measured = v.InferOutput<typeof measured>;
type Run = () => Promise<Measured>;

/** The point-in-time join from Parquet files to a Parquet file, and windows, beside DuckDB and Feast. */
export async function bench(report: (line: string) => void): Promise<void> {
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
    const has = async (module: string): Promise<boolean> => {
      const isThere = await run(python, [script, 'has', module]).then(() => true, () => false); // prettier-ignore
      if (!isThere) report(`${python} has no ${module} (set MODELYARD_PYTHON)`);
      return isThere;
    };
    const [hasDuckdb, hasFeast] = [await has('duckdb'), await has('feast')];
    const ours = async (...words: string[]): Promise<Measured> =>
      v.parse(measured, (await run(process.execPath, [child, ...words])).stdout);
    for (const rows of [1_000_000, 10_000_000]) {
      const data = path.join(folder, String(rows));
      await mkdir(data);
      const shape = { keys: 10_000, from: Date.UTC(2024, 0) * 1000, to: Date.UTC(2025, 0) * 1000 };
      await writeSource(data, { ...shape, rows, features: ['a', 'b', 'c'], corrected: 50 });
      await writeAsked(data, { ...shape, rows: 100_000 });
      report(
        `features: 100,000 rows that ask, ${rows.toLocaleString('en-US')} rows of 10,000 keys, 2 % late corrections`,
      );
      const runs: Record<string, Run> = {
        'ours, by what was known': () => ours(data, 'join'),
        ...(hasDuckdb && { 'DuckDB, ASOF, ties by created': () => peer('duckdb', data) }),
        'ours, count, sum and mean of 30 days': () => ours(data, 'windows'),
        ...(hasDuckdb && { 'DuckDB, the same windows': () => peer('windows', data) }),
        ...(hasFeast &&
          rows === 1_000_000 && {
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
      found.set(name, [...(found.get(name) ?? []), await one()]);
    }
  const [first] = found.values();
  for (const [name, list] of found) {
    const [cpu, work, memory] = [median(list, 'cpu'), median(list, 'work'), median(list, 'memory')];
    report(
      `  ${name.padEnd(40)} ${cpu.toFixed(2).padStart(6)} CPU s, ${work.toFixed(2).padStart(6)} without its start` +
        ` ${(work / median(first!, 'work')).toFixed(2).padStart(6)} x, ${memory.toFixed(0).padStart(5)} MB`,
    );
  }
}

const median = (list: readonly Measured[], key: keyof Measured): number =>
  list.map(one => one[key]).sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
