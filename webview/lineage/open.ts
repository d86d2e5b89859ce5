import type { LineageNode } from '../../engine/protocol/lineage';
import type { LineageContext } from './context';

/** Opens what a node stands for: its page, else its place in the workspace. A group is none. */
export function openNode(node: LineageNode, { act }: Pick<LineageContext, 'act'>): void {
  const [place] = node.places;
  switch (node.kind) {
    case 'dataset':
    case 'data':
      // a dataset of a client has no page but when modelyard.yaml names it
      if (node.places.some(({ what }) => what === 'config')) void act('host/openDataset', { dataset: node.dataset });
      break;
    case 'run':
      void act('host/openRun', { runId: node.runId });
      break;
    case 'step':
      void act('host/openPipeline', { pipeline: node.pipeline, run: node.pipelineRun });
      break;
    case 'study':
      void act('host/openStudy', { study: node.study });
      break;
    case 'output':
      if (node.files === 1) void act('host/openArtifact', { runId: node.runId, path: node.path });
      else void act('host/openRun', { runId: node.runId });
      break;
    case 'version':
      if (node.runId !== undefined) void act('host/openRun', { runId: node.runId });
      else if (place) void act('host/openPlace', { place: place.place });
      break;
    case 'view':
      void act('host/openFeatures', { view: `${node.view}@v${node.version}` });
      break;
    case 'endpoint':
      void act('host/openModel', { model: node.model, version: node.version });
      break;
    case 'file':
    case 'service':
    case 'trigger':
      if (place) void act('host/openPlace', { place: place.place });
      break;
    case 'logged-model':
    case 'group':
  }
}

/** Whether there is something to open. */
export function opens(node: LineageNode): boolean {
  switch (node.kind) {
    case 'run':
    case 'step':
    case 'study':
    case 'output':
    case 'view':
    case 'endpoint':
      return true;
    case 'version':
      return node.runId !== undefined || node.places.length > 0;
    case 'dataset':
    case 'data':
      return node.places.some(({ what }) => what === 'config');
    case 'file':
    case 'service':
    case 'trigger':
      return node.places.length > 0;
    case 'logged-model':
    case 'group':
      return false;
  }
}
