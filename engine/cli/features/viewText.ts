import type { Colors } from 'picocolors/types';
import type { FeatureOrigin } from '../../protocol/featureConfig';
import type { FeatureViewDetail } from '../../protocol/features';
import { numberText, timeText } from '../text/numbers';
import { tableText } from '../text/table';
import { problemText, usedBy } from './listText';

/** Of a view all that is known. */
export function viewText(view: FeatureViewDetail, colors: Colors): string {
  const { name, version, description, owner, problem, problemAt, freshness, consumers } = view;
  const title = `${colors.bold(version === undefined ? name : `${name}@v${version}`)}${description === undefined ? '' : `  ${description}`}\n`;
  const users = usedBy(consumers);
  const facts = [
    ['of', view.kind === 'on-demand' ? 'requests' : view.entities.join(', ')],
    ['source', view.source ?? ''],
    ['pushed', view.push ? 'yes' : ''],
    ['expires', view.ttl === undefined ? '' : `after ${spanWords(view.ttl)}`],
    ['owner', owner ?? ''],
    ['newest event', timeOr(freshness.newestEvent)],
    ['online up to', timeOr(freshness.materialisedTo)],
    ['used by', users],
  ].filter(([, value]) => value !== '');
  const wrong = problem === undefined ? '' : `${colors.red('✗')} ${problemText(problem, problemAt)}\n`;
  return `${title}${tableText(facts)}${wrong}\n${featuresText(view, colors)}${historyText(view, colors)}${setsText(view, colors)}`;
}

const timeOr = (time: number | undefined): string => (time === undefined ? '' : timeText(time));

function featuresText({ features }: FeatureViewDetail, colors: Colors): string {
  const head = ['feature', 'type', 'privacy', 'from', ''].map(title => colors.bold(title));
  const rows = features.map(({ name, type = '?', privacy = '', from, description = '' }) => [
    ...[name, type, privacy, originWords(from)],
    description,
  ]);
  return tableText([head, ...rows]);
}

function historyText({ history, version }: FeatureViewDetail, colors: Colors): string {
  if (history.length === 0) return '\nNo version yet: `modelyard features apply` records one.\n';
  const head = ['version', 'since', 'definition'].map(title => colors.bold(title));
  const rows = history.map(one => [
    `v${one.version}${one.version === version ? ' ←' : ''}`,
    timeText(one.createdAt),
    one.hash.slice(0, 12),
  ]);
  return `\n${tableText([head, ...rows])}`;
}

function setsText({ trainingSets = [] }: FeatureViewDetail, colors: Colors): string {
  if (trainingSets.length === 0) return '';
  const head = ['training set', 'rows', 'made', 'of', 'service'].map(title => colors.bold(title));
  const rows = trainingSets
    .slice(0, mostSets)
    .map(({ path, rows: count, createdAt, views, service = '' }) => [
      ...[path, count.toLocaleString('en'), timeText(createdAt), views.join(', ')],
      service,
    ]);
  return `\n${tableText([head, ...rows])}`;
}
const mostSets = 10;

/** `column Grade`, `amount / income`, `mean(amount) over 30 d where amount > 0` */
function originWords(from: FeatureOrigin): string {
  if (from.kind === 'column') return `column ${from.column}`;
  if (from.kind === 'expression') return from.expression;
  const { aggregate, of = '*', over, where } = from;
  return `${aggregate}(${of}) over ${spanWords(over)}${where === undefined ? '' : ` where ${where}`}`;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** `30 d` */
function spanWords(ms: number): string {
  const [unit, length] = units.find(([, one]) => ms % one === 0) ?? ['s', 1000];
  return `${numberText(ms / length)} ${unit}`;
}
