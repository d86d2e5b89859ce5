import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ConfigService } from '../../engine/config/service';
import { parseConfig } from '../../engine/config/parse';

/** A config of about `lines` lines: one pipeline of the usual seven steps after the other. */
function configOf(lines: number): string {
  const pipelines = Array.from(
    { length: Math.max(1, Math.round(lines / 26)) },
    (_, index) => `  train${index}:
    steps:
      validate: {uses: validate, with: {dataset: applications}}
      split:
        uses: split
        needs: validate
        with: {test: 0.2, stratify: creditability, seed: 7}
      prepare:
        uses: prepare
        needs: split
        with:
          label: creditability
          positive: bad
          drop: [personal_status_and_sex]
      train:
        uses: train
        needs: prepare
        with: {learner: logistic, C: 0.1}
      evaluate:
        uses: evaluate
        needs: train
        with:
          cost: {false_negative: 5, false_positive: 1}
          slices: ["age_in_years <= 25", "housing = 'own'"]
      gate: {uses: gate, needs: evaluate, with: {model: credit-risk}}
      register: {uses: register, needs: gate, with: {model: credit-risk, stage: staging}}
`,
  );
  return `name: bench
datasets:
  applications: {path: data/applications.csv, expect: [{column: age, between: [18, 100]}]}
models:
  credit-risk: {gates: {staging: [{metric: auc, at_least: 0.75}]}}
pipelines:
${pipelines.join('')}`;
}

/** Feature views of 20 lines each, with expressions that use one another, and a service of all of them. */
function featuresOf(views: number): string {
  const columns = Array.from({ length: 10 }, (_, i) => `      feature_${i}: {column: column_${i}, owner: risk}\n`);
  const computed = Array.from(
    { length: 7 },
    (_, i) =>
      `      ratio_${i}: round(feature_${i} / nullif(feature_${i + 1}, 0), 2) + ${i === 0 ? 'column_9' : `ratio_${i - 1}`}\n`,
  );
  const all = Array.from(
    { length: views },
    (_, i) =>
      `  view${i}:\n    entity: applicant\n    source: loans\n    event_time: at\n    columns:\n${columns.join('')}    compute:\n${computed.join('')}`,
  );
  const names = Array.from({ length: views }, (_, i) => `view${i}:ratio_6`);
  return `name: bench
datasets: {loans: {path: loans.csv}}
entities: {applicant: {key: applicant_id, type: integer}}
features:
${all.join('')}feature_services: {all: {features: ${JSON.stringify(names)}}}
`;
}

/** Median milliseconds of processor time: other work on the machine does not count. */
function cpuMs(rounds: number, work: () => unknown): number {
  for (let round = 0; round < 10; round++) work();
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return times.sort((a, b) => a - b)[rounds >> 1]!;
}

async function typedMs(text: string): Promise<number> {
  const numbers = Array.from({ length: 10 }, (_, i) => ({ name: `column_${i}`, type: 'number' as const }));
  const columns = [{ name: 'applicant_id', type: 'integer' as const }, { name: 'at', type: 'datetime' as const }, ...numbers]; // prettier-ignore
  const root = await mkdtemp(join(tmpdir(), 'modelyard-bench-'));
  await writeFile(join(root, 'loans.csv'), '');
  const service = new ConfigService({ root, configFile: 'modelyard.yaml', columns: () => Promise.resolve(columns) });
  const rounds = 11;
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) {
    const said = await service.diagnose(`${text}# ${round}\n`);
    if (said.some(({ severity }) => severity === 'error')) throw new Error(said[0]?.message);
  }
  const { user, system } = process.cpuUsage(before);
  await rm(root, { recursive: true });
  return (user + system) / 1000 / rounds;
}

export async function bench(report: (line: string) => void): Promise<void> {
  for (const lines of [50, 200, 2000]) {
    const text = configOf(lines);
    const plain = cpuMs(21, () => parse(text));
    const ours = cpuMs(21, () => parseConfig(text, 'modelyard.yaml'));
    report(
      `config: ${text.split('\n').length} lines parsed and checked in ${ours.toFixed(1)} ms CPU, ` +
        `${(ours / plain).toFixed(1)} × yaml.parse (${plain.toFixed(1)} ms) alone`,
    );
  }
  const views = featuresOf(100);
  const plain = cpuMs(11, () => parse(views));
  const ours = cpuMs(11, () => parseConfig(views, 'modelyard.yaml'));
  report(
    `config: 100 feature views with 1,700 features, ${views.split('\n').length} lines, parsed and checked in ${ours.toFixed(1)} ms CPU, ` +
      `${(ours / plain).toFixed(1)} × yaml.parse (${plain.toFixed(1)} ms) alone`,
  );
  report(`config: with the types of all expressions in ${(await typedMs(views)).toFixed(1)} ms CPU`);

  const huge = 'a: 1\n'.repeat(2_000_000);
  report(`config: 10 MB refused in ${cpuMs(5, () => parseConfig(huge, 'modelyard.yaml')).toFixed(2)} ms CPU`);

  const text = configOf(200);
  const line = text.split('\n').findIndex(content => content.includes('uses: evaluate')) + 1;
  const service = new ConfigService({
    root: '/',
    configFile: 'modelyard.yaml',
    columns: () => Promise.resolve([{ name: 'age_in_years', type: 'integer' }]),
  });
  const rounds = 20;
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) {
    // Another text each time, as when typing: nothing is answered from memory.
    await service.complete({ text: `${text}# ${round}\n`, line: line + 1, column: 9 });
  }
  const { user, system } = process.cpuUsage(before);
  report(`config: a completion in 200 lines in ${((user + system) / 1000 / rounds).toFixed(1)} ms CPU`);
}
