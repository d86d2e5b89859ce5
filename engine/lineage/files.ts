import path from 'node:path';
import type { LineageRef, Link, LinkRequest } from '../protocol/lineageSource';
import type { Ask } from './walk';

/** A path as the lineage names it: relative to the workspace, with `/`; unchanged when it lies elsewhere. */
export function fileKey(workspace: string, file: string): string {
  const relative = path.isAbsolute(file) ? path.relative(workspace, file) : path.normalize(file);
  const isOutside = relative === '' || relative.startsWith('..') || path.isAbsolute(relative);
  return isOutside ? file : relative.split(path.sep).join('/');
}

/** Clients name a program by the whole path, modelyard.yaml by the one in the workspace: both are one file here. */
export const withOneName =
  (workspace: string, ask: Ask): Ask =>
  (request: LinkRequest): readonly Link[] => {
    const same = (ref: LineageRef): LineageRef =>
      ref.kind === 'file' ? { kind: 'file', key: fileKey(workspace, ref.key) } : ref;
    const others = request.from.flatMap(ref =>
      ref.kind === 'file' && !path.isAbsolute(ref.key) ? [{ ...ref, key: path.resolve(workspace, ref.key) }] : [],
    );
    return ask({ ...request, from: [...request.from, ...others] }).map(link => ({
      ...link,
      from: same(link.from),
      to: same(link.to),
    }));
  };
