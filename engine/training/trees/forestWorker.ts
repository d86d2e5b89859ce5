/** A thread that grows trees of a forest: takes the number of a tree, answers with it. */
import { parentPort, workerData } from 'node:worker_threads';
import { ForestGrower } from './forestGrower';
import { parseTree, parseWork, type Grown } from './forestMessages';

const grower = new ForestGrower(parseWork(workerData));
parentPort?.on('message', (message: unknown) => {
  const tree = parseTree(message);
  const answer: Grown = { tree, grown: grower.grow(tree) };
  parentPort?.postMessage(answer);
});
