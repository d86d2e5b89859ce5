import { spawn } from 'node:child_process';

/**
 * Runs `npm ARGS` in `cwd`, quietly; its output is shown only when it fails. Never runs a package's install scripts.
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<void>}
 */
export async function npm(args, cwd) {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const child = spawn('npm', [...args, ...quiet], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let output = '';
  child.stdout.on('data', chunk => (output += chunk));
  child.stderr.on('data', chunk => (output += chunk));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`\`npm ${args.join(' ')}\` in ${cwd} ended with ${code}:\n${output.slice(-4000)}`);
}
