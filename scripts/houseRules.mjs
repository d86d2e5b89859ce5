/** The linter's half of the import rules in scripts/layers.mjs, as a plugin of rules of our own. */
import path from 'node:path';
import { brokenRule } from './layers.mjs';

const layers = {
  create(context) {
    const importer = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    const check = ({ source }) => {
      if (typeof source?.value !== 'string') return; // import(name): the bundler refuses it when it is known
      const imported = source.value.startsWith('.')
        ? path.posix.join(path.posix.dirname(importer), source.value)
        : source.value;
      const message = brokenRule(importer, imported);
      if (message !== undefined) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

const noBarrels = {
  create: context => ({
    ExportAllDeclaration: node => context.report({ node, message: 'No barrels: import the file that has the thing.' }),
  }),
};

export default { meta: { name: 'house' }, rules: { layers, 'no-barrels': noBarrels } };
