import { ModelyardError } from '../../errors';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import type { AliasNames } from '../program/registered';
import { versionNumber } from '../versionNumber';

interface AliasChange {
  readonly isDeleted: boolean;
  readonly reason: string;
}

/** `modelyard alias`: gives a version a name of its own, which another one may have had; or deletes the name. */
export async function aliasCommand(
  invocation: Invocation,
  { model: name, alias: given, version, isDeleted, reason }: AliasNames & AliasChange,
): Promise<number> {
  const alias = given.replace(/^@/, '');
  if (isDeleted === (version !== undefined)) throw notOne();
  const number = version === undefined ? undefined : versionNumber(version);
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const model = await withEngine(place, client =>
    number === undefined
      ? client.call('models/deleteAlias', { name, alias, reason })
      : client.call('models/setAlias', { name, alias, version: number, reason }),
  );
  const said = number === undefined ? `${name}@${alias} is no more.` : `${name}@${alias} is version ${number}.`;
  answer(invocation, { json: model, text: () => `${said}\n` });
  return exitCodes.ok;
}

const notOne = (): ModelyardError =>
  new ModelyardError('params.invalid', 'Give a version, or --delete.', {
    fix: 'modelyard alias MODEL NAME VERSION, or modelyard alias MODEL NAME --delete.',
    data: { key: 'version' },
  });
