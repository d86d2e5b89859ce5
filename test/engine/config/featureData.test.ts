import { describe, expect, test } from 'vitest';
import type { Column } from '../../../engine/config/columns';
import { marked } from './marked';
import { serviceOn } from './serviceKit';

const loans: readonly Column[] = [
  { name: 'applicant_id', type: 'integer' },
  { name: 'opened_at', type: 'datetime' },
  { name: 'known_at', type: 'datetime' },
  { name: 'income', type: 'number' },
  { name: 'duration', type: 'integer' },
  { name: 'Grade', type: 'string' },
  { name: 'paid', type: 'boolean' },
  { name: 'born', type: 'date' },
];
const asked: readonly Column[] = [
  { name: 'applicant', type: 'integer' },
  { name: 'applied_at', type: 'datetime' },
  { name: 'requested', type: 'number' },
];

const head = `name: x
datasets: {loans: {path: loans.csv}, asked: {path: asked.csv}}
entities: {applicant: {key: applicant_id, type: integer}}
`;
const view = (rest: string): string =>
  `${head}features:\n  loans: {entity: applicant, source: loans, event_time: opened_at, ${rest}}\n`;

const joinable = `${view('columns: [income]')}feature_services: {risk: {features: [loans]}}\n`;

/** All that is said of a text, with the mark; its files are there. */
async function saidOf(source: string) {
  // what a step makes is not there yet
  const made = source.includes('as: made') ? 'asked: {path: asked.csv}, made: {path: made.csv}' : '';
  const { text, range } = marked(made === '' ? source : source.replace('asked: {path: asked.csv}', made));
  const { service } = serviceOn({ 'loans.csv': '', 'asked.csv': '' }, { 'loans.csv': loans, 'asked.csv': asked });
  const said = await service.diagnose(text);
  return { range, said };
}

interface DataCase {
  readonly title: string;
  readonly source: string;
  readonly code: string;
  readonly message: string;
  readonly key: string;
  readonly suggestion?: string;
  readonly severity?: 'warning';
}

