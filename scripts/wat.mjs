/** Texts of WebAssembly (.wat) become the modules they stand for: for the bundles, the tests and the benchmarks. */
import { readFile } from 'node:fs/promises';
import wabt from 'wabt';

/**
 * @param {string} file
 * @returns {Promise<Uint8Array>}
 */
export async function assemble(file) {
  const toolkit = await wabt();
  const module = toolkit.parseWat(file, await readFile(file, 'utf8'), { bulk_memory: true, threads: true });
  try {
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}

/** @type {import('esbuild').Plugin} */
export const watPlugin = {
  name: 'wat',
  setup(build) {
    build.onLoad({ filter: /\.wat$/ }, async ({ path }) => ({ contents: await assemble(path), loader: 'binary' }));
  },
};
