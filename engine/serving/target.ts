import { ModelyardError } from '../errors';
import type { RegisteredModel } from '../protocol/registry';

/**
 * Which version answers at a stage (`production`), an alias (`@champion`) or a number (`3`); undefined while none holds it.
 * @throws ModelyardError `not-found` for a stage that the model has not, or a version that there is not
 */
export function versionAt(
  { name, versions, aliases, stages, holders }: RegisteredModel,
  at: string,
): number | undefined {
  if (at.startsWith('@')) {
    const alias = at.slice(1);
    return Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
  }
  if (/^v?\d+$/.test(at)) {
    const number = Number(at.replace('v', ''));
    if (versions.some(({ version }) => version === number)) return number;
    throw new ModelyardError('not-found', `Model ${name} has no version ${number}.`);
  }
  if (stages.includes(at)) return holders[at];
  throw new ModelyardError('not-found', `Model ${name} has no stage ${at}.`, {
    fix: `Name one of ${stages.join(', ')}, an alias (@champion) or a version (3).`,
  });
}

/**
 * What a rollback would bring back: of the highest stage that somebody holds the holder, or where that is the version itself
 * whoever held it before; else the newest version before it; undefined: there is no other.
 */
export function versionBefore(
  { versions, stages, holders, previous }: RegisteredModel,
  version: number,
): number | undefined {
  const stage = stages.findLast(one => holders[one] !== undefined);
  const found = stage === undefined ? undefined : holders[stage] === version ? previous[stage] : holders[stage];
  const others = versions.map(one => one.version).filter(one => one < version);
  return found ?? (others.length > 0 ? Math.max(...others) : undefined);
}
