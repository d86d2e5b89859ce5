import { readFileSync } from 'node:fs';
import { assemble } from '../../scripts/wat.mjs';

/** Files that the bundles carry as text or as bytes are the same in the tests. */
export const textFiles = {
  name: 'text',
  enforce: 'pre',
  async load(id) {
    if (/\.sql$/.test(id)) return `export default ${JSON.stringify(readFileSync(id, 'utf8'))}`;
    if (!/\.wat$/.test(id)) return undefined;
    const base64 = Buffer.from(await assemble(id)).toString('base64');
    return `export default new Uint8Array(Buffer.from('${base64}', 'base64'))`;
  },
};
