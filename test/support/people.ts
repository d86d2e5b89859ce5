/** A small, sound workspace; each test of bad input spoils one thing of it. */
export interface PeopleConfig {
  /** After `path: people.csv` of the dataset. */
  readonly dataset?: string;
  /** The `with` of each step, without its braces; a step that is not named is not there. */
  readonly validate?: true;
  readonly split?: string;
  readonly prepare?: string;
  readonly train?: string;
  readonly evaluate?: string;
  /** Of stage `dev` of model `m`. */
  readonly gates?: string;
}

/** The dataset stands on line 3, the steps from line 7 on. */
export function peopleConfig(parts: PeopleConfig): string {
  const lines: string[] = [];
  let last: string | undefined;
  const step = (name: string, options: string | undefined): void => {
    if (options === undefined) return;
    lines.push(`      ${name}: {uses: ${name}${last === undefined ? '' : `, needs: ${last}`}, with: {${options}}}\n`);
    last = name;
  };
  step('validate', parts.validate && 'dataset: people');
  step('split', parts.split);
  step('prepare', parts.prepare);
  step('train', parts.train);
  step('evaluate', parts.evaluate && `bootstrap: 0, importance: 0, ${parts.evaluate}`);
  const models = parts.gates === undefined ? '' : `models:\n  m: {stages: [dev], gates: {dev: [${parts.gates}]}}\n`;
  return `name: bad-input
datasets:
  people: {path: people.csv${parts.dataset === undefined ? '' : `, ${parts.dataset}`}}
pipelines:
  train:
    steps:
${lines.join('')}${models}`;
}

const cities = ['Bern', 'Rome', 'Oslo'];
const header = 'id,age,income,city,good';

/** 60 rows; on line 5: `3,41,1111.5,Bern,no`. A change replaces one cell. */
export function peopleCsv(...changes: readonly { line: number; column: string; to: string }[]): string {
  const rows = Array.from({ length: 60 }, (_, i) => [
    ...[String(i), String(20 + ((i * 7) % 40)), `${1000 + ((i * 37) % 900)}.5`],
    ...[cities[i % 3] ?? '', i % 3 === 0 ? 'no' : 'yes'],
  ]);
  for (const { line, column, to } of changes) rows[line - 2]![header.split(',').indexOf(column)] = to;
  return `${[header, ...rows.map(row => row.join(','))].join('\n')}\n`;
}
