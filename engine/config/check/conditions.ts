import { ModelyardError } from '../../errors';
import { referenceOf } from '../grammar/facts';
import type { Site } from '../walk';
import type { Span } from '../yaml/lineIndex';
import type { Problem } from '../yaml/problem';
import { dotted, textOf, type ScalarNode } from '../yaml/tree';

/** @throws ModelyardError that says what is wrong, with the place in the text (from 1) as `data.column` */
export type ReadCondition = (text: string) => { readonly columns: readonly string[] };

export interface ConditionSite {
  readonly site: Site;
  readonly node: ScalarNode;
  readonly text: string;
}

export function conditionSites(all: readonly Site[]): readonly ConditionSite[] {
  return all.flatMap(site => {
    const text = textOf(site.node);
    if (text === undefined || text === '' || site.node.kind !== 'scalar') return [];
    return referenceOf(site.schema) === 'condition' ? [{ site, node: site.node, text }] : [];
  });
}

/** Conditions that cannot be read. */
export function conditionProblems(all: readonly Site[], read: ReadCondition | undefined): readonly Problem[] {
  if (!read) return [];
  return conditionSites(all).flatMap(({ site, node, text }): Problem[] => {
    try {
      read(text);
      return [];
    } catch (error) {
      if (!(error instanceof ModelyardError)) throw error;
      const fix = error.fix === undefined ? '' : ` ${error.fix}`;
      const column = error.data?.['column'];
      const span = typeof column === 'number' ? within(node, text, { start: column - 1, end: text.length }) : node;
      const { start, end } = span;
      return [{ start, end, code: 'bad-condition', message: `${error.message}${fix}`, key: dotted(site.path) }];
    }
  });
}

/** The place of a part of a text in the file; the whole text when it is not written there letter by letter. */
export function within(node: ScalarNode, text: string, part: Span): Span {
  const quotes = node.end - node.start - text.length;
  if (node.source !== text || part.start >= text.length || (quotes !== 0 && quotes !== 2)) return node;
  const from = node.start + quotes / 2;
  return { start: from + part.start, end: from + Math.max(part.end, part.start + 1) };
}
