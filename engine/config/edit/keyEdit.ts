import type { ConfigEdit } from '../../protocol/config';
import { child, type TreeNode } from '../yaml/tree';
import { flowText } from './flowText';
import type { Replacement, RuleText } from './ruleEdit';
import { lastLine, lineBreak, lineStart, trimmed, withKey } from './ruleEdit';

/**
 * How the text of modelyard.yaml has to change so that the public key in a file is trusted; all else stays as it is written.
 * @returns undefined when it is already, or when it is written in a way that nothing can be put into
 */
export function keyEdit({ root, text, lines }: RuleText, file: string): ConfigEdit | undefined {
  const edit = replacement(text, root, flowText(file));
  return edit && { range: lines.range(edit), text: edit.text };
}

function replacement(text: string, root: TreeNode, file: string): Replacement | undefined {
  const security = child(root, 'security');
  if (security === undefined) return atTheEnd(text, `security: {keys: [${file}]}`);
  if (security.kind !== 'map') return undefined;
  const keys = child(security, 'keys');
  if (keys === undefined) return withKey(text, security, `keys: [${file}]`);
  if (keys.kind !== 'list') return undefined;
  const written = keys.items.map(item => (item.kind === 'scalar' ? item.value : undefined));
  const last = keys.items.at(-1);
  if (written.some(value => value !== null && flowText(value) === file)) return undefined;
  if (text[keys.start] === '[') {
    const at = last === undefined ? keys.start + 1 : trimmed(text, last).end;
    return { start: at, end: at, text: `${last === undefined ? '' : ', '}${file}` };
  }
  if (last === undefined) return undefined;
  const before = text.slice(lineStart(text, last.start), last.start);
  if (!/^ *- +$/.test(before)) return undefined;
  const at = lastLine(text, trimmed(text, last).end).end;
  return { start: at, end: at, text: `${lineBreak(text)}${before}${file}` };
}

function atTheEnd(text: string, added: string): Replacement {
  const line = lineBreak(text);
  const apart = text === '' || text.endsWith('\n') ? '' : line;
  return { start: text.length, end: text.length, text: `${apart}${added}${line}` };
}
