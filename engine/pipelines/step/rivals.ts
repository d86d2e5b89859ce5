import path from 'node:path';
import type { ChampionModel } from '../../protocol/jobs';
import { gateRivals } from './gateNeeds';
import type { LoadedConfig, PipelinePorts } from '../ports';

/** The versions that gates will compare the evaluated model with, their files beside what the step writes. */
export async function rivals(work: {
  readonly loaded: Pick<LoadedConfig, 'config'>;
  readonly workDir: string;
  readonly ports: Pick<PipelinePorts, 'rival'>;
}): Promise<{ readonly rivals?: readonly ChampionModel[] }> {
  const found = new Map<string, ChampionModel>();
  for (const [i, { model, name }] of gateRivals(work.loaded.config).entries()) {
    const rival = await work.ports.rival(model, name, path.join(work.workDir, `.rival${i}`));
    if (rival) found.set(`${model} ${rival.version}`, rival);
  }
  return found.size > 0 ? { rivals: [...found.values()] } : {};
}
