import { describe, expect, test } from 'vitest';
import type { Column } from '../../../engine/config/columns';
import type { FeatureFacts } from '../../../engine/config/editor/featureFacts';
import { slice, withCursor } from './marked';
import { serviceOn } from './serviceKit';

const loans: readonly Column[] = [
  { name: 'applicant_id', type: 'integer' },
  { name: 'opened_at', type: 'datetime' },
  { name: 'income', type: 'number' },
  { name: 'Grade', type: 'string' },
  { name: 'paid on time', type: 'boolean' },
];
const asked: readonly Column[] = [
  { name: 'applicant_id', type: 'integer' },
  { name: 'applied_at', type: 'datetime' },
];
const on = (facts?: FeatureFacts) => serviceOn({}, { 'loans.csv': loans, 'asked.csv': asked }, facts).service;

const head = `name: x
datasets: {loans: {path: loans.csv}, made: {path: made.csv}}
entities: {applicant: {key: applicant_id, type: integer, description: Who asks}, shop: {key: shop_id}}
`;
const text = `${head}features:
  loans:
    entity: applicant
    source: loans
    event_time: opened_at
    ttl: 365d
    description: What somebody owes
    owner: risk
    columns: {grade: {column: Grade, privacy: personal}, income: {description: A year}}
    compute: {ratio: "round(income / 12, 2)", double: {expression: "ratio * 2 + income"}}
    windows: {mean_30d: {mean: income, over: 30d, where: income > 0}}
  listed: {entity: shop_id, source: loans, columns: [income]}
  pushed: {entity: applicant, push: true, event_time: at, columns: {n: {type: integer}}}
  ask:
    request: {amount: number}
    uses: ["loans:income"]
    compute: {share: amount / income}
feature_services:
  risk: {features: ["loans@v1:ratio", ask, listed], description: All of it}
pipelines:
  p: {steps: {f: {uses: features, with: {service: risk, entities: loans, as: made}}}}
`;

async function labels(source: string): Promise<readonly string[]> {
  return (await on().complete(withCursor(source))).map(one => one.label);
}

