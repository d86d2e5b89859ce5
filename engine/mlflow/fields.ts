import type { ExperimentId, RunId } from '../protocol/ids';
import { experimentId, runId } from '../ids';
import { invalid, missing, wrongType, wrongValue } from './failures';
import { camelCase, isObject, Numeral, numberAsWritten, readObject } from './json';
import type { Int64 } from './ports';

type Values = Readonly<Record<string, unknown>>;

/** Where the members come from. `body`: the JSON they were read from, to show what was wrong as it was written. */
interface Origin {
  readonly isQuery?: boolean;
  readonly prefix?: string;
  readonly body?: Uint8Array;
  /** The body was something else than a JSON object. */
  readonly isNoObject?: boolean;
}

const RUN_ID = /^[a-zA-Z0-9][\w-]{0,255}$/;
const INTEGER = /^\s*([+-]?\d{1,19})(?:\.0*)?\s*$/;
/** As R writes a round number: 1e+05. */
const SCIENTIFIC = /^[+-]?(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+$/;

/**
 * Reads the members of a request, of its query or JSON body, by the rules of MLflow: unknown members are ignored,
 * `null` is absent, and a name may be written as `run_id` or `runId`.
 */
export class Fields {
  constructor(
    private readonly values: Values,
    private readonly origin: Origin = {},
  ) {}

  /** Of what is said several times the first counts, unless a list is asked for. */
  static fromQuery(query: URLSearchParams): Fields {
    const values = new Map<string, unknown>();
    for (const key of new Set(query.keys())) values.set(key, query.getAll(key));
    return new Fields(Object.fromEntries(values), { isQuery: true });
  }

  static fromBody(body: Uint8Array): Fields {
    const object = readObject(body);
    return new Fields(object ?? {}, { body, isNoObject: object === undefined });
  }

  /** These members and those of the path, which win. */
  with(names: Readonly<Record<string, string>>): Fields {
    return Object.keys(names).length === 0 ? this : new Fields({ ...this.values, ...names }, this.origin);
  }

  /** For a call that needs no member: what cannot be read is not just empty. */
  refuseOther(): void {
    if (this.origin.isNoObject === true) throw invalid('The body of the request is not a JSON object.', 'BAD_REQUEST');
  }

  /** Not empty. */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined || value === '') throw missing(this.path(name));
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.wrong(name, value);
  }

  double(name: string): number {
    const value = this.value(name);
    if (value === undefined || value === '') throw missing(this.path(name));
    if (typeof value === 'number') return value;
    const text = value instanceof Numeral ? value.text : value;
    const number = typeof text === 'string' ? parseDouble(text.trim()) : undefined;
    if (number === undefined) throw this.wrong(name, value);
    return number;
  }

  int64(name: string): Int64 {
    const value = this.optionalInt64(name);
    if (value === undefined) throw missing(this.path(name));
    return value;
  }

  /** A whole number, as number or as text, which may have an exponent. */
  optionalInt64(name: string): Int64 | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const number = asInt64(value);
    if (number === undefined) throw this.wrong(name, value);
    return number;
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    throw this.wrong(name, value);
  }

  /** A whole number that is exact in JavaScript. */
  optionalInteger(name: string): number | undefined {
    const value = this.optionalInt64(name);
    if (typeof value === 'bigint') throw wrongValue(this.path(name), String(value), { why: 'It is too large.' });
    return value;
  }

  /** True or false; absent: false. */
  boolean(name: string): boolean {
    const value = this.value(name) ?? false;
    if (typeof value !== 'boolean') throw this.wrong(name, value);
    return value;
  }

  texts(name: string): readonly string[] {
    const value = this.member(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw this.wrong(name, value);
    const list: readonly unknown[] = value;
    return list.map((item, index) => {
      if (typeof item === 'string') return item;
      throw this.wrong(`${name}[${index}]`, item);
    });
  }

  /** As `list`, which must be there, but may be empty. */
  required(name: string): readonly Fields[] {
    if (!this.has(name)) throw missing(this.path(name));
    return this.list(name);
  }

  /** The members of each object of a list. */
  list(name: string): readonly Fields[] {
    const value = this.value(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw this.wrong(name, value);
    const items: readonly unknown[] = value;
    return items.map((item, index) => {
      const path = `${name}[${index}]`;
      if (!isObject(item)) throw this.wrong(path, item);
      return new Fields(item, { ...this.origin, prefix: `${this.path(path)}.` });
    });
  }

  /** An object of texts. */
  textMap(name: string): Readonly<Record<string, string>> {
    if (!this.has(name)) return {};
    const members = this.object(name);
    return Object.fromEntries(Object.keys(members.values).map(key => [key, members.optionalText(key) ?? '']));
  }

  object(name: string): Fields {
    const found = this.optionalObject(name);
    if (found === undefined) throw missing(this.path(name));
    return found;
  }

  optionalObject(name: string): Fields | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.wrong(name, value);
    return new Fields(value, { ...this.origin, prefix: `${this.path(name)}.` });
  }

  /** A name of the list, or its number counted from 1. Another is as good as absent; `strict`: if it is a name. */
  enumeration<Name extends string>(name: string, names: readonly Name[], { strict = false } = {}): Name | undefined {
    const value = this.value(name);
    const found = names.find((one, index) => one === value || index + 1 === value || String(index + 1) === value);
    if (strict && found === undefined && value !== undefined && typeof value !== 'string')
      throw this.wrong(name, value);
    return found;
  }

  /** `run_id`, or `run_uuid` as older clients call it. `strict`: what cannot be the id of a run is not just unknown. */
  runId({ strict = false } = {}): RunId {
    const text = this.optionalText('run_id') ?? this.optionalText('run_uuid');
    if (text === undefined || text === '') throw missing('run_id');
    if (RUN_ID.test(text)) return runId(text);
    const shown = text.slice(0, 300);
    throw strict
      ? invalid(`Invalid value ${JSON.stringify(shown)} for parameter 'run_id' supplied.`)
      : invalid(`Run with id=${shown} not found`, 'RESOURCE_DOES_NOT_EXIST');
  }

  experimentId(): ExperimentId {
    const text = this.text('experiment_id');
    const id = parseExperimentId(text);
    if (id === undefined)
      throw invalid(`No Experiment with id=${text.slice(0, 300)} exists`, 'RESOURCE_DOES_NOT_EXIST');
    return id;
  }

  private path(name: string): string {
    return (this.origin.prefix ?? '') + name;
  }

  private wrong(name: string, value: unknown): Error {
    const { body } = this.origin;
    const written =
      value instanceof Numeral
        ? value.text
        : body && typeof value === 'number'
          ? numberAsWritten(body, name, value)
          : undefined;
    return wrongType(this.path(name), value, written);
  }

  /** Of a query the first value. */
  private value(name: string): unknown {
    const value = this.member(name);
    if (this.origin.isQuery !== true || !Array.isArray(value)) return value;
    const all: readonly unknown[] = value;
    return all[0];
  }

  private member(name: string): unknown {
    const own = this.own(name);
    const other = camelCase(name);
    if (other === name) return own;
    const alias = this.own(other);
    if (alias === undefined) return own;
    if (own !== undefined) throw invalid(`Request specifies both '${name}' and '${other}'; provide only one of them.`);
    return alias;
  }

  private own(name: string): unknown {
    return Object.hasOwn(this.values, name) ? (this.values[name] ?? undefined) : undefined;
  }
}

