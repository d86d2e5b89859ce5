import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import type { DataCheckReport, DomainClassifier } from '../../protocol/dataChecks';
import type { DatasetSource, Job, JobRunner } from '../../protocol/jobs';
import { number } from '../checks/sentences';
import { validateDataset } from '../validateDataset';
import { datasetOf } from '../validateStep';
import { checkError, reportLines, reportPath, reportSummary } from './checkReport';
import type { Rows } from './columns';
import { judgeChecks, suiteSeed } from './judgeChecks';
import { readTable, type SuiteTable } from './table';

const rowNumbers = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)));
const splitSchema = v.object({
  dataset: v.string(),
  digest: v.string(),
  seed: v.optional(v.number()),
  by: v.optional(v.string()),
  share: v.optional(v.number()),
  train: rowNumbers,
  test: rowNumbers,
});
type Split = v.InferOutput<typeof splitSchema>;

/**
 * The step `uses: validate` with `train_test: true`: judges the train-test checks of a dataset on the parts of the split
 * before it. A check that blocks fails the step, so that nothing is trained; the report is kept.
 */
export const createTrainTestRunner =
  (domain: DomainClassifier): JobRunner<'validate'> =>
  async (job, context) => {
    const source = datasetOf(job);
    const split = await splitOf(job);
    if (split.dataset !== source.name)
      throw new ModelyardError(
        'config.invalid',
        `Step ${job.step} checks dataset ${source.name}, and the split before it is one of ${split.dataset}.`,
        {
          place: { file: 'modelyard.yaml', key: 'with.dataset' },
          fix: `Set \`dataset: ${split.dataset}\`, or need the split of ${source.name}.`,
        },
      );
    const { version, profile } = await validateDataset(source, context, { judge: false });
    if (version.digest !== split.digest)
      throw new ModelyardError('conflict', `The data of ${source.name} has changed since it was split.`, {
        place: { file: source.file ?? source.path },
        data: { dataset: source.name },
        fix: 'Run the pipeline again from its split step.',
      });
    const { rows, columns } = profile;
    const table = await readTable(source, { rows, columns, seed: suiteSeed }, context.signal);
    const parts = { train: framed(split.train, table), test: framed(split.test, table) };
    const roles = source.roles ?? {};
    const results = await judgeChecks(
      {
        dataset: source.name,
        table,
        parts,
        roles,
        domain,
        checks: (source.checks ?? []).filter(({ suite }) => suite === 'train-test'),
        progress: (check, fraction) => context.progress(`Checking the parts: ${check}`, fraction),
      },
      context.signal,
    );
    const report = reportOf({ source, split, table, rows, results });
    await writeFile(path.join(job.workDir, 'data-checks.json'), JSON.stringify(report, null, 2));
    for (const line of reportLines(report)) context.log(line);
    const error = checkError(source, results);
    return {
      outputs: [{ kind: 'file', path: 'data-checks.json', artifactPath: reportPath(source.name, 'train-test') }],
      params: {},
      metrics: {},
      tags: {},
      inputs: [{ dataset: source.name, digest: version.digest, context: 'validate' }],
      summary: `${number(split.train.length)} train · ${number(split.test.length)} test rows · ${reportSummary(report)}`,
      ...(error && { error: error.toWire() }),
    };
  };

/** What was judged, and of what. */
function reportOf({ source, split, table, rows, results }: Reported): DataCheckReport {
  const { name, roles = {} } = source;
  return {
    dataset: name,
    digest: split.digest,
    suite: 'train-test',
    rows,
    ...(table.rowNumbers !== undefined && { sampled: table.frame.rows }),
    parts: { train: split.train.length, test: split.test.length },
    ...madeSo(split),
    ...(roles.label !== undefined && { label: roles.label }),
    roles,
    results,
  };
}

interface Reported {
  readonly source: DatasetSource;
  readonly split: Split;
  readonly table: SuiteTable;
  /** Of the file. */
  readonly rows: number;
  readonly results: DataCheckReport['results'];
}

/** A split that does not say how it was made is none that is known to be as modelyard.yaml has it. */
const madeSo = ({ seed, by, share }: Split): Pick<DataCheckReport, 'split'> =>
  seed === undefined || share === undefined ? {} : { split: { seed, share, ...(by !== undefined && { by }) } };

/** Rows of the frame that have these numbers in the file; both ascend. */
function framed(rows: readonly number[], { rowNumbers: kept, frame }: SuiteTable): Rows {
  if (kept === undefined) return Int32Array.from(rows.filter(row => row < frame.rows));
  const wanted = new Set(rows);
  return Int32Array.from([...kept.keys()].filter(at => wanted.has(kept[at]!)));
}

async function splitOf({ inputs, step }: Pick<Job, 'inputs' | 'step'>): Promise<Split> {
  const input = inputs.find(({ kind }) => kind === 'split');
  if (input === undefined)
    throw new ModelyardError(
      'config.invalid',
      `Step ${step} checks the parts of a split (\`train_test\`), and none comes before it.`,
      {
        place: { file: 'modelyard.yaml', key: 'with.train_test' },
        fix: `Add a step with \`uses: split\` and name it under \`needs\` of ${step}.`,
      },
    );
  const parsed = v.safeParse(splitSchema, JSON.parse(await readFile(input.path, 'utf8')));
  if (parsed.success) return parsed.output;
  throw new ModelyardError('data.unreadable', `The split before ${step} is not one: ${parsed.issues[0].message}`);
}
