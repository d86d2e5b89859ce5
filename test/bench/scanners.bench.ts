import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { placesOf, scanPlaces } from '../../engine/security/scan/scanPaths';
import { maliciousSamples } from '../engine/security/corpus/malicious';

/** A Python with modelscan, picklescan and fickling, to see what they say of the same files. */
const python = process.env['MODELYARD_BENCH_SCANNERS'];
/** A folder of benign models, to see that none is held back. */
const benign = process.env['MODELYARD_BENCH_BENIGN'];

const peers = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    files: v.record(v.string(), v.record(v.string(), v.string())),
    seconds: v.record(v.string(), v.number()),
  }),
);

/** What is found in files made to do harm, beside other scanners; and what large files cost. */
export function bench(report: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'modelyard-scanners-'));
  try {
    for (const { file, bytes } of maliciousSamples) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), bytes);
    }
    malicious(folder, report);
    if (benign !== undefined) {
      const found = scanPlaces(placesOf([benign], folder));
      const passed = found.files.filter(({ verdict }) => verdict === 'pass').length;
      report(`benign: ${passed} of ${found.files.length} pass`);
      for (const { file, sentence } of found.findings) report(`  ${file}: ${sentence}`);
    }
    large(report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return Promise.resolve();
}

function malicious(folder: string, report: (line: string) => void): void {
  const started = performance.now();
  const { files } = scanPlaces(placesOf(['.'], folder));
  const ours = new Map(files.map(({ file, verdict }) => [file, verdict]));
  const caught = files.filter(({ verdict }) => verdict !== 'pass').length;
  report(`malicious: ours ${caught} of ${files.length} in ${Math.round(performance.now() - started)} ms`);
  if (python === undefined) {
    report('MODELYARD_BENCH_SCANNERS=PYTHON compares with modelscan, picklescan and fickling there');
    return;
  }
  const script = path.join(process.cwd(), 'test/bench/scanners.py');
  const told = v.parse(peers, execFileSync(python, [script, folder], { encoding: 'utf8', maxBuffer: 1 << 26 }));
  for (const tool of Object.keys(told.seconds)) {
    const words = Object.entries(told.files).map(([file, byTool]) => ({ file, word: byTool[tool] ?? '' }));
    const theirs = words.filter(({ word }) => word === 'caught');
    const missed = theirs.filter(({ file }) => ours.get(file) === 'pass').map(({ file }) => file);
    report(
      `malicious: ${tool} ${theirs.length} of ${words.length}; of these ours misses ${missed.length} ${missed.join(' ')}`,
    );
  }
}

function large(report: (line: string) => void): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'modelyard-large-'));
  try {
    for (const [name, size] of [
      ['five-gigabytes.bin', 5 * 2 ** 30],
      ['five-gigabytes.pkl', 5 * 2 ** 30],
    ] as const) {
      writeFileSync(path.join(folder, name), '');
      truncateSync(path.join(folder, name), size);
    }
    const list = Buffer.concat([
      Buffer.from('\x80\x04(', 'latin1'),
      Buffer.alloc(100_000_000, 'K\x01'),
      Buffer.from('t.'),
    ]);
    writeFileSync(path.join(folder, 'hundred-megabytes.pkl'), list);
    for (const name of ['five-gigabytes.bin', 'five-gigabytes.pkl', 'hundred-megabytes.pkl']) {
      const started = performance.now();
      const { verdict } = scanPlaces(placesOf([name], folder));
      report(`${name}: ${verdict} in ${Math.round(performance.now() - started)} ms, ${memory()} MB resident`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The most that this process has had. */
const memory = (): number =>
  Math.round(
    process.platform === 'linux'
      ? Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1000
      : process.memoryUsage().rss / 1e6,
  );
