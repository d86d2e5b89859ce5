import type { Span } from '../yaml/lineIndex';
import { textOf } from '../yaml/tree';
import { referenceAt, type Found } from './siteAt';

/** A name within an expression. */
export interface ExpressionName {
  readonly name: string;
  readonly span: Span;
  /** It is called. */
  readonly isCall: boolean;
}

/** A text in quotes, a quoted name, a bare one. */
const pattern = /'(?:[^']|'')*'|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|([\p{L}_][\p{L}\p{N}_.]*)(\s*\()?/gu;

/** The name that stands at the place of `found`, where that is an expression of a feature. */
export function expressionName(found: Found): ExpressionName | undefined {
  const { site, part, offset } = found;
  const text = textOf(site.node);
  if (text === undefined || site.node.kind !== 'scalar' || part === 'key' || site.path[0] !== 'features')
    return undefined;
  const { node } = site;
  const quotes = node.end - node.start - text.length;
  // elsewhere the text does not stand there letter by letter
  if (node.source !== text || (quotes !== 0 && quotes !== 2) || referenceAt(site) !== 'expression') return undefined;
  const start = node.start + quotes / 2;
  for (const match of text.matchAll(pattern)) {
    const [whole, quoted, ticked, bare, call = ''] = match;
    const span = { start: start + match.index, end: start + match.index + whole.length - call.length };
    if (span.end < offset) continue;
    if (span.start > offset) return undefined;
    const name = bare ?? quoted?.replaceAll('""', '"') ?? ticked?.replaceAll('``', '`');
    return name === undefined ? undefined : { name, span, isCall: call !== '' };
  }
  return undefined;
}
