import type { Cell } from '../../protocol/data';
import type { EntityKey } from '../../protocol/features';
import { wholeNumberText } from '../join/wholeNumber';

/**
 * The one text for a key, however it is written: of the type `integer` see `wholeNumberText`; of
 * the type `string` a text stands as it is, without any Unicode normalisation. Several keys are a JSON list of theirs.
 * Undefined: a key is missing or not of its type.
 */
export function canonicalKey(
  entities: readonly Pick<EntityKey, 'type'>[],
  cells: readonly (Cell | undefined)[],
): string | undefined {
  const [only] = entities;
  if (entities.length === 1 && only) return canonicalCell(only.type, cells[0]);
  const parts: string[] = [];
  for (const [index, { type }] of entities.entries()) {
    const part = canonicalCell(type, cells[index]);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return JSON.stringify(parts);
}

function canonicalCell(type: EntityKey['type'], cell: Cell | undefined): string | undefined {
  if (cell === null || cell === undefined) return undefined;
  if (type === 'string') return cell === '' ? undefined : String(cell);
  if (typeof cell === 'boolean') return undefined;
  if (typeof cell === 'string') return wholeNumberText(cell);
  return Number.isSafeInteger(cell) ? String(cell) : undefined; // what is beyond may have been rounded
}

/** The values of a key again. */
export function keyCells(entities: readonly Pick<EntityKey, 'type'>[], key: string): readonly Cell[] {
  const parts: unknown = entities.length === 1 ? [key] : JSON.parse(key);
  const texts = Array.isArray(parts) ? parts.map(String) : [];
  return entities.map(({ type }, index) => {
    const text = texts[index] ?? null;
    const number = Number(text);
    return text !== null && type === 'integer' && Number.isSafeInteger(number) ? number : text;
  });
}