const cases: readonly DataCase[] = [
  {
    title: 'a column in a list',
    source: view('columns: [income, «grade»]'),
    code: 'unknown-column',
    message: 'Dataset `loans` has no column `grade`. Did you mean `Grade`?',
    key: 'features.loans.columns.1',
    suggestion: 'Grade',
  },
  {
    title: 'a column by the name of its feature',
    source: view('columns: {«incme»: {type: number}, grade: {column: Grade}}'),
    code: 'unknown-column',
    message: 'Dataset `loans` has no column `incme`. Did you mean `income`?',
    key: 'features.loans.columns.incme',
    suggestion: 'income',
  },
  {
    title: 'a column behind a feature',
    source: view('columns: {grade: {column: «Grde»}}'),
    code: 'unknown-column',
    message: 'Dataset `loans` has no column `Grde`. Did you mean `Grade`?',
    key: 'features.loans.columns.grade.column',
    suggestion: 'Grade',
  },
  {
    title: 'a column of times',
    source: view('columns: [income], created_time: «knwn_at»'),
    code: 'unknown-column',
    message: 'Dataset `loans` has no column `knwn_at`. Did you mean `known_at`?',
    key: 'features.loans.created_time',
    suggestion: 'known_at',
  },
  {
    title: 'times that are none',
    source: view('columns: [income], created_time: «Grade»'),
    code: 'no-times',
    message: '`Grade` holds text, and no times such as 2024-02-29T12:30:00Z.',
    key: 'features.loans.created_time',
  },
  {
    title: 'an entity of its own whose key is not there',
    source: view('columns: [income]').replace('entity: applicant', 'entity: «customer_id»'),
    code: 'unknown-column',
    message:
      'Dataset `loans` has no column `customer_id`, the key of entity `customer_id`. It has `applicant_id`, `opened_at`, `known_at`, `income`, `duration`, `Grade`, `paid` and `born`.',
    key: 'features.loans.entity',
  },
  {
    title: 'the key of an entity that is not there',
    source: view('columns: [income]')
      .replace('key: applicant_id', 'key: id')
      .replace('entity: applicant', 'entity: «applicant»'),
    code: 'unknown-column',
    message:
      'Dataset `loans` has no column `id`, the key of entity `applicant`. It has `applicant_id`, `opened_at`, `known_at`, `income`, `duration`, `Grade`, `paid` and `born`.',
    key: 'features.loans.entity',
  },
  {
    title: 'keys of another type',
    source: view('columns: [income]')
      .replace('key: applicant_id', 'key: Grade')
      .replace('entity: applicant', 'entity: «applicant»'),
    code: 'key-type',
    severity: 'warning',
    message:
      'The keys of `applicant` are integers, and `Grade` of dataset `loans` holds text: rows whose key is no integer are left out.',
    key: 'features.loans.entity',
  },
  {
    title: 'a column in an expression',
    source: view('compute: {ratio: duration / («incom» + 1)}'),
    code: 'bad-expression',
    message: 'There is no column `incom`. Did you mean `income`?',
    key: 'features.loans.compute.ratio',
    suggestion: 'income',
  },
  {
    title: 'a function in an expression, in quotes',
    source: view('compute: {ratio: "«rond»(income)"}'),
    code: 'bad-expression',
    message: 'There is no function `rond`. Did you mean `round(number[, digits])`?',
    key: 'features.loans.compute.ratio',
    suggestion: 'round',
  },
  {
    title: 'a column in the condition of a view',
    source: view('columns: [income], where: "«statuss» = 1"'),
    code: 'bad-expression',
    message:
      'There is no column `statuss`. There are `applicant_id`, `opened_at`, `known_at`, `income`, `duration`, `Grade`, `paid`, `born`.',
    key: 'features.loans.where',
  },
  {
    title: 'a condition that is none',
    source: view('columns: [income], where: «income + 1»'),
    code: 'wrong-type',
    message: '`income + 1` gives a number, but a condition must be true or false.',
    key: 'features.loans.where',
  },
  {
    title: 'the mean of texts',
    source: view('windows: {m: {mean: «Grade», over: 7d}}'),
    code: 'wrong-type',
    message: '`Grade` gives a text, and `mean` needs numbers.',
    key: 'features.loans.windows.m.mean',
  },
  {
    title: 'the sum of dates',
    source: view('windows: {m: {sum: «born», over: 7d}}'),
    code: 'wrong-type',
    message: '`born` gives a date, and `sum` needs numbers.',
    key: 'features.loans.windows.m.sum',
  },
  {
    title: 'another type than the one that is said',
    source: view('compute: {ratio: {expression: income / 2, type: «string»}}'),
    code: 'wrong-type',
    message:
      '`ratio` shall be string, but number is computed. Convert it, such as with `cast(… as string)`, or say `type: number`.',
    key: 'features.loans.compute.ratio.type',
  },
  {
    title: 'another type than that of a count',
    source: view('windows: {n: {count: "*", over: 7d, type: «boolean»}}'),
    code: 'wrong-type',
    message:
      '`n` shall be boolean, but integer is computed. Convert it, such as with `cast(… as boolean)`, or say `type: integer`.',
    key: 'features.loans.windows.n.type',
  },
  {
    title: 'a window in an expression about a row',
    source: view('windows: {n: {count: "*", over: 7d}}, compute: {half: «n» / 2}'),
    code: 'bad-expression',
    message:
      '`n` is over many rows, and cannot be computed with where each row is looked at. Compute with it in a view of its own, which says `uses: [loans:n]`.',
    key: 'features.loans.compute.half',
  },
  {
    title: 'a feature that is computed on request from what is not asked',
    source: `${view('columns: [income]')}  ask: {request: {amount: number}, uses: ["loans:income"], compute: {share: amount / «incme»}}\n`,
    code: 'bad-expression',
    message: 'There is no column `incme`. Did you mean `income`?',
    key: 'features.ask.compute.share',
    suggestion: 'income',
  },
  {
    title: 'a text that is asked with, as a number',
    source: `${head}features:\n  ask: {request: {amount: string}, compute: {share: «amount / 2»}}\n`,
    code: 'bad-expression',
    message: '`/` has no meaning for a text and an integer. Make a number of a text with `cast(… as number)`.',
    key: 'features.ask.compute.share',
  },
  {
    title: 'pushed rows',
    source: `${head}features:\n  clicks: {entity: applicant, push: true, event_time: at, columns: {n: {type: integer}}, compute: {half: «m» / 2}}\n`,
    code: 'bad-expression',
    message: 'There is no column `m`. Did you mean `n`?',
    key: 'features.clicks.compute.half',
    suggestion: 'n',
  },
  {
    title: 'rows that ask without the key',
    source: `${view('columns: [income]')}feature_services: {risk: {features: [loans]}}
pipelines: {p: {steps: {f: {uses: features, with: {service: risk, entities: «asked», as: made}}}}}\n`,
    code: 'unknown-column',
    message: 'Dataset `asked` has no column `applicant_id`, the key of entity `applicant`. Did you mean `applicant`?',
    key: 'pipelines.p.steps.f.with.entities',
  },
  {
    title: 'rows that ask without what is asked with',
    source: `${head}features:\n  ask: {request: {amount: number}, compute: {share: amount / 2}}\nfeature_services: {risk: {features: [ask]}}
pipelines: {p: {steps: {f: {uses: features, with: {service: risk, entities: «asked», as: made}}}}}\n`,
    code: 'unknown-column',
    message: 'Dataset `asked` has no column `amount`, which `ask` is asked with.',
    key: 'pipelines.p.steps.f.with.entities',
  },
  {
    title: 'rows that ask and have a column of a feature already',
    source: `${view('columns: {requested: {column: income}}').replace('key: applicant_id', 'key: applicant').replace('source: loans', 'source: asked').replace('opened_at', 'applied_at').replace('column: income', 'column: requested')}feature_services: {risk: {features: [loans]}}
pipelines: {p: {steps: {f: {uses: features, with: {service: risk, entities: «asked», as: made}}}}}\n`,
    code: 'same-name',
    message:
      '`requested` is a column of dataset `asked`, and `loans:requested` of the service is called the same. Leave one of them out, or say `full_names: true`.',
    key: 'pipelines.p.steps.f.with.entities',
  },
  {
    title: 'a column that a dataset will not have',
    source: `${joinable}pipelines: {p: {steps: {f: {uses: features, with: {service: risk, entities: asked, as: made}}, s: {uses: split, needs: f, with: {stratify: «incme»}}}}}\n`,
    code: 'unknown-column',
    message: 'Dataset `made` has no column `incme`. Did you mean `income`?',
    key: 'pipelines.p.steps.s.with.stratify',
    suggestion: 'income',
  },
  {
    title: 'the times of the rows that ask',
    source:
      `${view('columns: [income]').replace('key: applicant_id', 'key: duration')}feature_services: {risk: {features: [loans]}}
pipelines: {p: {steps: {f: {uses: features, with: {service: risk, entities: loans, event_time: «appled_at», as: made}}}}}\n`
        .replace('entities: loans', 'entities: asked')
        .replace('key: duration', 'key: applicant'),
    code: 'unknown-column',
    message: 'Dataset `asked` has no column `appled_at`. Did you mean `applied_at`?',
    key: 'pipelines.p.steps.f.with.event_time',
    suggestion: 'applied_at',
  },
];

