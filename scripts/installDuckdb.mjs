import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npm } from '../test/host/npm.mjs';
import { cache } from '../test/host/paths.mjs';

const name = '@duckdb/node-api';
const version = '1.5.6-r.1';

/**
 * Brings DuckDB where the registry is within reach, and tells the tests where it is. It is no dependency of the checkout: 70 MB,
 * another program for each system. The tests that want it say by themselves when it is not there.
 */
export async function installDuckdb(log) {
  if (process.env.MODELYARD_TEST_DUCKDB) return;
  const folder = path.join(cache, 'duckdb');
  try {
    if ((await installed(folder)) !== version) {
      log(`${name} ${version} …`);
      await mkdir(folder, { recursive: true });
      await writeFile(
        path.join(folder, 'package.json'),
        JSON.stringify({ private: true, dependencies: { [name]: version } }),
      );
      await npm(['install'], folder);
    }
    process.env.MODELYARD_TEST_DUCKDB = folder;
  } catch (error) {
    log(`${name} cannot be installed: ${error.message.split('\n')[0]}`);
  }
}

const installed = async folder => {
  const file = await readFile(path.join(folder, 'node_modules', name, 'package.json'), 'utf8').catch(() => '{}');
  return JSON.parse(file).version;
};