/** The id of an experiment, which MLflow reads as Python reads a number; undefined: no experiment can have it. */
function parseExperimentId(text: string): ExperimentId | undefined {
  const [, sign = '', digits = ''] = /^\s*([+-]?)0*(\d+)\s*$/.exec(text) ?? [];
  if (digits === '')
    throw invalid(`Invalid experiment ID '${text.slice(0, 300)}'. Experiment ID must be a valid integer.`);
  return digits.length > 15 || (sign === '-' && digits !== '0') ? undefined : experimentId(digits);
}

/** The experiments that a search is about; those that cannot exist are left out. */
export const asExperimentIds = (texts: readonly string[]): readonly ExperimentId[] =>
  texts.map(parseExperimentId).filter(id => id !== undefined);

function asInt64(value: unknown): Int64 | undefined {
  if (typeof value === 'number') return wholeNumber(value);
  const text = value instanceof Numeral ? value.text : value;
  if (typeof text !== 'string') return undefined;
  const digits = INTEGER.exec(text)?.[1];
  if (digits === undefined) return SCIENTIFIC.test(text) ? wholeNumber(Number(text)) : undefined;
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : within64(BigInt(digits));
}

function wholeNumber(value: number): Int64 | undefined {
  if (Number.isSafeInteger(value)) return value;
  return Number.isInteger(value) ? within64(BigInt(value)) : undefined;
}

const within64 = (value: bigint): bigint | undefined => (BigInt.asIntN(64, value) === value ? value : undefined);

/** As Python reads a float. */
function parseDouble(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text);
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return undefined;
}
