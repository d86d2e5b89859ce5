import { experimentId, runId } from '../ids';
import type { ExperimentId, RunId } from '../protocol/ids';
import { missing, wrongType, wrongValue } from './failures';
import { isObject } from './json';
import type { Int64 } from './ports';

type Values = Readonly<Record<string, unknown>>;

/** Reads the members of a request, of its query or JSON body, by the rules of MLflow. Unknown members are ignored. */
export class Fields {
  constructor(
    private readonly values: Values,
    private readonly prefix = '',
  ) {}

  /** A single value counts as a list where one is asked for: that is how a query says it. */
  static fromQuery(query: URLSearchParams): Fields {
    const values = new Map<string, unknown>();
    for (const key of new Set(query.keys())) {
      const all = query.getAll(key);
      values.set(key, all.length === 1 ? all[0] : all);
    }
    return new Fields(Object.fromEntries(values));
  }

  /** These members and those of the path, which win. */
  with(names: Readonly<Record<string, string>>): Fields {
    return Object.keys(names).length === 0 ? this : new Fields({ ...this.values, ...names }, this.prefix);
  }

  /** Not empty. */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined || value === '') throw missing(this.prefix + name);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    throw wrongType(this.prefix + name, value);
  }

  double(name: string): number {
    const value = this.value(name);
    if (value === undefined) throw missing(this.prefix + name);
    if (typeof value === 'number') return value;
    const number = typeof value === 'string' && value.trim() !== '' ? parseDouble(value) : undefined;
    if (number === undefined) throw wrongType(this.prefix + name, value);
    return number;
  }

  int64(name: string): Int64 {
    const value = this.optionalInt64(name);
    if (value === undefined) throw missing(this.prefix + name);
    return value;
  }

  /** A whole number, as number or decimal text. */
  optionalInt64(name: string): Int64 | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    if (typeof value === 'string' && /^[+-]?\d{1,19}$/.test(value)) {
      const number = Number(value);
      if (Number.isSafeInteger(number)) return number;
      const exact = BigInt(value);
      if (BigInt.asIntN(64, exact) === exact) return exact;
    }
    throw wrongType(this.prefix + name, value);
  }

  /** A whole number that is exact in JavaScript. */
  optionalInteger(name: string): number | undefined {
    const value = this.optionalInt64(name);
    if (typeof value === 'bigint') throw wrongValue(this.prefix + name, String(value), 'It is too large.');
    return value;
  }

  /** True or false; absent: false. */
  boolean(name: string): boolean {
    const value = this.value(name) ?? false;
    if (typeof value !== 'boolean') throw wrongType(this.prefix + name, value);
    return value;
  }

  texts(name: string): readonly string[] {
    const value = this.value(name);
    if (value === undefined) return [];
    const list: readonly unknown[] = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [undefined];
    return list.map((item, index) => {
      if (typeof item === 'string') return item;
      throw Array.isArray(value)
        ? wrongType(`${this.prefix}${name}[${index}]`, item)
        : wrongType(this.prefix + name, value);
    });
  }

  /** The members of each object of a list. */
  list(name: string): readonly Fields[] {
    const value = this.value(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw wrongType(this.prefix + name, value);
    const items: readonly unknown[] = value;
    return items.map((item, index) => {
      const path = `${this.prefix}${name}[${index}]`;
      if (!isObject(item)) throw wrongType(path, item);
      return new Fields(item, `${path}.`);
    });
  }

  object(name: string): Fields {
    const found = this.optionalObject(name);
    if (found === undefined) throw missing(this.prefix + name);
    return found;
  }

  optionalObject(name: string): Fields | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw wrongType(this.prefix + name, value);
    return new Fields(value, `${this.prefix}${name}.`);
  }

  /** A name of the list, or its number counted from 1; anything else is as good as absent. */
  enumeration<Name extends string>(name: string, names: readonly Name[]): Name | undefined {
    const value = this.value(name);
    if (typeof value === 'number') return names[value - 1];
    return names.find(one => one === value);
  }

  /** `run_id`, or `run_uuid` as older clients call it. */
  runId(): RunId {
    const text = this.optionalText('run_id') ?? this.optionalText('run_uuid');
    if (text === undefined || text === '') throw missing('run_id');
    if (!/^[a-zA-Z0-9][\w-]{0,255}$/.test(text)) throw wrongValue('run_id', text, 'This is not the id of a run.');
    return runId(text);
  }

  experimentId(fallback?: string): ExperimentId {
    const text = this.optionalText('experiment_id') ?? fallback;
    if (text === undefined || text === '') throw missing('experiment_id');
    return asExperimentId(text);
  }

  private value(name: string): unknown {
    return Object.hasOwn(this.values, name) ? (this.values[name] ?? undefined) : undefined;
  }
}

export function asExperimentId(text: string): ExperimentId {
  if (!/^\d{1,19}$/.test(text)) throw wrongValue('experiment_id', text, 'The id of an experiment is a decimal number.');
  return experimentId(text);
}

function parseDouble(text: string): number | undefined {
  if (text === 'NaN') return Number.NaN;
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?Infinity$/.test(text)) return Number(text);
  return undefined;
}
