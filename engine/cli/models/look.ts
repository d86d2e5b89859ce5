import { readFileSync } from 'node:fs';
import type { GateReport } from '../../protocol/gates';
import type { RegistryFound, VersionComparison } from '../../protocol/registryMoves';
import { ModelyardError } from '../../errors';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { numberText, timeText } from '../text/numbers';
import { plural } from '../../plural';
import type { DiffNames, SearchFlags } from '../program/models';
import { tableText } from '../text/table';
import { versionNumber } from '../versionNumber';
import { versionDiffText } from './versionDiffText';

const placeOf = ({ options, io }: Invocation): ReturnType<typeof findPlace> => {
  const place = findPlace(options, io.cwd);
  requireWorkspace(place);
  return place;
};

/** `modelyard models diff` */
export async function modelDiffCommand(
  invocation: Invocation,
  { model: name, version, other, to }: DiffNames & { readonly to?: string },
): Promise<number> {
  if ((other === undefined) === (to === undefined))
    throw new ModelyardError('params.invalid', 'Give another version, or --to STAGE.', {
      fix: 'modelyard models diff MODEL OLDER NEWER, or modelyard models diff MODEL VERSION --to STAGE.',
      data: { key: 'other' },
    });
  // `diff A B` reads as from A to B
  const beside = other === undefined ? { stage: to ?? '' } : { other: versionNumber(version) };
  const subject = versionNumber(other ?? version);
  const diff = await withEngine(placeOf(invocation), client =>
    client.call('registry/diff', { name, version: subject, ...beside }),
  );
  const { io, colors } = invocation;
  answer(invocation, { json: diff, text: () => versionDiffText(diff, { colors: colors.out, width: io.width }) });
  return exitCodes.ok;
}

/** `modelyard models compare` */
export async function modelCompareCommand(
  invocation: Invocation,
  { name, versions }: { readonly name: string; readonly versions: readonly string[] },
): Promise<number> {
  const numbers = versions.map(versionNumber);
  const compared = await withEngine(placeOf(invocation), client =>
    client.call('registry/compare', { name, versions: numbers }),
  );
  answer(invocation, { json: compared, text: () => comparisonText(compared, invocation) });
  return exitCodes.ok;
}

function comparisonText(compared: VersionComparison, { colors: { out } }: Invocation): string {
  const { versions, metrics, params, data, gates } = compared;
  const head = [compared.model, ...versions.map(({ version }) => `v${version}`)].map(text => out.bold(text));
  const rows = [
    head,
    ['stage', ...versions.map(({ stage }) => stage)],
    ['registered', ...versions.map(({ createdAt }) => timeText(createdAt))],
    ['by', ...versions.map(({ createdBy }) => createdBy)],
    ...metrics.map(({ name, cells }) => [
      name,
      ...cells.map(cell =>
        cell === null
          ? '–'
          : `${numberText(cell.value)}${cell.interval ? ` [${cell.interval.map(numberText).join(', ')}]` : ''}`,
      ),
    ]),
    ...params.filter(({ isSame }) => !isSame).map(({ name, cells }) => [name, ...cells.map(cell => cell ?? '–')]),
    ...data.map(({ name, cells }) => [`data ${name}`, ...cells.map(cell => cell?.slice(0, 12) ?? '–')]),
    ...gates.map(({ stage, cells }) => [`gates of ${stage}`, ...cells.map(verdictText)]),
  ];
  const same = params.filter(({ isSame }) => isSame).length;
  return tableText(rows) + (same === 0 ? '' : out.dim(`${plural(same, 'parameter')} of the same value not shown\n`));
}

function verdictText(report: GateReport | null): string {
  if (report === null) return '–';
  const blocking = report.results.filter(({ verdict }) => verdict === 'failed' || verdict === 'unknown');
  return blocking.length === 0 ? report.verdict : `blocked: ${blocking.map(({ rule }) => rule).join(', ')}`;
}

/** `modelyard models search` */
export async function modelSearchCommand(
  invocation: Invocation,
  { filter, versions = false, order, limit }: SearchFlags & { readonly filter: string | undefined },
): Promise<number> {
  const found = await withEngine(placeOf(invocation), client =>
    client.call('registry/search', {
      kind: versions ? 'versions' : 'models',
      limit,
      ...(filter !== undefined && { filter }),
      ...(order !== undefined && { orderBy: order }),
    }),
  );
  answer(invocation, { json: found, text: () => foundText(found, versions, invocation) });
  return exitCodes.ok;
}

function foundText(found: RegistryFound, isVersions: boolean, { colors: { out } }: Invocation): string {
  const more = found.nextPageToken === undefined ? '' : out.dim('There are more: --limit shows them.\n');
  const tagsText = (tags: Readonly<Record<string, string>>): string =>
    Object.entries(tags)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ');
  if (isVersions) {
    if (found.versions.length === 0) return 'No version fits.\n';
    const head = ['model', 'version', 'stage', 'registered', 'tags'].map(title => out.bold(title));
    const rows = found.versions.map(one => [
      ...[one.model, `v${one.version}`, one.stage, timeText(one.createdAt), tagsText(one.tags)],
    ]);
    return tableText([head, ...rows]) + more;
  }
  if (found.models.length === 0) return 'No model fits.\n';
  const head = ['model', 'changed', 'aliases', 'tags'].map(title => out.bold(title));
  const rows = found.models.map(({ name, updatedAt, aliases, tags }) => [
    ...[name, timeText(updatedAt)],
    Object.entries(aliases)
      .map(([alias, version]) => `@${alias} v${version}`)
      .join(' · '),
    tagsText(tags),
  ]);
  return tableText([head, ...rows]) + more;
}

/** `modelyard models describe`; `-` reads standard input. */
export async function modelDescribeCommand(
  invocation: Invocation,
  { name, text, version }: { readonly name: string; readonly text: string; readonly version?: string },
): Promise<number> {
  const description = text === '-' ? readFileSync(0, 'utf8') : text;
  const number = version === undefined ? {} : { version: versionNumber(version) };
  const model = await withEngine(placeOf(invocation), client =>
    client.call('registry/describe', { name, description, ...number }),
  );
  answer(invocation, { json: model, text: () => `${subjectOf(name, version)} is described.\n` });
  return exitCodes.ok;
}

/** `modelyard models tag` */
export async function modelTagCommand(
  invocation: Invocation,
  { name, pairs, version }: { readonly name: string; readonly pairs: readonly string[]; readonly version?: string },
): Promise<number> {
  const tags = Object.fromEntries(pairs.map(tagPair));
  const number = version === undefined ? {} : { version: versionNumber(version) };
  const model = await withEngine(placeOf(invocation), client => client.call('registry/tag', { name, tags, ...number }));
  answer(invocation, { json: model, text: () => `${subjectOf(name, version)} is tagged.\n` });
  return exitCodes.ok;
}

const subjectOf = (name: string, version: string | undefined): string =>
  version === undefined ? name : `Version ${versionNumber(version)} of ${name}`;

function tagPair(pair: string): readonly [string, string | null] {
  const at = pair.indexOf('=');
  if (at > 0) return [pair.slice(0, at), pair.slice(at + 1) === '' ? null : pair.slice(at + 1)];
  throw new ModelyardError('params.invalid', `${pair} is no tag: it must look like NAME=VALUE.`, {
    fix: 'Such as: modelyard models tag credit-risk team=risk',
    data: { key: 'tags' },
  });
}
