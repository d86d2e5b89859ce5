import { pythonFloat } from './numbers';

/** JSON as Python writes it: NaN and Infinity may stand in it. Undefined: it is no JSON. */
export function parsePython(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    const number = pythonFloat(json.trim());
    if (number !== undefined) return number;
    try {
      // within a list or object they become texts
      return JSON.parse(json.replace(/(?<=[[,:\s])(-?Infinity|NaN)(?=[\],}\s])/g, '"$1"'));
    } catch {
      return undefined;
    }
  }
}

/** The numbers in a value: itself, or those within it with the path of their keys. Lists and W&B's media have none. */
export function* numbersIn(key: string, value: unknown, separator = '.'): Generator<readonly [string, number]> {
  if (typeof value === 'number') yield [key, value];
  else if (typeof value === 'boolean') yield [key, Number(value)];
  // where JSON has no NaN and infinities
  else if (typeof value === 'string' && /^(NaN|-?Infinity)$/.test(value)) yield [key, Number(value)];
  else if (typeof value === 'object' && value !== null && !Array.isArray(value) && !('_type' in value))
    for (const [name, member] of Object.entries(value))
      yield* numbersIn(key === '' ? name : `${key}${separator}${name}`, member, separator);
}

/** A configured value as params: members of objects by the path of their keys, other values as text. */
export function* textsIn(key: string, value: unknown): Generator<readonly [string, string]> {
  if (value === undefined) return;
  const isLeaf = typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0;
  if (!isLeaf)
    for (const [name, member] of Object.entries(value)) yield* textsIn(key === '' ? name : `${key}.${name}`, member);
  else if (key !== '') yield [key, typeof value === 'string' ? value : JSON.stringify(value)];
}
