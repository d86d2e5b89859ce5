import type { Lineage, RegisteredModel } from '../../protocol/registry';
import type { RunSummary } from '../../protocol/tracking';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { numberText, timeText } from '../text/numbers';
import { approvalRow } from '../models/decide';
import { scansOf, signaturesOf } from '../scan/summaries';
import { tableText } from '../text/table';

/** `modelyard models [name]`: all registered models, or one with its versions and moves. */
export async function modelsCommand(invocation: Invocation, name: string | undefined): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  await withEngine(place, async client => {
    if (name === undefined) {
      const models = await client.call('models/list', {});
      answer(invocation, { json: { models }, text: () => listText(models, invocation) });
    } else {
      const model = await client.call('models/get', { name });
      const runs = await Promise.all(
        model.versions.map(({ runId }) =>
          runId === undefined ? Promise.resolve(undefined) : client.call('runs/get', { run: runId }),
        ),
      );
      answer(invocation, { json: model, text: () => modelText(model, runs, invocation) });
    }
  });
  return exitCodes.ok;
}

function listText(models: readonly RegisteredModel[], { colors: { out } }: Invocation): string {
  if (models.length === 0) return 'No registered models. Run a pipeline with a `register` step.\n';
  const hasAliases = models.some(({ aliases }) => Object.keys(aliases).length > 0);
  const head = ['model', 'versions', 'stages', ...(hasAliases ? ['aliases'] : [])].map(title => out.bold(title));
  const rows = models.map(model => [
    ...[model.name, String(model.versions.length), holders(model)],
    ...(hasAliases ? [aliases(model)] : []),
  ]);
  return tableText([head, ...rows]);
}

/** `staging v2 · production v1` */
const holders = ({ holders: held }: RegisteredModel): string =>
  Object.entries(held)
    .map(([stage, version]) => `${stage} v${version}`)
    .join(' · ');

/** `@champion v2 · @challenger v3` */
const aliases = ({ aliases: named }: RegisteredModel): string =>
  Object.entries(named)
    .map(([alias, version]) => `@${alias} v${version}`)
    .join(' · ');

const aliasesOf = ({ aliases: named }: RegisteredModel, version: number): readonly string[] =>
  Object.entries(named).flatMap(([alias, number]) => (number === version ? [`@${alias}`] : []));

/** @param runs those of the versions, in their order */
function modelText(
  model: RegisteredModel,
  runs: readonly (RunSummary | undefined)[],
  { colors: { out } }: Invocation,
): string {
  const hasAliases = Object.keys(model.aliases).length > 0;
  const scans = scansOf(model);
  const signatures = signaturesOf(model);
  const titles = [
    'version',
    'stage',
    ...(hasAliases ? ['aliases'] : []),
    ...(scans ? ['scan'] : []),
    ...(signatures ? ['signature'] : []),
    'auc',
    'registered',
    'by',
    'run',
    'commit',
  ];
  const head = [...titles, 'config', 'data'].map(title => out.bold(title));
  const rows = model.versions.map((version, i) => [
    `v${version.version}`,
    version.stage,
    ...(hasAliases ? [aliasesOf(model, version.version).join(' ')] : []),
    ...(scans ? [scans(version.version)] : []),
    ...(signatures ? [signatures(version.version)] : []),
    version.metrics['auc'] === undefined ? '' : numberText(version.metrics['auc']),
    timeText(version.createdAt),
    version.createdBy,
    runs[i] === undefined ? '' : `r-${runs[i].number}`,
    ...lineageCells(version.lineage),
  ]);
  const moves = [...stageMoves(model), ...aliasMoves(model)]
    .sort((a, b) => b.at - a.at)
    .map(({ at, cells }) => [`  ${timeText(at)}`, ...cells]);
  const decisions = model.approvals.map(one => ['', ...approvalRow(one)]);
  const description = model.description === '' ? '' : `: ${model.description}`;
  const said = decisions.length === 0 ? '' : `${out.bold('Approvals')}\n${tableText(decisions)}`;
  return `${out.bold(model.name)}${description}\n${tableText([head, ...rows])}${said}${out.bold('Moves')}\n${tableText(moves)}`;
}

/** Commit (`+`: with uncommitted changes), config and data. */
const lineageCells = ({ gitCommit, gitDirty, configDigest, datasets }: Lineage): readonly string[] => [
  gitCommit === undefined ? '' : short(gitCommit) + (gitDirty === true ? '+' : ''),
  configDigest === undefined ? '' : short(configDigest),
  datasets.map(({ name, digest }) => `${name}@${short(digest)}`).join(' '),
];

const short = (hash: string): string => hash.slice(0, 8);

interface MoveLine {
  readonly at: number;
  readonly cells: readonly string[];
}

const stageMoves = ({ history }: RegisteredModel): readonly MoveLine[] =>
  history.map(({ at, version, from, to, by, reason }) => ({
    at,
    cells: [`v${version}`, from === null ? to : `${from} → ${to}`, by, reason],
  }));

const aliasMoves = ({ aliasHistory }: RegisteredModel): readonly MoveLine[] =>
  aliasHistory.map(({ at, alias, from, to, by, reason }) => ({
    at,
    cells: [to === null ? '' : `v${to}`, aliasMoveText(alias, from, to), by, reason],
  }));

/** `@champion`, `@champion from v2`, `@champion deleted` */
const aliasMoveText = (alias: string, from: number | null, to: number | null): string =>
  to === null ? `@${alias} deleted, was v${from ?? ''}` : from === null ? `@${alias}` : `@${alias} from v${from}`;
