import type { Place } from '../../protocol/errors';
import type { GroupNode, LineageKind, LineageNode, LineageThing } from '../../protocol/lineage';
import { bytesText } from './numbers';
import { plural } from '../../plural';

/** What a node is called: as `lineage` and `affected` take it, where people have a name for it. */
export function nodeName(node: LineageThing | GroupNode): string {
  switch (node.kind) {
    case 'file':
      return node.path;
    case 'dataset':
      return node.dataset;
    case 'data':
      return `${node.dataset}@${node.digest.slice(0, 12)}`;
    case 'run':
      return `r-${node.number}`;
    case 'study':
      return `s-${node.number}`;
    case 'step':
      return `${node.pipeline}/${node.step}`;
    case 'output':
      return node.path;
    case 'logged-model':
      return node.name === '' ? node.model : node.name;
    case 'view':
      return `${node.view}@v${node.version}`;
    case 'service':
      return node.service;
    case 'version':
      return `${node.model}@${node.version}`;
    case 'endpoint':
      return node.url;
    case 'trigger':
      return `on: ${node.trigger}`;
    case 'group':
      return groupName(node);
  }
}

/** What there is to say of it beside its name. */
export function nodeDetail(node: LineageThing | GroupNode): string {
  switch (node.kind) {
    case 'data':
      return node.rows === undefined ? '' : plural(node.rows, 'row');
    case 'run':
      return [node.name, node.status.toLowerCase(), ...(node.isDeleted ? ['deleted'] : [])].join(', ');
    case 'study':
      return plural(node.trials, 'trial');
    case 'step':
      return [node.uses, node.status].join(', ');
    case 'output':
      return node.files === 1 ? bytesText(node.size) : `${plural(node.files, 'file')}, ${bytesText(node.size)}`;
    case 'version':
      return [node.stage, ...node.aliases.map(alias => `@${alias}`)].join(', ');
    case 'view': {
      const [alert] = node.alerts;
      const more = node.alertCount > 1 ? ` (and ${plural(node.alertCount - 1, 'more alert')})` : '';
      return [plural(node.features, 'feature'), ...(alert === undefined ? [] : [`ALERT ${alert}${more}`])].join(', ');
    }
    case 'endpoint':
      return [`${node.model}@${node.at}`, `version ${node.version}`, node.problem ?? ''].filter(Boolean).join(', ');
    case 'trigger':
      return node.says;
    case 'logged-model':
      return node.model;
    case 'file':
    case 'dataset':
    case 'service':
    case 'group':
      return '';
  }
}

export const kindWords: Readonly<Record<LineageKind, string>> = {
  file: 'file',
  dataset: 'dataset',
  data: 'data',
  view: 'view',
  service: 'service',
  trigger: 'trigger',
  run: 'run',
  study: 'study',
  step: 'step',
  output: 'output',
  'logged-model': 'logged model',
  version: 'model',
  endpoint: 'served',
};

const pluralWords: Partial<Record<LineageKind, string>> = {
  data: 'dataset versions',
  view: 'feature views',
  service: 'feature services',
  endpoint: 'servers',
  version: 'model versions',
  study: 'studies',
};

function groupName({ of, count, id }: GroupNode): string {
  const isTrials = id.startsWith('group:down:part:run:of study:');
  const words = isTrials ? 'trials' : (pluralWords[of] ?? `${kindWords[of]}s`);
  return `${isTrials ? '' : '+ '}${count.toLocaleString('en')} ${words}`;
}

/** `modelyard.yaml:13` */
export const placeText = ({ file, line }: Place): string => (line === undefined ? file : `${file}:${line}`);

/** Where in the workspace there is more of it; a file is its own place. */
export const placesText = ({ kind, places }: LineageNode): string =>
  places
    .filter(({ what }) => kind !== 'file' || what !== 'file')
    .map(({ place }) => placeText(place))
    .join(', ');
