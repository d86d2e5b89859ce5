import { Lexer, Parser, type CST } from 'yaml';
import type { Problem } from './problem';

/** What is refused before it can cost time or stack: nobody writes such a config by hand. */
export const limits = { characters: 1_000_000, tokens: 250_000, depth: 64, expandedNodes: 20_000 } as const;

/** Signs between lexer and parser that stand for no text. */
const controls = new Set(['\u0002', '\u0018', '\u001f']);

export interface Tokens {
  readonly tokens: readonly CST.Token[];
  /** Set: `tokens` is empty. */
  readonly refused?: Problem;
}

/** Lexes and parses in one pass that stops at the limits, so that any text answers at once. */
export function readTokens(text: string): Tokens {
  if (text.length > limits.characters) return refuse(0, 'too-big', tooBig(text.length));
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let offset = 0;
  let count = 0;
  let flowDepth = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === '{' || lexeme === '[') flowDepth += 1;
    if (lexeme === '}' || lexeme === ']') flowDepth = Math.max(0, flowDepth - 1);
    if (flowDepth > limits.depth) return refuse(offset, 'too-deep', tooDeep);
    count += 1;
    if (count > limits.tokens) return refuse(offset, 'too-big', tooMany());
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (!controls.has(lexeme)) offset += lexeme.length;
  }
  for (const token of parser.end()) tokens.push(token);
  const deep = tooDeepAt(tokens);
  return deep === undefined ? { tokens } : refuse(deep, 'too-deep', tooDeep);
}

const tooDeep = `This is nested more than ${limits.depth} levels deep, which no config needs.`;
/** Written when it is needed: to load the formats of numbers takes longer than to read most configs. */
const tooMany = (): string =>
  `This file has more than ${limits.tokens.toLocaleString('en')} parts (keys, values, brackets, ...); a config of that size is refused. Is it the right file?`;
const tooBig = (length: number): string =>
  `This file has ${length.toLocaleString('en')} characters; a config may have at most ${limits.characters.toLocaleString('en')}. Is it the right file? Data belongs into files of its own, named under \`datasets\`.`;

const refuse = (offset: number, code: string, message: string): Tokens => ({
  tokens: [],
  refused: { start: offset, end: offset + 1, code, message, key: '' },
});

/** The composer that follows is recursive: find what is too deep for it without recursion. */
function tooDeepAt(tokens: readonly CST.Token[]): number | undefined {
  const waiting: { readonly token: CST.Token; readonly depth: number }[] = tokens.map(token => ({ token, depth: 0 }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const depth = next.depth + 1;
    if (depth > limits.depth) return 'offset' in next.token ? next.token.offset : 0;
    for (const token of childrenOf(next.token)) waiting.push({ token, depth });
  }
  return undefined;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap(item => [item.key, item.value].filter(part => part != null));
}
