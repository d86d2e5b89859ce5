import path from 'node:path';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { withEngine } from '../invocation';
import { versionNumber } from '../versionNumber';
import { writeOut } from './commands';

/** `modelyard models bom`: always JSON. */
export async function modelBomCommand(
  { io, options }: Invocation,
  { name, version, output }: { readonly name: string; readonly version: string; readonly output?: string },
): Promise<number> {
  const place = findPlace(options, io.cwd);
  requireWorkspace(place);
  const { bom } = await withEngine(place, client =>
    client.call('signatures/bom', { name, version: versionNumber(version) }),
  );
  if (output === undefined) io.out(bom);
  else writeOut(path.resolve(io.cwd, output), bom);
  return exitCodes.ok;
}
