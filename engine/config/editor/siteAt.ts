import { factsOf, referenceOf } from '../grammar/facts';
import type { Reference } from '../grammar/terms';
import type { Site } from '../walk';
import type { Span } from '../yaml/lineIndex';

/** What stands at an offset: a key or a single value that the grammar knows. */
export interface Found {
  readonly site: Site;
  readonly part: 'key' | 'value';
  readonly span: Span;
  /** The one that was asked for. */
  readonly offset: number;
}

export function siteAt(all: readonly Site[], offset: number): Found | undefined {
  for (const site of all) {
    const { entry, node } = site;
    if (entry && contains(entry.keySpan, offset)) return { site, part: 'key', span: entry.keySpan, offset };
    if (node.kind === 'scalar' && !node.empty && contains(node, offset))
      return { site, part: 'value', span: node, offset };
  }
  return undefined;
}

const contains = ({ start, end }: Span, offset: number): boolean => start <= offset && offset <= end;

/** What a single value names; of a choice what one of its forms does. */
export const referenceAt = ({ schema, declared }: Site): Reference | undefined =>
  referenceOf(schema) ?? factsOf(declared).refersTo;
