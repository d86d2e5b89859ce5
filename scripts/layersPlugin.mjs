/** The bundler's half of the import rules in scripts/layers.mjs: what breaks one, or closes a cycle, is not built. */
import path from 'node:path';
import { brokenRule } from './layers.mjs';

/**
 * @param {string} root the folder that the rules speak of
 * @returns {import('esbuild').Plugin}
 */
export const layersPlugin = root => ({
  name: 'layers',
  setup(build) {
    const imports = new Map();
    const fromRoot = file => path.relative(root, file).split(path.sep).join('/');
    build.onStart(() => imports.clear());
    build.onResolve({ filter: /.*/ }, async args => {
      if (args.pluginData === 'resolved' || args.kind === 'entry-point' || args.importer.includes('node_modules'))
        return;
      const importer = fromRoot(args.importer);
      const packageRule = brokenRule(importer, args.path);
      if (packageRule) return { errors: [{ text: packageRule }] };
      if (!args.path.startsWith('.')) return;
      const found = await build.resolve(args.path, {
        kind: args.kind,
        resolveDir: args.resolveDir,
        importer: args.importer,
        pluginData: 'resolved',
      });
      if (found.errors.length > 0) return found;
      const imported = fromRoot(found.path);
      imports.set(importer, [...(imports.get(importer) ?? []), imported]);
      const rule = brokenRule(importer, imported);
      return rule ? { errors: [{ text: rule }] } : found;
    });
    build.onEnd(() => {
      const cycle = findCycle(imports);
      if (cycle) return { errors: [{ text: `These files import each other in a circle: ${cycle.join(' → ')}` }] };
    });
  },
});

/**
 * The first circle of imports, its first file again at the end.
 * @param {ReadonlyMap<string, readonly string[]>} imports file -> the files it imports
 * @returns {string[] | undefined}
 */
export function findCycle(imports) {
  const done = new Set();
  const trail = [];
  const visit = file => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return undefined;
    trail.push(file);
    for (const imported of imports.get(file) ?? []) {
      const cycle = visit(imported);
      if (cycle) return cycle;
    }
    trail.pop();
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return undefined;
}
