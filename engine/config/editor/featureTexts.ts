import type { FeatureStatistics } from '../../protocol/featureMonitoring';
import type { FeatureFreshness } from '../../protocol/features';
import { keyOf } from '../check/features/viewProblems';
import type { NamedFeature, NamedService, NamedView, Names } from '../named';
import { child, textOf, type TreeNode } from '../yaml/tree';
import type { KnownFeature } from './featureFacts';

export function entityText(name: string, names: Names): string {
  const entity = names.entities.get(name);
  const type = textOf(child(entity?.node, 'type'));
  const own = entity ? '' : ' · not declared, an entity of its own';
  return joined([
    `entity **${name}** · key \`${keyOf(names, name)}\`${type === undefined ? '' : ` · ${type}`}${own}`,
    described(entity?.node),
  ]);
}

export function serviceText(service: NamedService): string {
  const list = service.features.map(({ value }) => `\`${value}\``).join(', ');
  return joined([`feature service **${service.name}** · ${list}`, described(service.node)]);
}

export function viewText(view: NamedView, known: KnownFeature | undefined): string {
  const { features, entities, source, isOnDemand } = view;
  const count = features.length === 1 ? '1 feature' : `${features.length} features`;
  const about = entities.length === 0 ? '' : ` of ${entities.map(({ value }) => `\`${value}\``).join(', ')}`;
  const from = isOnDemand ? ', computed on request' : source === undefined ? ', pushed' : ` from \`${source}\``;
  const ttl = textOf(child(view.node, 'ttl'));
  return joined([
    `feature view **${view.name}**${versionText(known)}`,
    described(view.node),
    `${count}${about}${from}${ttl === undefined ? '' : `, for ${ttl}`}.`,
    known && freshnessText(known.freshness),
  ]);
}

export interface FeatureTextOptions {
  readonly type?: string;
  readonly known?: KnownFeature;
}

export function featureText(view: NamedView, feature: NamedFeature, { type, known }: FeatureTextOptions): string {
  const shownType = type ?? known?.type;
  return joined([
    `feature **${view.name}:${feature.name}**${shownType === undefined ? '' : ` · ${shownType}`}${versionText(known)}`,
    described(feature.node),
    originText(feature),
    known?.statistics && statisticsText(known.statistics),
    known && freshnessText(known.freshness),
  ]);
}

function originText({ kind, node, name, column = name }: NamedFeature): string {
  if (kind === 'column') return `Column \`${column}\`.`;
  if (kind === 'expression') return `\`${textOf(child(node, 'expression')) ?? textOf(node) ?? ''}\``;
  const over = textOf(child(node, 'over')) ?? '?';
  const [aggregate, of] = aggregateOf(node);
  const where = textOf(child(node, 'where'));
  return `\`${aggregate}(${of})\` over ${over}${where === undefined ? '' : ` where \`${where}\``}`;
}

function aggregateOf(node: TreeNode): readonly [string, string] {
  const entry = node.kind === 'map' ? node.entries.find(({ key }) => !/^(over|where|type)$/.test(key)) : undefined;
  return [entry?.key ?? '?', textOf(entry?.value) ?? ''];
}

const described = (node: TreeNode | undefined): string | undefined => {
  const [text, owner] = [textOf(child(node, 'description')), textOf(child(node, 'owner'))];
  const privacy = textOf(child(node, 'privacy'));
  const people = [owner === undefined ? [] : `Owner: ${owner}.`, privacy === undefined ? [] : `Privacy: ${privacy}.`];
  return joined([text, people.flat().join(' ')]);
};

function versionText(known: KnownFeature | undefined): string {
  if (!known) return '';
  if (known.version === undefined) return known.versions === 0 ? '' : ` · changed since version ${known.versions}`;
  return ` · version ${known.version}${known.versions > known.version ? ` of ${known.versions}` : ''}`;
}

/** `1,000 rows · 2.1 % missing · mean 3.2 ± 1.1 · p50 3 · p95 8 · from 0 to 12` */
function statisticsText(one: FeatureStatistics): string {
  const { rows, nulls, distinct, mean, std, quantiles = {}, min, max, drift } = one;
  const share = rows === 0 ? 0 : nulls / rows;
  const parts = [
    `${rows.toLocaleString('en')} rows`,
    `${(100 * share).toLocaleString('en', { maximumFractionDigits: 1 })} % missing`,
    mean === undefined ? `${distinct.toLocaleString('en')} distinct` : `mean ${short(mean)}${std === undefined ? '' : ` ± ${short(std)}`}`, // prettier-ignore
    ...['p50', 'p95'].flatMap(name => (quantiles[name] === undefined ? [] : `${name} ${short(quantiles[name])}`)),
    ...(min === undefined || max === undefined ? [] : [`from ${short(min)} to ${short(max)}`]),
    ...(drift === undefined ? [] : [`drift ${short(drift)}`]),
  ];
  return `${parts.join(' · ')} (computed ${day(one.computedAt)})`;
}

function freshnessText({ newestEvent, materialisedTo, entities, pushedTo }: FeatureFreshness): string | undefined {
  const parts = [
    ...(newestEvent === undefined ? [] : [`newest row ${day(newestEvent)}`]),
    ...(materialisedTo === undefined ? [] : [`materialised to ${day(materialisedTo)}`]),
    ...(pushedTo === undefined ? [] : [`pushed to ${day(pushedTo)}`]),
    ...(entities === undefined ? [] : [`${entities.toLocaleString('en')} entities`]),
  ];
  const text = parts.join(' · ');
  return text === '' ? undefined : text.charAt(0).toUpperCase() + text.slice(1);
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
/** `2026-03-09 03:00 UTC` */
const day = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const joined = (parts: readonly (string | undefined)[]): string =>
  parts.filter(part => part !== undefined && part !== '').join('\n\n');
