import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Brings Debian's redis-server where it may be brought; the tests that want a real one say by themselves when there is none.
 */
export async function installRedis(log) {
  if (await works('redis-server', '--version')) return;
  if (process.getuid?.() !== 0 || !(await works('apt-get', '--version'))) return;
  log('no redis-server found: installing the Debian package redis-server');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update', '-q'], { env, maxBuffer: 2 ** 26 });
    const install = ['install', '-y', '-q', '--no-install-recommends', 'redis-server'];
    await run('apt-get', install, { env, maxBuffer: 2 ** 26 });
  } catch (error) {
    log(`redis-server cannot be installed: ${error.message.split('\n')[0]}`);
  }
}

const works = (program, ...args) =>
  run(program, args).then(
    () => true,
    () => false,
  );