describe('completion', () => {
  const view = (rest: string): string => `${head}features:\n  loans: {entity: applicant, source: loans, ${rest}}\n`;
  const used = (rest: string): string =>
    `${head}features:\n  loans: {entity: applicant, source: loans, columns: [income, Grade]}\n${rest}\n`;

  test('of a view of which nothing is written: the keys of both kinds', async () => {
    const keys = await labels(`${head}features:\n  loans:\n    |>\n`);
    expect(keys).toEqual(expect.arrayContaining(['entity', 'source', 'ttl', 'windows', 'request', 'uses', 'compute']));
  });

  test('of a view with rows: what is not there yet', async () => {
    const keys = await labels(view('|>'));
    expect(keys).toContain('event_time');
    expect(keys).not.toContain('entity');
    expect(keys).not.toContain('request');
  });

  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['entities, and columns that may be one', view('columns: [x]').replace('applicant, source', '|>, source'), ['applicant', 'shop', 'applicant_id', 'opened_at', 'income', 'Grade', 'paid on time']], // prettier-ignore
    ['sources', view('columns: [x]').replace('source: loans', 'source: |>'), ['loans', 'made']],
    ['columns for times', view('event_time: |>'), loans.map(({ name }) => name)],
    ['columns in a list, without those that are there', view('columns: [income, |>]'), ['applicant_id', 'opened_at', 'Grade', 'paid on time']], // prettier-ignore
    ['columns as features', view('columns: {income: {type: number}, |>}'), ['applicant_id', 'opened_at', 'Grade', 'paid on time']], // prettier-ignore
    ['durations', view('ttl: |>'), ['365d', '30d', '12h']],
    ['time zones, each once', view('timezone: |>'), ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo']],
    ['types', view('columns: {income: {type: |>}}'), ['integer', 'number', 'boolean', 'date', 'datetime', 'string']],
    ['aggregates', view('windows: {n: {|>}}'), ['over', 'count', 'sum', 'mean', 'min', 'max', 'last', 'distinct', 'std', 'where', 'type', 'description', 'owner', 'tags', 'privacy']], // prettier-ignore
    [
      'features of a service',
      used('feature_services: {r: {features: [|>]}}'),
      ['loans', 'loans:income', 'loans:Grade'],
    ],
    ['features of a view, half typed', used('feature_services: {r: {features: [loans:inc|>]}}'), ['income', 'Grade']],
    [
      'features of a version of a view',
      used('feature_services:\n  r:\n    features:\n      - loans@v2:|>'),
      ['income', 'Grade'],
    ],
    ['features of other views', used('  ask: {uses: [|>]}'), ['loans', 'loans:income', 'loans:Grade']],
    ['services', used('feature_services: {r: {features: [loans]}}\npipelines: {p: {steps: {f: {uses: features, with: {service: |>}}}}}'), ['r']], // prettier-ignore
    ['columns of the rows that ask', used('pipelines: {p: {steps: {f: {uses: features, with: {entities: loans, event_time: |>}}}}}'), loans.map(({ name }) => name)], // prettier-ignore
    ['columns of what is not made yet', used('feature_services: {r: {features: [loans:income, loans:Grade]}}\npipelines: {p: {steps: {f: {uses: features, with: {service: r, entities: asked, as: made, full_names: true}}, s: {uses: split, needs: f, with: {stratify: |>}}}}}').replace('made: {', 'asked: {path: asked.csv}, made: {'), ['applicant_id', 'applied_at', 'loans__income', 'loans__Grade']], // prettier-ignore
    ['stores', `${head}online_store: |>\n`, ['local']],
  ];
  test.each(cases)('%s', async (_, source, expected) => expect(await labels(source)).toEqual(expected));

  test('in an expression: features that each row has, other columns, functions and words', async () => {
    const found = await on().complete(
      withCursor(
        view(
          'columns: {grade: {column: Grade}}, windows: {n: {count: "*", over: 7d}}, compute: {a: income / 2, b: in|>}',
        ),
      ),
    );
    const names = found.filter(({ kind }) => kind === 'column').map(({ label, detail }) => [label, detail]);
    expect(names).toEqual([
      ['grade', 'string · column'],
      ['a', 'number · computed'],
      ['applicant_id', 'integer'],
      ['opened_at', 'datetime'],
      ['income', 'number'],
      ['Grade', 'string'],
      ['paid on time', 'boolean'],
    ]);
    expect(found.find(({ label }) => label === 'paid on time')?.insertText).toBe('`paid on time`');
    expect(found.find(({ label }) => label === 'coalesce')).toMatchObject({
      kind: 'function',
      insertText: 'coalesce(',
    });
    expect(found.map(({ label }) => label)).toContain('between');
  });

  test('rows that are counted', async () => {
    const [first, second] = await on().complete(withCursor(view('windows: {n: {over: 7d, count: |>}}')));
    expect(first).toMatchObject({ label: '*', insertText: '"*"' });
    expect(second?.label).toBe('applicant_id');
    expect(await labels(view('windows: {n: {over: 7d, count: income + |>}}'))).not.toContain('*');
  });

  test('in an expression a minus stands between names', async () => {
    const source = view('compute: {a: income-in|>come}');
    const [first] = await on().complete(withCursor(source));
    expect(slice(source.replace('|>', ''), first!.range)).toBe('income');
    expect(first?.range.startColumn).toBe(source.split('\n').at(-2)!.indexOf('-in') + 2);
  });

  test.each(["where: Grade = 'A|>", "where: 'Grade = ''A|>'", 'where: "Grade = \'A|>"'])(
    'nothing within a text: %s',
    async written => expect(await labels(view(`${written}`).replace('}\n', ''))).toEqual([]),
  );

  test.each([
    ['what is asked with and what is used', '  ask: {request: {amount: number}, uses: [loans:income], compute: {share: |>}}', ['amount', 'income']], // prettier-ignore
    ['what rows are pushed with', '  p: {entity: applicant, push: true, event_time: at, columns: {n: {type: integer}}, compute: {share: |>}}', ['n', 'at', 'applicant_id']], // prettier-ignore
  ])('in an expression: %s', async (_, source, expected) => {
    const found = await on().complete(withCursor(used(source)));
    expect(found.filter(({ kind }) => kind === 'column').map(({ label }) => label)).toEqual(expected);
  });
});

