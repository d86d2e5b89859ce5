import type { Site } from '../walk';
import type { Span } from '../yaml/lineIndex';

/** What stands at an offset: a key or a single value that the grammar knows. */
export interface Found {
  readonly site: Site;
  readonly part: 'key' | 'value';
  readonly span: Span;
}

export function siteAt(all: readonly Site[], offset: number): Found | undefined {
  for (const site of all) {
    const { entry, node } = site;
    if (entry && contains(entry.keySpan, offset)) return { site, part: 'key', span: entry.keySpan };
    if (node.kind === 'scalar' && !node.empty && contains(node, offset)) return { site, part: 'value', span: node };
  }
  return undefined;
}

const contains = ({ start, end }: Span, offset: number): boolean => start <= offset && offset <= end;
