import type { Affected, LineageGraph, LineageQuery } from '../lineage';

export interface LineageMethods {
  /** What a thing came from and what came of it, as far as some hundred nodes go: of many of a kind there is a count. */
  'lineage/graph': { params: LineageQuery; result: LineageGraph };
  /** What is wrong if this is: all runs and model versions that it has gone into, those in use first. */
  'lineage/affected': { params: { node: string }; result: Affected };
}