describe('hover', () => {
  const statistics = {
    ...({ view: 'loans', version: 2, feature: 'ratio', type: 'number', of: 'source' } as const),
    ...{ computedAt: Date.UTC(2026, 2, 9, 3), rows: 1000, nulls: 21, distinct: 700 },
    ...{ mean: 3.21456, std: 1.5, min: 0, max: 12, quantiles: { p50: 3, p95: 8.25 }, drift: 0.0312 },
  };
  const freshness = { newestEvent: Date.UTC(2026, 2, 8), materialisedTo: Date.UTC(2026, 2, 7, 12), entities: 1200 };
  const facts: FeatureFacts = (view, feature) =>
    Promise.resolve(
      view === 'loans'
        ? { version: 2, versions: 3, freshness, ...(feature === 'ratio' && { statistics }) }
        : { versions: view === 'listed' ? 2 : 0, freshness: {} },
    );
  const live =
    '1,000 rows · 2.1 % missing · mean 3.215 ± 1.5 · p50 3 · p95 8.25 · from 0 to 12 · drift 0.0312 (computed 2026-03-09 03:00 UTC)';
  const fresh = 'Newest row 2026-03-08 00:00 UTC · materialised to 2026-03-07 12:00 UTC · 1,200 entities';
  const ratio = `feature **loans:ratio** · number · version 2 of 3\n\n\`round(income / 12, 2)\`\n\n${live}\n\n${fresh}`;

  const cases: readonly (readonly [string, string, string, unknown])[] = [
    [
      'the key of a view',
      'features:\n  lo|>ans:',
      'loans',
      `feature view **loans** · version 2 of 3\n\nWhat somebody owes\n\nOwner: risk.\n\n5 features of \`applicant\` from \`loans\`, for 365d.\n\n${fresh}`,
    ],
    ['a view that has changed', 'list|>ed: {', 'listed', 'feature view **listed** · changed since version 2\n\n1 feature of `shop_id` from `loans`.'], // prettier-ignore
    ['a view with pushed rows', 'pus|>hed:', 'pushed', 'feature view **pushed**\n\n1 feature of `applicant`, pushed.'],
    ['a view that is computed on request', 'ask|>:', 'ask', 'feature view **ask**\n\n1 feature, computed on request.'],
    ['a computed feature', 'rat|>io: "round', 'ratio', ratio],
    [
      'a column',
      'gr|>ade: {column',
      'grade',
      `feature **loans:grade** · string · version 2 of 3\n\nPrivacy: personal.\n\nColumn \`Grade\`.\n\n${fresh}`,
    ],
    ['a column in a list', '[inco|>me]}\n  pushed', 'income', 'feature **listed:income** · number · changed since version 2\n\nColumn `income`.'], // prettier-ignore
    [
      'a window',
      'mean|>_30d:',
      'mean_30d',
      `feature **loans:mean_30d** · number · version 2 of 3\n\n\`mean(income)\` over 30d where \`income > 0\`\n\n${fresh}`,
    ],
    ['a feature of a service', '"loans@v1:ra|>tio"', '"loans@v1:ratio"', ratio],
    ['a view of a service', 'ratio", a|>sk', 'ask', 'feature view **ask**\n\n1 feature, computed on request.'],
    [
      'an entity',
      'entity: appl|>icant\n',
      'applicant',
      'entity **applicant** · key `applicant_id` · integer\n\nWho asks',
    ],
    [
      'the key of an entity',
      '{appl|>icant: {key',
      'applicant',
      'entity **applicant** · key `applicant_id` · integer\n\nWho asks',
    ],
    [
      'an entity of its own',
      'entity: shop|>_id',
      'shop_id',
      'entity **shop_id** · key `shop_id` · not declared, an entity of its own',
    ],
    [
      'a service',
      'service: ri|>sk',
      'risk',
      'feature service **risk** · `loans@v1:ratio`, `ask`, `listed`\n\nAll of it',
    ],
    ['a feature in an expression', '"ratio| * 2'.replace('ratio|', 'rat|>io'), 'ratio', ratio],
    ['a column in an expression', 'round(inc|>ome', 'income', `feature **loans:income** · number · version 2 of 3\n\nA year\n\nColumn \`income\`.\n\n${fresh}`], // prettier-ignore
    ['what is asked with', '{share: amo|>unt', 'amount', 'given **amount** · number'],
    ['a feature of another view', 'amount / inc|>ome', 'income', `feature **loans:income** · number · version 2 of 3\n\nA year\n\nColumn \`income\`.\n\n${fresh}`], // prettier-ignore
    ['a function', 'ratio: "rou|>nd(', 'round', expect.stringMatching(/^`round\(number\[, digits\]\)`\n\n.*halves away from zero/)], // prettier-ignore
    ['a duration', 'ttl: 36|>5d', '365d', '**ttl** · text\n\nHow long a row holds, counted back from the time that is asked for. Without it: for ever.\n\nFor example `365d`.'], // prettier-ignore
  ];
  test.each(cases)('%s', async (_, where, marked, contents) => {
    const source = text.replace(where.replace('|>', ''), where);
    expect(source).toContain('|>');
    const found = await on(facts).hover(withCursor(source));
    expect(found?.contents).toEqual(contents);
    expect(slice(text, found!.range)).toBe(marked);
  });

  test('without anything that is known of values', async () => {
    const found = await on().hover(withCursor(text.replace('ratio: "round', 'rat|>io: "round')));
    expect(found?.contents).toBe('feature **loans:ratio** · number\n\n`round(income / 12, 2)`');
  });
});

