import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { failingFile } from '../../../data/failingStep';
import { checksSchema } from '../../../data/stored';
import { ModelyardError } from '../../../errors';
import type { FailingRows } from '../../../protocol/datasets';
import type { ProgressReport } from '../../../protocol/progress';
import { runDataJob } from './dataJob';
import type { RecordOptions } from './recordVersion';
import { sourceNamed } from './recordVersion';

export interface FailingRequest {
  readonly name: string;
  /** From 0. */
  readonly rule?: number | undefined;
  readonly limit?: number | undefined;
  readonly progress: (report: ProgressReport) => void;
}

const usual = 100_000;

/** @throws ModelyardError `not-found`, `data.*`, `config.*`, `cancelled` */
export async function failingRows(
  options: RecordOptions,
  { name, rule, limit = usual, progress }: FailingRequest,
  signal: AbortSignal,
): Promise<FailingRows> {
  const source = await options.references(sourceNamed(await options.sources(), name), signal);
  const use = { uses: 'failing', with: { dataset: name, limit, ...(rule !== undefined && { rule }) } } as const;
  const report = (message: string, fraction?: number): void =>
    progress({ message: `${name}: ${message}`, ...(fraction !== undefined && { fraction }) });
  const take = async (workDir: string): Promise<FailingRows> => {
    const text = await readFile(path.join(workDir, failingFile), 'utf8');
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), checksSchema), text);
    if (!parsed.success) throw new ModelyardError('internal', `The failing rows: ${parsed.issues[0].message}`);
    return { dataset: name, path: source.file ?? source.path, format: source.format, checks: parsed.output };
  };
  return runDataJob(options, { use, datasets: [source], report, take }, signal);
}
