import { statSync } from 'node:fs';
import path from 'node:path';
import { realWorkspace } from '../../client/endpoint';
import type { LineageQuery, LineageWay } from '../../protocol/lineage';
import { affectedText } from '../text/affectedText';
import type { Place } from '../commandContext';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { dotText, mermaidText } from '../text/lineageGraphs';
import { lineageText } from '../text/lineageText';
import type { LineageFlags } from '../program/lineage';

/** `modelyard lineage NODE`: what it came from and what came of it. */
export async function lineageCommand(invocation: Invocation, flags: LineageFlags & { node: string }): Promise<number> {
  const { io, options, colors } = invocation;
  const place = findPlace(options, io.cwd);
  requireWorkspace(place);
  const { up = false, down = false, depth, most, steps = false, dot = false, mermaid = false } = flags;
  const isOneWay = up !== down;
  const query: LineageQuery = {
    ...{ node: spoken(flags.node, place, io.cwd), steps },
    ...(isOneWay && { up, down }),
    ...(depth !== undefined && { depth }),
    ...(most !== undefined && { most }),
  };
  const graph = await withEngine(place, client => client.call('lineage/graph', query));
  const ways: readonly LineageWay[] = isOneWay ? [up ? 'up' : 'down'] : ['up', 'down'];
  const text = (): string => {
    if (dot) return dotText(graph);
    return mermaid ? mermaidText(graph) : lineageText(graph, ways, colors.out);
  };
  answer(invocation, { json: graph, text });
  return exitCodes.ok;
}

/** `modelyard affected NODE`: what is wrong if this is. With `--exit-code` 1 when something in use is. */
export async function affectedCommand(
  invocation: Invocation,
  { node, exitCode }: { readonly node: string; readonly exitCode: boolean },
): Promise<number> {
  const { io, options, colors } = invocation;
  const place = findPlace(options, io.cwd);
  requireWorkspace(place);
  const asked = { node: spoken(node, place, io.cwd) };
  const found = await withEngine(place, client => client.call('lineage/affected', asked));
  answer(invocation, { json: found, text: () => affectedText(found, colors.out) });
  return exitCode && found.liveCount > 0 ? exitCodes.failed : exitCodes.ok;
}

/** In a folder of the workspace a file is named as it is seen from there. */
function spoken(node: string, { workspace }: Place, cwd: string): string {
  if (realWorkspace(cwd) === workspace) return node;
  const file = path.resolve(realWorkspace(cwd), node);
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile ? file : node;
}
