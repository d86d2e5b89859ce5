import type { DataAccess, Frame } from '../../protocol/frame';
import { ModelyardError } from '../../errors';
import { findColumn, optionPlace } from '../columns';
import { groupingOf } from './groupings';

/** Rows in groups. */
export interface RowGroups {
  /** Of each row the position of its group; −1: in none. */
  readonly codes: Int32Array;
  /** Each as a condition. */
  readonly groups: readonly string[];
}

export interface GroupWork {
  readonly data: DataAccess;
  readonly frame: Frame;
  readonly rows: readonly number[];
}

/** More combinations are not told apart. */
const mostGroups = 60;

/**
 * The groups that columns or conditions make; of several, each combination that occurs, the largest 60.
 * @param option of the step, for errors
 * @throws ModelyardError `data.column`, `config.invalid`
 */
export function rowGroups(work: GroupWork, by: readonly string[], option: string): RowGroups {
  try {
    return combined(work, by, option);
  } catch (error) {
    if (!(error instanceof ModelyardError)) throw error;
    const { data: details, ...wire } = error.toWire();
    throw ModelyardError.fromWire({ ...wire, place: optionPlace(option), data: { ...details, group: by.join(', ') } });
  }
}

function combined(work: GroupWork, by: readonly string[], option: string): RowGroups {
  const parts = by.map(one => single(work, one, option));
  const [only, another] = parts;
  if (only && !another) return only;
  const keys = new Map<string, number>();
  const counts: number[] = [];
  const codes = Int32Array.from(work.rows, (_, row) => {
    const own = parts.map(part => part.codes[row]!);
    if (own.includes(-1)) return -1;
    const key = own.join(' ');
    const code = keys.get(key) ?? keys.size;
    keys.set(key, code);
    counts[code] = (counts[code] ?? 0) + 1;
    return code;
  });
  const names = [...keys.keys()].map(key =>
    key
      .split(' ')
      .map((code, part) => parts[part]?.groups[Number(code)] ?? '')
      .join(' and '),
  );
  const kept = [...counts.keys()].sort((a, b) => counts[b]! - counts[a]! || a - b).slice(0, mostGroups);
  kept.sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
  const place = new Map(kept.map((code, at) => [code, at]));
  return { codes: codes.map(code => place.get(code) ?? -1), groups: kept.map(code => names[code]!) };
}

function single({ data, frame, rows }: GroupWork, by: string, option: string): RowGroups {
  if (isCondition(by) && !frame.columns.some(({ name }) => name === by)) {
    const holds = data.condition(by, frame);
    return { codes: Int32Array.from(rows, row => (holds(row) ? 0 : 1)), groups: [by, `not (${by})`] };
  }
  const column = findColumn(frame, by, { role: 'one whose groups are compared', option });
  const found = groupingOf(column, rows, 1);
  return found
    ? { codes: found.codes, groups: found.conditions }
    : { codes: new Int32Array(rows.length), groups: [`${by} is anything`] };
}

/** Not a name by itself. */
const isCondition = (text: string): boolean => /[<>=!]|\b(?:in|is|not|like)\b/i.test(text);
