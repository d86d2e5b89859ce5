import type { LineageGraph, LineageNode } from '../../protocol/lineage';
import { kindWords, nodeDetail, nodeName } from './lineageWords';

/** The words of a box: its kind and name, and below what there is to say of it. */
function linesOf(node: LineageNode): readonly string[] {
  const kind = node.kind === 'group' ? '' : `${kindWords[node.kind]} `;
  const detail = nodeDetail(node);
  return [`${kind}${nodeName(node)}`, ...(detail === '' ? [] : [detail])];
}

const roundKinds: ReadonlySet<string> = new Set(['data', 'dataset', 'file', 'output', 'view', 'service']);
const isRound = ({ kind }: LineageNode): boolean => roundKinds.has(kind);

/** As Graphviz reads it (https://graphviz.org/doc/info/lang.html). */
export function dotText({ root, nodes, edges }: LineageGraph): string {
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&').replace(/\n/g, ' ')}"`;
  const label = (node: LineageNode): string =>
    `"${linesOf(node)
      .map(line => quoted(line).slice(1, -1))
      .join('\\n')}"`;
  const style = (node: LineageNode): string =>
    [isRound(node) ? 'shape=ellipse' : 'shape=box', ...(node.id === root ? ['penwidth=3'] : [])].join(', ');
  return [
    'digraph lineage {',
    '  rankdir=LR;',
    ...nodes.map(node => `  ${quoted(node.id)} [label=${label(node)}, ${style(node)}];`),
    ...edges.map(({ from, to, relation }) => `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(relation)}];`),
    '}',
    '',
  ].join('\n');
}

/** As Mermaid reads it, which Markdown of GitHub, GitLab and VS Code draws (https://mermaid.js.org/syntax/flowchart.html). */
export function mermaidText({ root, nodes, edges }: LineageGraph): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const escaped = (text: string): string =>
    text.replace(/[&<>"#`\n]/g, sign => (sign === '\n' ? ' ' : `#${sign.charCodeAt(0)};`));
  const box = (node: LineageNode): string => {
    const text = `"${linesOf(node).map(escaped).join('<br>')}"`;
    return isRound(node) ? `([${text}])` : `[${text}]`;
  };
  return [
    'flowchart LR',
    ...nodes.map(node => `  ${names.get(node.id)}${box(node)}`),
    ...edges.map(({ from, to, relation }) => `  ${names.get(from)} -->|${relation}| ${names.get(to)}`),
    ...(names.has(root) ? [`  style ${names.get(root)} stroke-width:3px`] : []),
    '',
  ].join('\n');
}
