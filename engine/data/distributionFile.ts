import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import * as v from 'valibot';
import { ModelyardError } from '../errors';
import type { Distribution } from './profile/distribution';

/** Beside a version's profile, in the folder of the step that made it. */
export const distributionFile = 'distributions.json.gz';

const counts = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)));
const common = { name: v.string(), counts, of: v.pipe(v.number(), v.minValue(0)), complete: v.boolean() };
const schema: v.GenericSchema<unknown, { readonly format: 1; readonly columns: readonly Distribution[] }> = v.object({
  format: v.literal(1),
  columns: v.array(
    v.variant('kind', [
      v.object({ kind: v.literal('numbers'), values: v.array(v.number()), ...common }),
      v.object({ kind: v.literal('texts'), values: v.array(v.string()), ...common }),
    ]),
  ),
});

/** The same columns give the same bytes: the file is kept by its content. */
export async function writeDistributions(file: string, columns: readonly Distribution[]): Promise<void> {
  await writeFile(file, await promisify(gzip)(JSON.stringify({ format: 1, columns }), { level: 6 }));
}

/** By column. @throws ModelyardError `internal` when it is not such a file */
export async function readDistributions(file: string): Promise<ReadonlyMap<string, Distribution>> {
  const text = await promisify(gunzip)(await readFile(file));
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text.toString());
  if (!parsed.success)
    throw new ModelyardError('internal', `The distributions of a dataset: ${parsed.issues[0].message}`);
  return new Map(parsed.output.columns.map(column => [column.name, column]));
}
