import type { LineageRef } from '../protocol/lineageSource';
import { lineageKinds } from '../protocol/lineage';

/** `version:credit-risk@3` */
export const idOf = ({ kind, key }: LineageRef): string => `${kind}:${key}`;

/** What an id names; undefined for what is no id. */
export function refOf(id: string): LineageRef | undefined {
  const at = id.indexOf(':');
  const kind = lineageKinds.find(one => one === id.slice(0, Math.max(0, at)));
  return kind === undefined || at === id.length - 1 ? undefined : { kind, key: id.slice(at + 1) };
}
