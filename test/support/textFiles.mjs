import { readFileSync } from 'node:fs';

/** Files the bundles carry as text are text in the tests as well. */
export const textFiles = {
  name: 'text',
  enforce: 'pre',
  load: id => (/\.sql$/.test(id) ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))}` : undefined),
};
