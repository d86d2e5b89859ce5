import type { Field } from './protobuf';
import { fieldsOf, integerOf, messageOf, textOf } from './protobuf';

/** A value that was logged or configured: the path of its key, and its JSON. */
export interface Item {
  readonly key: string;
  readonly json: string;
}

export interface RunRecord {
  readonly id: string;
  readonly entity: string;
  readonly project: string;
  readonly name: string;
  readonly group: string;
  readonly jobType: string;
  readonly notes: string;
  readonly sweep: string;
  readonly host: string;
  readonly tags: readonly string[];
  readonly gitRemote: string;
  readonly gitCommit: string;
  /** ms since 1970 */
  readonly startedAt: number | undefined;
  readonly config: readonly Item[];
}

/** What a `.wandb` file says that belongs to a run; the numbers are those of wandb_internal.proto. */
export type WandbRecord =
  | { readonly type: 'run'; readonly run: RunRecord }
  | { readonly type: 'history'; readonly step: bigint | undefined; readonly items: readonly Item[] }
  | { readonly type: 'config' | 'summary'; readonly items: readonly Item[] }
  | { readonly type: 'stats'; readonly time: number | undefined; readonly items: readonly Item[] }
  | { readonly type: 'exit'; readonly code: number };

/** @throws RangeError when the bytes are no record */
export function parseRecord(bytes: Uint8Array): WandbRecord | undefined {
  for (const field of fieldsOf(bytes)) {
    const content = messageOf(field);
    switch (field.number) {
      case 2:
        return historyOf(content);
      case 3:
        return { type: 'summary', items: itemsOf(content, 1) };
      case 5:
        return { type: 'config', items: itemsOf(content, 1) };
      case 7:
        return statsOf(content);
      case 17:
        return { type: 'run', run: runOf(content) };
      case 18:
        return { type: 'exit', code: exitOf(content) };
    }
  }
  return undefined;
}

function historyOf(bytes: Uint8Array): WandbRecord {
  let step: bigint | undefined;
  for (const field of fieldsOf(bytes)) {
    if (field.number !== 2) continue;
    step = 0n; // a message without its only field: zero
    for (const part of fieldsOf(messageOf(field))) if (part.number === 1) step = integerOf(part);
  }
  return { type: 'history', step, items: itemsOf(bytes, 1) };
}

function statsOf(bytes: Uint8Array): WandbRecord {
  let time: number | undefined;
  for (const field of fieldsOf(bytes)) if (field.number === 2) time = timestampOf(messageOf(field));
  return { type: 'stats', time, items: itemsOf(bytes, 3) };
}

function exitOf(bytes: Uint8Array): number {
  let code = 0;
  for (const field of fieldsOf(bytes)) if (field.number === 1) code = Number(BigInt.asIntN(32, integerOf(field)));
  return code;
}

function runOf(bytes: Uint8Array): RunRecord {
  const texts = new Map<number, string>();
  const tags: string[] = [];
  const git = new Map<number, string>();
  let startedAt: number | undefined;
  let config: readonly Item[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 4) config = itemsOf(messageOf(field), 1);
    else if (field.number === 10) tags.push(textOf(field));
    else if (field.number === 17) startedAt = timestampOf(messageOf(field));
    else if (field.number === 21) for (const part of fieldsOf(messageOf(field))) git.set(part.number, textOf(part));
    else if ([1, 2, 3, 6, 7, 8, 9, 12, 13].includes(field.number)) texts.set(field.number, textOf(field));
  }
  const text = (number: number): string => texts.get(number) ?? '';
  return {
    id: text(1),
    entity: text(2),
    project: text(3),
    group: text(6),
    jobType: text(7),
    name: text(8),
    notes: text(9),
    sweep: text(12),
    host: text(13),
    tags,
    gitRemote: git.get(1) ?? '',
    gitCommit: git.get(2) ?? '',
    startedAt,
    config,
  };
}

/** The members of a history, summary, config or stats: `number` is that of the repeated field. */
function itemsOf(bytes: Uint8Array, number: number): readonly Item[] {
  const items: Item[] = [];
  for (const field of fieldsOf(bytes)) if (field.number === number) items.push(itemOf(messageOf(field)));
  return items;
}

/** A key is a text, or the parts of a path. */
function itemOf(bytes: Uint8Array): Item {
  const path: string[] = [];
  let json = 'null';
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1 || field.number === 2) path.push(textOf(field));
    else if (field.number === 16) json = textOf(field);
    else json = typedValue(field) ?? json;
  }
  return { key: path.filter(part => part !== '').join('.'), json };
}

/** Newer writers may give some values a type of their own instead of JSON. */
function typedValue(field: Field): string | undefined {
  if (field.number === 4) return integerOf(field) === 0n ? 'false' : 'true';
  if (field.number === 5) {
    const value = integerOf(field);
    return String(BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))); // zigzag
  }
  if (field.number === 7) return JSON.stringify(textOf(field));
  return field.number === 8 ? textOf(field) : undefined;
}

function timestampOf(bytes: Uint8Array): number {
  let ms = 0;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) ms += Number(integerOf(field)) * 1000;
    if (field.number === 2) ms += Math.floor(Number(integerOf(field)) / 1e6);
  }
  return ms;
}
