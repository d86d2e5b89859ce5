import type { ScanSeverity } from '../../protocol/security';

/** What the lists say of a global. `call`: its kind of pickle calls it with arguments, and that is safe. */
export type GlobalRule =
  | {
      readonly verdict: 'pass';
      readonly call: boolean;
      /** What is wrong with the arguments of a call: the end of a sentence. */
      readonly check?: (args: Value) => string | undefined;
    }
  | { readonly verdict: 'review' }
  | { readonly verdict: 'block'; readonly severity: ScanSeverity; readonly why: string };

/** A class, function or whatever else a pickle has asked a module for. */
export interface GlobalValue {
  readonly kind: 'global';
  /** `module:name` */
  readonly name: string;
  readonly rule: GlobalRule;
}

/** A list, tuple, set or dictionary; of what is in it only the first `keptItems` are known. */
export interface Container {
  readonly kind: 'list' | 'tuple' | 'set' | 'dict';
  /** Of a dictionary keys and values by turns. */
  readonly items: Value[];
  complete: boolean;
  /** Of all keys of a dictionary, kept or not: one that is no name of data, or of which nobody can tell what it is. */
  oddKey?: string;
}

/** What came of a call, or an instance of a class. */
export interface ObjectValue {
  readonly kind: 'object';
  readonly of: GlobalValue | undefined;
  readonly args: Value | undefined;
  state: Value | undefined;
  /** It has attributes or items of its own by now. */
  isFilled?: boolean;
}

/** Bytes of which the scan knows where they are. `text` is a text too long to be the name of anything. */
export interface LongValue {
  readonly kind: 'bytes' | 'text';
  readonly length: number;
  /** Bytes to which more was added: what they are is not what stands in the source. */
  isChanged?: boolean;
}

/** Where a mark was put on the stack. */
export interface Mark {
  readonly kind: 'mark';
}

/** What depends on whoever loads the pickle. */
export interface Unknown {
  readonly kind: 'unknown';
}

/** An abstract value on the stack of the pickle machine: exact as far as names and sizes can come of it. */
export type Value =
  | string
  | number
  | boolean
  | null
  | GlobalValue
  | Container
  | ObjectValue
  | LongValue
  | Mark
  | Unknown;

const keptItems = 64;
export const mark: Mark = { kind: 'mark' };
export const unknown: Unknown = { kind: 'unknown' };

type Kinded = Exclude<Value, string | number | boolean | null>;
type OfKind<K, V = Kinded> = V extends { readonly kind: infer Own }
  ? Extract<Own, K> extends never
    ? never
    : V
  : never;

export const isKind = <K extends Kinded['kind']>(
  value: Value | undefined,
  ...kinds: readonly K[]
): value is OfKind<K> => typeof value === 'object' && value !== null && kinds.some(kind => kind === value.kind);

export function container(kind: Container['kind'], items: readonly Value[] = []): Container {
  const made: Container = { kind, items: items.slice(0, keptItems), complete: items.length <= keptItems };
  if (kind === 'dict') noteKeys(made, items);
  return made;
}

/** Adds to a container as far as it is kept. */
export function addTo(to: Container, items: readonly Value[]): void {
  const room = Math.max(0, keptItems - to.items.length);
  if (to.kind === 'dict') noteKeys(to, items);
  for (let index = 0; index < Math.min(room, items.length); index += 1) to.items.push(items[index] ?? null);
  if (items.length > room) to.complete = false;
}

function noteKeys(dict: Container, items: readonly Value[]): void {
  for (let index = 0; index < items.length && dict.oddKey === undefined; index += 2) {
    const key = items[index];
    if (typeof key === 'string' && /^__\w+__$/.test(key)) dict.oddKey = key;
    else if (isKind(key, 'object', 'unknown')) dict.oddKey = 'an attribute whose name is computed';
  }
}

/** Whether a value is, or has in it, a global of one of the names. */
export function holds(value: Value | undefined, names: ReadonlySet<string>, depth = 0): boolean {
  if (isKind(value, 'global')) return names.has(value.name);
  if (depth > 4) return false;
  if (isKind(value, 'object')) return holds(value.args, names, depth + 1);
  return isKind(value, 'tuple', 'list', 'dict', 'set') && value.items.some(item => holds(item, names, depth + 1));
}

/** The value of a key of a dictionary whose keys are all known; the last one wins. */
export function entry(dict: Value | undefined, key: string): Value | undefined {
  if (!isKind(dict, 'dict') || !dict.complete) return undefined;
  for (let index = dict.items.length - 2; index >= 0; index -= 2)
    if (dict.items[index] === key) return dict.items[index + 1];
  return undefined;
}

/** What an error or a finding calls a value. */
export function called(value: Value | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return 'a text';
  if (value === null || typeof value !== 'object') return String(value);
  if (value.kind === 'global') return value.name;
  if (value.kind === 'object') return value.of === undefined ? 'what was computed' : `what came of ${value.of.name}`;
  return value.kind === 'unknown' ? 'something unknown' : `a ${value.kind}`;
}
