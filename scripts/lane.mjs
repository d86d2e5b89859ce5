/** One lane of `npm test`: a few programs, one after the other, with their output kept together. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './checkout.mjs';

const patience = 25 * 60_000; // ms for one program: it ends what hangs
/** The programs that run now, to be ended when we are. */
const running = new Set();

/** Ends what the lanes run, with all that it started. */
export function endLanes() {
  for (const child of running) endGroup(child);
}

/**
 * @typedef {object} Lane
 * @property {string} name
 * @property {readonly (readonly string[])[]} commands each ends well with exit code 0; the first that does not, ends the lane
 * @property {boolean} [isPatient] gives way to the lanes beside it
 * @property {string} [counts] the file (below the root) in which the tests are counted; without one the lane counts as one test
 */
/**
 * @param {Lane} lane
 * @param {Readonly<Record<string, string>>} env
 * @returns {Promise<{ name: string; ok: boolean; seconds: number; output: string; passed: number; failed: number; skipped: { test: string; reason: string }[] }>}
 */
export async function runLane({ name, commands, counts, isPatient = false }, env) {
  const start = performance.now();
  const countFile = counts === undefined ? undefined : path.join(root, counts);
  const own = { ...env, MODELYARD_LANE: name, ...(countFile && { MODELYARD_COUNTS: countFile }) };
  if (countFile) rmSync(countFile, { force: true });
  let output = '';
  let code = 0;
  for (const command of commands) {
    const done = await runProgram(command, { env: own, isPatient });
    output += done.output;
    code = done.code;
    if (code !== 0) break;
  }
  const seconds = (performance.now() - start) / 1000;
  return { name, seconds, output, ...verdict(code, countFile) };
}

/** A lane that crashed, or that ran no test at all, has failed, whatever it counted. */
function verdict(code, countFile) {
  const ok = code === 0;
  if (countFile === undefined) return { ok, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: [] };
  const { passed = 0, failed = 0, skipped = [] } = readCounts(countFile);
  const crashed = failed === 0 && (!ok || passed === 0);
  return { ok: ok && failed === 0 && !crashed, passed, failed: crashed ? 1 : failed, skipped };
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {}; // it ended before it could count
  }
}

function runProgram([program, ...args], { env, isPatient }) {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32', // a group of its own, so that all of it can be ended
  });
  running.add(child);
  if (isPatient && child.pid !== undefined) os.setPriority(child.pid, os.constants.priority.PRIORITY_LOW);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text));
  const timer = setTimeout(() => {
    output += `\nended: it took longer than ${patience / 60_000} minutes\n`;
    endGroup(child);
  }, patience);
  return new Promise(resolve => {
    const end = code => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, output });
    };
    child.once('error', error => {
      output += `${error.message}\n`;
      end(1);
    });
    child.once('close', (code, signal) => {
      if (signal) output += `\nended by ${signal}\n`;
      end(code ?? 1);
    });
  });
}

function endGroup(child) {
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
}
