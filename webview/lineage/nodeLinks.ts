import type { LineageNode } from '../../engine/protocol/lineage';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import { placeText } from '../shared/placeLink';
import type { LineageContext } from './context';
import { openNode, opens } from './open';
import { lookOf } from './words';

export const link = (text: string, onClick: () => void, className = 'link'): HTMLElement =>
  h('button', { class: className, attrs: { type: 'button' }, on: { click: onClick } }, text);

/** Its name, which opens it where there is something to open. */
export function nameLink(node: LineageNode, context: Pick<LineageContext, 'act'>): HTMLElement {
  const { name } = lookOf(node);
  return opens(node) ? link(name, () => openNode(node, context)) : h('span', null, name);
}

/** Its places in the workspace: line of modelyard.yaml, file, program. */
export const placeLinksOf = (node: LineageNode, { act }: Pick<LineageContext, 'act'>): readonly HTMLElement[] =>
  node.places.map(({ place }) => link(placeText(place), () => void act('host/openPlace', { place }), 'link mono'));

/** Leads to the lineage of this very thing. */
export const lineageLink = (node: LineageNode, { act }: Pick<LineageContext, 'act'>): HTMLElement =>
  link(t('Lineage of {0}', lookOf(node).name), () => void act('host/openLineage', { node: node.id }));
