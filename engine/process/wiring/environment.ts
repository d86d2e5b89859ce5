import { arch, hostname, platform, release } from 'node:os';
import type { Environment } from '../../pipelines/ports';

/** In what surroundings a run is made. */
export const readEnvironment = (): Promise<Environment> =>
  Promise.resolve({
    tags: { 'modelyard.host': `${hostname()} (${platform()} ${release()}, ${arch()}, Node ${process.versions.node})` },
    files: [],
  });