test.each(cases.map(one => [one.title, one] as const))('%s', async (_, { source, title: __, ...expected }) => {
  const { said, range } = await saidOf(source);
  expect(said).toContainEqual({ severity: 'error', range, ...expected });
});

describe('nothing is said', () => {
  const fine: readonly (readonly [string, string])[] = [
    ['of a column by its own name', view('compute: {income: income * 2, twice: income * 2}')],
    ['of features that use one another in any order', view('compute: {b: a * 2, a: income * 2}')],
    [
      'of renamed columns by either name',
      view('columns: {grade: {column: Grade}}, compute: {g: upper(grade) || Grade}'),
    ],
    [
      'of a type that is wider',
      view('compute: {d: {expression: duration, type: number}, b: {expression: born, type: datetime}}'),
    ],
    ['of windows over computed features', view('compute: {r: income / 2}, windows: {m: {mean: r, over: 7d}}')],
    [
      'of the mean of true and false',
      view('windows: {m: {mean: paid, over: 7d}, l: {last: Grade, over: 7d, type: string}}'),
    ],
    [
      'of a step whose dataset is not there yet',
      `${view('columns: [income]').replace('key: applicant_id', 'key: applicant').replace('source: loans', 'source: asked').replace('event_time: opened_at', 'event_time: applied_at').replace('columns: [income]', 'compute: {half: requested / 2}')}feature_services: {risk: {features: [loans]}}
pipelines: {p: {steps: {f: {uses: features, with: {service: risk, entities: loans, event_time: opened_at, as: made}}}}}\n`
        .replace('entities: loans', 'entities: asked')
        .replace('event_time: opened_at', 'event_time: applied_at'),
    ],
    [
      'of what other features of a view are asked with',
      `${head}features:
  ask: {request: {requested: number, day: date}, compute: {share: requested / 2, most: share + 1, late: "dayofweek(day)"}}
feature_services: {risk: {features: ["ask:most"]}}
pipelines: {p: {steps: {f: {uses: features, with: {service: risk, entities: asked, as: made}}}}}\n`,
    ],
    [
      'of what uses features of which nothing is known',
      `${view('columns: [income]')}  ask: {uses: ["loans@v1:gone"], compute: {share: gone / 2}}\n`,
    ],
  ];
  test.each(fine)('%s', async (_, source) => {
    expect((await saidOf(`${source}«»`)).said).toEqual([]);
  });

  test('of columns of data that cannot be read', async () => {
    const { service } = serviceOn({ 'loans.csv': '', 'asked.csv': '' }, {});
    expect(await service.diagnose(view('columns: [nothing], compute: {a: gone + 1}'))).toEqual([]);
  });
});

