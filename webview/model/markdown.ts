import type { Token, Tokens } from 'marked';
import { lexer } from 'marked';
import type { Child } from '../shared/dom';
import { h } from '../shared/dom';

/**
 * Markdown as elements. The library only reads it: what it would pass on as HTML stays text, pictures are links, and a
 * link leads to http, https or mail only.
 */
export const markdown = (text: string): HTMLElement => h('div', { class: 'markdown' }, blocks(lexer(text)));

const blocks = (tokens: readonly Token[]): readonly Child[] => tokens.map(block);

function block(token: Token): Child {
  if (isToken(token, 'heading')) return h(headings[token.depth - 1] ?? 'h6', null, inline(token.tokens));
  if (isToken(token, 'paragraph')) return h('p', null, inline(token.tokens));
  if (isToken(token, 'text')) return h('span', null, inline(token.tokens ?? [token]));
  if (isToken(token, 'code')) return h('pre', { attrs: { tabindex: 0 } }, h('code', null, token.text));
  if (isToken(token, 'blockquote')) return h('blockquote', null, blocks(token.tokens));
  if (isToken(token, 'hr')) return h('hr');
  if (isToken(token, 'list')) return list(token);
  if (isToken(token, 'table')) return table(token);
  if (token.type === 'space' || token.type === 'def') return null;
  return h('p', null, token.raw);
}

/** The page has an h1 of its own. */
const headings = ['h2', 'h3', 'h4', 'h5', 'h6'] as const;

function list({ ordered, start, items }: Tokens.List): HTMLElement {
  const children = items.map(item =>
    h('li', null, item.task && `${item.checked === true ? '☑' : '☐'} `, blocks(item.tokens.filter(isShown))),
  );
  return ordered
    ? h('ol', { attrs: { start: typeof start === 'number' && start !== 1 ? start : undefined } }, children)
    : h('ul', null, children);
}

/** The box of a task is drawn by us. */
const isShown = ({ type }: Token): boolean => type !== 'checkbox';

function table({ header, rows }: Tokens.Table): HTMLElement {
  return h(
    'div',
    {
      class: 'scroll',
      role: 'region',
      attrs: { tabindex: 0, 'aria-label': header.map(({ text }) => text).join(', ') },
    },
    h(
      'table',
      { class: 'data' },
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          header.map(cell => h('th', { attrs: { scope: 'col' } }, inline(cell.tokens))),
        ),
      ),
      h(
        'tbody',
        null,
        rows.map(row =>
          h(
            'tr',
            null,
            row.map(cell => h('td', null, inline(cell.tokens))),
          ),
        ),
      ),
    ),
  );
}

const inline = (tokens: readonly Token[] = []): readonly Child[] => tokens.map(span);

function span(token: Token): Child {
  if (isToken(token, 'strong')) return h('strong', null, inline(token.tokens));
  if (isToken(token, 'em')) return h('em', null, inline(token.tokens));
  if (isToken(token, 'del')) return h('del', null, inline(token.tokens));
  if (isToken(token, 'codespan')) return h('code', { class: 'mono' }, token.text);
  if (isToken(token, 'br')) return h('br');
  if (isToken(token, 'link')) return link(token.href, inline(token.tokens));
  if (isToken(token, 'image')) return link(token.href, [token.text === '' ? token.href : token.text]);
  if (isToken(token, 'escape')) return token.text;
  if (isToken(token, 'text')) return token.tokens ? h('span', null, inline(token.tokens)) : unescaped(token.text);
  return token.raw;
}

function link(href: string, children: readonly Child[]): HTMLElement {
  const leads = /^(https?:\/\/|mailto:)/i.test(href);
  return leads ? h('a', { title: href, attrs: { href } }, children) : h('span', { title: href }, children);
}

/** Entities that people write in Markdown; any other stays as it is written. */
const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (whole, name: string) => entities[name] ?? whole);
const entities: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0', '#39': "'" },
};

interface Known {
  readonly heading: Tokens.Heading;
  readonly paragraph: Tokens.Paragraph;
  readonly text: Tokens.Text;
  readonly code: Tokens.Code;
  readonly blockquote: Tokens.Blockquote;
  readonly hr: Tokens.Hr;
  readonly list: Tokens.List;
  readonly table: Tokens.Table;
  readonly strong: Tokens.Strong;
  readonly em: Tokens.Em;
  readonly del: Tokens.Del;
  readonly codespan: Tokens.Codespan;
  readonly br: Tokens.Br;
  readonly link: Tokens.Link;
  readonly image: Tokens.Image;
  readonly escape: Tokens.Escape;
}

/** The library's own union ends in a catch-all that a plain comparison does not narrow. */
const isToken = <K extends keyof Known>(token: Token, type: K): token is Token & Known[K] => token.type === type;
