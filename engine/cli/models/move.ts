import type { Promotion } from '../../protocol/registry';
import type { StageChange } from '../../protocol/registryMoves';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import type { ConsentFlags, MoveFlags, MoveNames, PromoteFlags } from '../program/models';
import { gateSection } from '../text/runSummary';
import { versionNumber } from '../versionNumber';
import { consent, declined } from './consent';
import { latestVersion } from './latest';
import { versionDiffText } from './versionDiffText';

const placeOf = ({ options, io }: Invocation): ReturnType<typeof findPlace> => {
  const place = findPlace(options, io.cwd);
  requireWorkspace(place);
  return place;
};

export interface PromoteOptions extends PromoteFlags {
  readonly name: string;
  /** `3`, `v3`, or `latest`: the newest. */
  readonly version: string;
}

/** `modelyard promote`: shows what the version has else than who holds the stage, and moves it if the gates let it. */
export async function promoteCommand(invocation: Invocation, options: PromoteOptions): Promise<number> {
  const { name, to, reason, dryRun = false } = options;
  const given = options.version === 'latest' ? undefined : versionNumber(options.version);
  const { colors, io } = invocation;
  const { diff, promotion } = await withEngine(placeOf(invocation), async client => {
    const version = given ?? (await latestVersion(client, name));
    const shown = await client.call('registry/diff', { name, version, stage: to });
    if (dryRun) return { diff: shown, promotion: undefined };
    const asked = { name, version, to, ...(reason !== undefined && { reason }) };
    return { diff: shown, promotion: await client.call('models/promote', asked) };
  });
  const judged = promotion?.gates ?? diff.gates.after;
  const isBlocked = judged?.verdict === 'failed' || judged?.verdict === 'unknown';
  const shown = versionDiffText(promotion ? { ...diff, gates: {} } : diff, { colors: colors.out, width: io.width });
  answer(invocation, {
    json: promotion ? { ...promotion, diff } : { diff },
    text: () => {
      if (promotion === undefined) return shown;
      const beside = diff.before ? `${shown}\n` : '';
      return beside + promotionText(promotion, invocation);
    },
  });
  return (promotion ? !promotion.promoted : isBlocked) ? exitCodes.failed : exitCodes.ok;
}

function promotionText(
  { promoted, version, from, to, gates, replaced }: Promotion,
  { colors: { out }, io: { width } }: Invocation,
): string {
  const subject = `${version.model} version ${version.version}`;
  const made = replaced === undefined ? '' : `, in place of version ${replaced}`;
  const head = promoted
    ? `${out.green('✓')} ${subject} moved from ${from} to ${to}${made}.\n`
    : `${out.red('✗')} ${subject} stays in ${from}: the gates of ${to} block it.\n`;
  return gates.results.length === 0 ? head : head + gateSection(gates, { colors: out, width });
}

/** `modelyard models demote`, `archive`, `restore` */
export async function modelMoveCommand(
  invocation: Invocation,
  { kind, model: name, ...options }: MoveNames & MoveFlags,
): Promise<number> {
  const { reason = '', to, putBack } = options;
  const asked = { name, version: versionNumber(options.version), reason };
  const change = await withEngine(placeOf(invocation), client =>
    kind === 'demote'
      ? client.call('registry/demote', {
          ...asked,
          ...(to !== undefined && { to }),
          ...(putBack !== undefined && { putBack }),
        })
      : client.call(`registry/${kind}`, asked),
  );
  answer(invocation, { json: change, text: () => changeText(change, invocation) });
  return exitCodes.ok;
}

/** `modelyard models rollback` */
export async function modelRollbackCommand(
  invocation: Invocation,
  {
    name,
    stage,
    version,
    reason = '',
  }: { readonly name: string; readonly stage: string; readonly version?: string; readonly reason?: string },
): Promise<number> {
  const change = await withEngine(placeOf(invocation), client =>
    client.call('registry/rollback', {
      ...{ name, stage, reason },
      ...(version !== undefined && { version: versionNumber(version) }),
    }),
  );
  answer(invocation, { json: change, text: () => changeText(change, invocation) });
  return exitCodes.ok;
}

function changeText(
  { version, from, to, replaced, putBack, gates }: StageChange,
  { colors: { out }, io: { width } }: Invocation,
): string {
  const others = [
    ...(replaced === undefined ? [] : [`, in place of version ${replaced}`]),
    ...(putBack === undefined ? [] : [`; version ${putBack} is in ${from} again`]),
  ].join('');
  const said = `${out.green('✓')} ${version.model} version ${version.version} moved from ${from} to ${to}${others}.\n`;
  return gates && gates.results.length > 0 ? said + gateSection(gates, { colors: out, width }) : said;
}

/** `modelyard models delete` */
export async function modelDeleteCommand(
  invocation: Invocation,
  { name, version, reason = '', yes = false }: ConsentFlags & { readonly name: string; readonly version?: string },
): Promise<number> {
  const number = version === undefined ? undefined : versionNumber(version);
  const what = number === undefined ? `${name} with all its versions` : `version ${number} of ${name}`;
  const place = placeOf(invocation);
  if (!(await consent(invocation, `Delete ${what}?`, yes))) return declined;
  await withEngine(place, client =>
    client.call('registry/delete', { name, reason, ...(number !== undefined && { version: number }) }),
  );
  const back = number === undefined ? '' : ` \`modelyard models restore ${name} ${number}\` takes it back.`;
  answer(invocation, { json: { deleted: true }, text: () => `Deleted ${what}.${back}\n` });
  return exitCodes.ok;
}
