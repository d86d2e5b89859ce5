/** A thread that helps to grow boosted trees: takes blocks of rows until it is ended. */
import { workerData } from 'node:worker_threads';
import { parseBoostingWork } from './boostingMessages';
import { serve } from './crew';
import { Kernel } from './kernel';
import { objectiveFor } from './objective';
import { blocksOf } from './treeLoops';

const { size, memory, calls, member, weights, scores, ...data } = parseBoostingWork(workerData);
const kernel = new Kernel(size, memory);
const objective = objectiveFor(data, weights);
serve(
  calls,
  member,
  blocksOf(kernel, (rows, output) => objective.derive(scores, { rows, output }, kernel)),
);
