import { devDependencies } from '../../../package.json';

const named = ['@tensorflow/tfjs', 'hyparquet', 'onnx-proto', 'onnxruntime-web', 'sql.js'] as const;

/** What decides the numbers of a built-in step: the libraries inside the bundles, and what runs them. */
export const packages: Readonly<Record<string, string>> = {
  node: process.versions.node,
  ...Object.fromEntries(named.map(name => [name, devDependencies[name]])),
};
