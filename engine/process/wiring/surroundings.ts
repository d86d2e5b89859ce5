import { version } from '../../../package.json';
import type { PipelinePorts } from '../../pipelines/ports';
import { collectEnvironment } from '../../tracking/environment';
import { keepFiles } from '../../tracking/keepFiles';
import { packages } from './packages';

/** What a pipeline's run is made in, and the files that its commit does not have: enough to make it again. */
export const surroundings =
  (workspace: string): PipelinePorts['environment'] =>
  async (leaveOut, signal) => {
    const [{ tags, files }, kept] = await Promise.all([
      collectEnvironment({ folder: workspace, version, command: ['modelyard', 'run'], packages, leaveOut }, signal),
      keepFiles({ folder: workspace, leaveOut }, signal),
    ]);
    return { tags, files: [...files, ...kept] };
  };
