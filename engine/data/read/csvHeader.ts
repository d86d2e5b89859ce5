import type { DatasetSource } from '../../protocol/jobs';
import { Kind } from './cellKind';
import { CellParser } from './cellParser';
import { dataError } from './dataFile';

/**
 * Column names from the cells of the first row. A cell without a name (the index column that pandas writes) becomes
 * `unnamed_1`, by its position.
 * @throws ModelyardError `data.unreadable` for a name that stands twice and for a first row that holds values
 */
export function readHeader(source: DatasetSource, cells: readonly string[], line: number): readonly string[] {
  const names = cells.map((cell, index) => cell.trim() || `unnamed_${index + 1}`);
  const parser = new CellParser([]);
  const kinds = cells.map(cell => parser.parse(Buffer.from(cell), 0, Buffer.byteLength(cell)));
  if (kinds.every(kind => kind !== Kind.text))
    throw dataError(source, `the first row holds values (${shortList(cells)}), not the names of the columns.`, {
      line,
      column: 1,
      fix: 'Add a first line with the names of the columns.',
    });
  assertUnique(source, names, line);
  return names;
}

/** @throws ModelyardError `data.unreadable` */
export function assertUnique(source: DatasetSource, names: readonly string[], line?: number): void {
  const seen = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const first = seen.get(name);
    if (first !== undefined)
      throw dataError(
        source,
        `two columns, the ${first + 1}. and the ${index + 1}., are called ${JSON.stringify(name)}.`,
        {
          ...(line !== undefined && { line }),
          key: name,
          fix: 'Give each column a name of its own.',
        },
      );
    seen.set(name, index);
  }
}

const shortList = (cells: readonly string[]): string =>
  cells.slice(0, 3).join(', ').slice(0, 80) + (cells.length > 3 ? ', …' : '');