test('what follows from a mistake is not said again', async () => {
  const { said } = await saidOf(
    view('compute: {a: «incom» * 2, b: a + 1, c: b / a}, windows: {m: {mean: c, over: 7d}}'),
  );
  expect(said.map(({ key }) => key)).toEqual(['features.loans.compute.a']);
});

test('versions that there are not, where it is known how many there are', async () => {
  const facts = (view: string) =>
    Promise.resolve({ versions: view === 'loans' || view === 'old' ? 2 : 0, freshness: {} });
  const { service } = serviceOn({ 'loans.csv': '', 'asked.csv': '' }, { 'loans.csv': loans }, facts);
  const text = `${view('columns: [income]')}  more: {entity: applicant, source: loans, columns: [paid]}
feature_services: {risk: {features: ["loans@v2:income", "loans@v3:gone", "more@v1:paid", "lons@v1:a", "old@v1:a", "old@v5"]}}\n`;
  const said = (await service.diagnose(text)).filter(({ code }) => code === 'unknown-version');
  expect(said.map(({ severity, message }) => [severity, message])).toEqual([
    ['warning', '`loans@v3:gone`: feature view `loans` has versions 1 to 2.'],
    [
      'warning',
      '`more@v1:paid`: feature view `more` has no version yet: `modelyard features apply` records the first.',
    ],
    ['warning', '`lons@v1:a`: there is no feature view `lons`, and never was one here. Did you mean `loans`?'],
    ['warning', '`old@v5`: feature view `old` has versions 1 to 2.'],
  ]);
  expect((await service.diagnose(text)).filter(({ severity }) => severity === 'error')).toEqual([]);
});