describe('definition', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['a feature of a service', '"loans@v1:ra|>tio"', 'ratio: "round'],
    ['a view of a service', 'ratio", a|>sk', 'ask:\n'],
    ['a feature that is used', 'uses: ["loans:inc|>ome"]', 'income: {description'],
    ['an entity', 'entity: appl|>icant\n', 'applicant: {key'],
    ['the source', 'source: lo|>ans\n    event', 'loans: {path'],
    ['a service', 'service: ri|>sk', 'risk: {features'],
    ['a feature in an expression', 'expression: "rat|>io', 'ratio: "round'],
    ['a feature of another view in an expression', 'amount / inc|>ome', 'income: {description'],
    ['what is asked with in an expression', '{share: amo|>unt', 'amount: number'],
  ];
  test.each(cases)('%s', async (_, where, expected) => {
    const source = text.replace(where.replace('|>', ''), where);
    const found = await on().definition(withCursor(source));
    const lines = text.split('\n');
    const { startLine, startColumn } = found!.range;
    expect(found?.file).toBe('modelyard.yaml');
    expect([lines[startLine - 1]!.slice(startColumn - 1), ...lines.slice(startLine)].join('\n').slice(0, expected.length)).toBe(expected); // prettier-ignore
  });

  test.each([
    ['a column of times', 'event_time: open|>ed_at'],
    ['an entity that is a column', 'entity: shop|>_id'],
    ['a column in a condition', 'where: inc|>ome > 0'.replace('income', 'Grade')],
  ])('%s leads to the data', async (_, where) => {
    const changed = text.replace('where: income > 0', 'where: Grade > 0').replace('inc|>ome', 'Gr|>ade');
    const target = where.replace('inc|>ome', 'Gr|>ade');
    const found = await on().definition(withCursor(changed.replace(target.replace('|>', ''), target)));
    expect(found).toMatchObject({ file: 'loans.csv', range: { startLine: 1 } });
  });
});
