import type { Severity } from '../protocol/config';
import type { Problem } from './yaml/problem';
import type { YamlTree } from './yaml/readYaml';
import { locate, pathOf } from './yaml/tree';

/** Something that others have found about what stands at a key. */
export interface KeyedProblem {
  /** Dotted path. */
  readonly key: string;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
}

/** At their keys, or the nearest ones above that exist. */
export function atKeys({ root }: YamlTree, found: readonly KeyedProblem[]): readonly Problem[] {
  if (!root) return [];
  return found.map(one => {
    const { node, entry } = locate(root, pathOf(root, one.key));
    const { start, end } = entry?.keySpan ?? node;
    return { ...one, start, end };
  });
}
