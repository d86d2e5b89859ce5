import type { Colors } from 'picocolors/types';
import type { LineageGraph, LineageNode, LineageWay } from '../../protocol/lineage';
import { kindWords, nodeDetail, nodeName, placesText } from './lineageWords';

/** A lineage for people: the thing, what it came from and what came of it, each as a tree. */
export function lineageText(graph: LineageGraph, asked: readonly LineageWay[], colors: Colors): string {
  const root = graph.nodes.find(({ id }) => id === graph.root);
  if (root === undefined) return '';
  const lines = [nodeLine(root, colors)];
  for (const way of asked) {
    const below = tree(graph, way, colors);
    lines.push('', colors.bold(way === 'up' ? 'Came from' : 'Went into'));
    lines.push(...(below.length > 0 ? below : [way === 'up' ? 'nothing that is known' : 'nothing']));
  }
  if (graph.isCut) lines.push('', 'There is more: see --depth and --most.');
  return `${lines.join('\n')}\n`;
}

function nodeLine(node: LineageNode, colors: Colors): string {
  const kind = node.kind === 'group' ? '' : `${kindWords[node.kind]} `;
  const name = node.kind === 'version' && node.isLive ? colors.bold(nodeName(node)) : nodeName(node);
  const rest = [nodeDetail(node), placesText(node)].filter(part => part !== '').map(colors.dim);
  return [`${colors.dim(kind)}${name}`, ...rest].join('  ');
}

/** Each thing is drawn below the first that leads to it; where another leads to it, only its name stands. */
function tree({ root, nodes, edges }: LineageGraph, way: LineageWay, colors: Colors): readonly string[] {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const [at, other] = way === 'down' ? [from, to] : [to, from];
    const others = next.get(at);
    if (others) others.push(other);
    else next.set(at, [other]);
  }
  const lines: string[] = [];
  const seen = new Set([root]);
  const draw = (id: string, indent: string): void => {
    const others = (next.get(id) ?? []).flatMap(other => byId.get(other) ?? []);
    for (const [index, node] of others.entries()) {
      const isLast = index === others.length - 1;
      const isKnown = seen.has(node.id);
      seen.add(node.id);
      const line = isKnown ? `${nodeName(node)} ${colors.dim('(see above)')}` : nodeLine(node, colors);
      lines.push(`${indent}${isLast ? '└─ ' : '├─ '}${line}`);
      if (!isKnown) draw(node.id, `${indent}${isLast ? '   ' : '│  '}`);
    }
  };
  draw(root, '');
  return lines;
}
