import { ModelyardError } from '../errors';
import type { Comparator, Dialect, Field } from './filterParser';
import { LISTS, NULLS } from './filterParser';
import { FilterScanner } from './filterScanner';

/** What may stand at a place of a filter, and which part of the text it would replace. */
export type Expected = { readonly from: number; readonly to: number; readonly typed: string } & (
  | { readonly kind: 'name' }
  | { readonly kind: 'comparator'; readonly field: Field }
  | { readonly kind: 'value'; readonly field: Field; readonly comparator: Comparator }
  | { readonly kind: 'and' }
);

/** An unfinished name at the end of the text: with or without an entity, perhaps within an open quote. */
const NAME = /^(?:[\p{L}_][\p{L}\p{N}_]*(?:\.(?:`[^`]*|"[^"]*|[\p{L}\p{N}_.\-/:@]*))?)?$/u;
const REST_OF_NAME = /^[\p{L}\p{N}_.\-/:@]*[`"]?/u;
const REST_OF_WORD = /^[\p{L}\p{N}_.]*/u;

/** @returns undefined where nothing can be proposed: what stands before is no filter, or the place is within a value */
export function expectedAt(text: string, offset: number, dialect: Dialect): Expected | undefined {
  try {
    return replay(text, offset, dialect);
  } catch (error) {
    if (error instanceof ModelyardError) return undefined;
    throw error;
  }
}

/** Reads the text before the place clause by clause, until what is read ends there. */
function replay(text: string, offset: number, dialect: Dialect): Expected | undefined {
  const head = text.slice(0, offset);
  const scanner = new FilterScanner(head, 'filter string');
  const place = (from: number, rest: RegExp): Pick<Expected, 'from' | 'to' | 'typed'> => ({
    from,
    to: offset + (rest.exec(text.slice(offset))?.[0].length ?? 0),
    typed: head.slice(from),
  });
  for (;;) {
    scanner.skipBlanks();
    if (NAME.test(head.slice(scanner.position))) return { kind: 'name', ...place(scanner.position, REST_OF_NAME) };
    const identifier = scanner.identifier();
    const field = dialect(identifier.entity, identifier.key);
    if (typeof field === 'string') return undefined;
    scanner.skipBlanks();
    if (isUnfinishedComparator(head.slice(scanner.position), field))
      return { kind: 'comparator', field, ...place(scanner.position, /^[=!<>]*/) };
    const written = scanner.comparator();
    const comparator = field.comparators.find(one => one === written);
    if (comparator === undefined) return undefined;
    if (!NULLS.some(one => one === comparator)) {
      const value = unfinishedValue(scanner, head, comparator);
      if (value === 'within') return undefined;
      if (value !== undefined)
        return { kind: 'value', field, comparator, ...place(value, restOfValue(head.slice(value))) };
      scanner.value();
    }
    const end = scanner.position;
    scanner.skipBlanks();
    const rest = head.slice(scanner.position);
    if (scanner.position === end && rest === '') return undefined;
    if ('AND'.startsWith(rest.toUpperCase())) return { kind: 'and', ...place(scanner.position, REST_OF_WORD) };
    if (!scanner.keyword('AND')) return undefined;
  }
}

/** It ends with the text, and could still become a comparison of the field. */
function isUnfinishedComparator(rest: string, { comparators }: Field): boolean {
  const typed = rest.toUpperCase().replace(/\s+/g, ' ');
  return comparators.some(comparator => comparator.startsWith(typed));
}

/** Where a value begins that ends with the text: a number or word, or a text whose quote is open. */
function unfinishedValue(scanner: FilterScanner, head: string, comparator: Comparator): number | 'within' | undefined {
  scanner.skipBlanks();
  let from = scanner.position;
  if (LISTS.some(one => one === comparator)) {
    const open = /^\(\s*(?:(?:'(?:[^']|'')*'|"(?:[^"]|"")*")\s*,\s*)*/.exec(head.slice(from))?.[0];
    if (open === undefined) return head.slice(from) === '' ? 'within' : undefined;
    from += open.length;
    if (/^(?:'(?:[^']|'')*'|"(?:[^"]|"")*")\s*$/.test(head.slice(from))) return 'within';
  }
  return /^(?:'(?:[^']|'')*|"(?:[^"]|"")*|[^\s'"(),]*)$/.test(head.slice(from)) ? from : undefined;
}

/** Up to the closing quote, when the value has an opening one. */
const restOfValue = (typed: string): RegExp =>
  typed.startsWith("'") ? /^[^']*'?/ : typed.startsWith('"') ? /^[^"]*"?/ : REST_OF_WORD;
