import type { DiagnosticCase } from './helpers';

const head = `name: x
datasets: {loans: {path: loans.csv}, asked: {path: asked.csv}, made: {path: made.csv}, many: {path: many/*.csv, format: csv}}
entities: {applicant: {key: applicant_id, type: integer}, shop: {key: shop_id}}
`;
/** A view with rows, of which this is the rest. */
const view = (rest: string): string =>
  `${head}features:\n  loans: {entity: applicant, source: loans, event_time: at, ${rest}}\n`;
const alone = (rest: string): string => `${head}features:\n  ${rest}\n`;
const used = (rest: string): string =>
  `${head}features:\n  loans: {entity: applicant, source: loans, columns: [income, grade]}\n  asked: {request: {amount: number}, compute: {share: amount / 2}}\n  ${rest}\n`;
const service = (features: string): string => used(`other: {entity: shop, source: loans, columns: [income]}\nfeature_services: {risk: {features: ${features}}}`); // prettier-ignore
const step = (options: string): string =>
  used(
    `other: {entity: shop, source: loans, columns: [size]}\nfeature_services: {risk: {features: [loans]}}\npipelines: {p: {steps: {f: {uses: features, with: ${options}}}}}`,
  );

export const views: readonly DiagnosticCase[] = [
  {
    title: 'a misspelt key',
    source: view('columns: [grade], «evnt_time»: at').replace('event_time: at, ', ''),
    code: 'unknown-key',
    message: '`evnt_time` is not a key that is known under `loans`. Did you mean `event_time`?',
    key: 'features.loans.evnt_time',
    suggestion: 'event_time',
  },
  {
    title: 'a misspelt section',
    source: `${head}«feature»: {}\n`,
    code: 'unknown-key',
    message: '`feature` is not a key that is known at the top of the file. Did you mean `features`?',
    key: 'feature',
    suggestion: 'features',
  },
  {
    title: 'a ttl that is no duration',
    source: view('columns: [grade], ttl: «365»'),
    code: 'bad-duration',
    message: '`ttl` must be a duration such as 30s, 5m, 1h or 7d; here it is 365. Did you mean `365s`?',
    key: 'features.loans.ttl',
    suggestion: '365s',
  },
  {
    title: 'nothing but an entity',
    source: alone('«loans»: {entity: applicant, source: loans}'),
    code: 'missing-key',
    message: '`loans` has no feature: give it `columns`, `compute` or `windows`.',
    key: 'features.loans',
  },
  {
    title: 'no rows',
    source: alone('«loans»: {entity: applicant, columns: {grade: {type: string}}}'),
    code: 'missing-key',
    message: '`loans` has no rows: name a dataset with `source`, or say `push: true`.',
    key: 'features.loans',
  },
  {
    title: 'pushed rows of unknown type',
    source: alone('loans: {entity: applicant, push: true, event_time: at, columns: «[grade]»}'),
    code: 'missing-key',
    message: '`columns` must say of which type `grade` is, since there is no source: `{grade: {type: number}}`.',
    key: 'features.loans.columns',
  },
  {
    title: 'pushed rows of an entity whose type nobody says',
    source: alone('loans: {entity: «shop», push: true, event_time: at, columns: {grade: {type: string}}}'),
    code: 'missing-type',
    message:
      'Nothing says of which type the keys of `shop` are, since there is no source: declare it under `entities` with its `key` and `type`.',
    key: 'features.loans.entity',
  },
  ...['ttl: «30d»', 'created_time: «known_at»'].map((rest): DiagnosticCase => ({
    title: `${rest} without event_time`,
    source: alone(`loans: {entity: applicant, source: loans, columns: [grade], ${rest}}`),
    code: 'missing-key',
    message: `\`${rest.split(':')[0]}\` needs times: say with \`event_time\` which column has them.`,
    key: `features.loans.${rest.split(':')[0]}`,
  })),
  {
    title: 'windows without event_time',
    source: alone('loans: {entity: applicant, source: loans, «windows»: {n: {count: "*", over: 7d}}}'),
    code: 'missing-key',
    message: '`windows` needs times: say with `event_time` which column has them.',
    key: 'features.loans.windows',
  },
  {
    title: 'pushed rows without event_time',
    source: alone('loans: {entity: applicant, source: loans, push: «true», columns: [grade]}'),
    code: 'missing-key',
    message: '`push` needs times, so that the newest row holds: say with `event_time` which column has them.',
    key: 'features.loans.push',
  },
  {
    title: 'a bound of age without event_time',
    source: alone('loans: {entity: applicant, source: loans, columns: [grade], «monitor»: {max_age: 1d}}'),
    code: 'missing-key',
    message: '`monitor` has `max_age`, which needs times: say with `event_time` which column has them.',
    key: 'features.loans.monitor',
  },
  {
    title: 'one column for both times',
    source: view('created_time: «at», columns: [grade]'),
    code: 'misplaced-key',
    message: '`created_time` is the same column as `event_time`: leave it out.',
    key: 'features.loans.created_time',
  },
  {
    title: 'an identity without windows',
    source: view('identity: «id», columns: [grade]'),
    code: 'misplaced-key',
    message: '`identity` is for `windows`, and there are none.',
    key: 'features.loans.identity',
  },
  {
    title: 'a window of nothing',
    source: view('windows: {«n»: {over: 7d}}'),
    code: 'missing-key',
    message: '`n` computes nothing: give it one of `count`, `sum`, `mean`, `min`, `max`, `last`, `distinct`, `std`.',
    key: 'features.loans.windows.n',
  },
  {
    title: 'a window of two things',
    source: view('windows: {n: {sum: a, mean: «a», over: 7d}}'),
    code: 'misplaced-key',
    message: '`mean` is a second one: `sum` stands there already.',
    key: 'features.loans.windows.n.mean',
  },
  {
    title: 'a window without end',
    source: view('windows: {«n»: {sum: a}}'),
    code: 'missing-key',
    message: '`over` is missing in `n`. How far it reaches back from the time that is asked for, which belongs to it.',
    key: 'features.loans.windows.n.over',
  },
  {
    title: 'a zone that there is not',
    source: view('timezone: «Europe/Berln», columns: [grade]'),
    code: 'unknown-zone',
    message: '`Europe/Berln` is not a time zone. Did you mean `Europe/Berlin`?',
    key: 'features.loans.timezone',
    suggestion: 'Europe/Berlin',
  },
  {
    title: 'a dataset that there is not',
    source: alone('loans: {entity: applicant, source: «loan», columns: [grade]}'),
    code: 'unknown-dataset',
    message: '`loan` is not a dataset. Did you mean `loans`?',
    key: 'features.loans.source',
    suggestion: 'loans',
  },
  {
    title: 'a feature twice',
    source: view('columns: [grade], compute: {«grade»: a / b}'),
    code: 'duplicate-feature',
    message: '`loans` has a feature `grade` already. Give this one another name, or remove it.',
    key: 'features.loans.compute.grade',
  },
  {
    title: 'a column twice',
    source: view('columns: [grade, «grade»]'),
    code: 'duplicate-feature',
    message: '`loans` has a feature `grade` already. Give this one another name, or remove it.',
    key: 'features.loans.columns.1',
  },
  {
    title: 'a feature that is called like the key',
    source: view('columns: [«applicant_id»]'),
    code: 'reserved-name',
    message:
      '`applicant_id` is the key of entity `applicant`, which stands beside the features: give the feature another name.',
    key: 'features.loans.columns.0',
  },
  {
    title: 'a feature that is called like an inherited property',
    source: view('columns: [«constructor»]'),
    code: 'bad-name',
    message: '`constructor` is a reserved word and cannot be the name of a feature.',
    key: 'features.loans.columns.0',
  },
  {
    title: 'a name that no expression could say',
    source: view('compute: {«a-b»: a - b}'),
    code: 'bad-name',
    message:
      '`a-b` cannot be the name of a feature: it must start with a letter, and letters, digits and `_` may follow (at most 64 in all).',
    key: 'features.loans.compute.a-b',
  },
  {
    title: 'a view that a full name could not say',
    source: alone('«my__loans»: {entity: applicant, source: loans, columns: [grade]}'),
    code: 'bad-name',
    message: '`my__loans` cannot be the name of a feature view: `__` stands between it and a feature.',
    key: 'features.my__loans',
  },
  {
    title: 'an entity twice',
    source: alone('loans: {entity: [applicant, «applicant»], source: loans, columns: [grade]}'),
    code: 'duplicate-entity',
    message: '`applicant` is listed twice.',
    key: 'features.loans.entity',
  },
  {
    title: 'a source of a view that is computed on request',
    source: alone('asked: {request: {amount: number}, «source»: loans, compute: {half: amount / 2}}'),
    code: 'misplaced-key',
    message: '`source` is only for a feature view with rows, without `request` and `uses`.',
    key: 'features.asked.source',
  },
  {
    title: 'a request that is called like a key',
    source: alone('asked: {request: {«shop_id»: integer}, compute: {half: shop_id / 2}}'),
    code: 'reserved-name',
    message: '`shop_id` is the key of entity `shop`: give what is asked with another name.',
    key: 'features.asked.request.shop_id',
  },
  {
    title: 'a request that is called like a feature',
    source: alone('asked: {request: {«half»: integer}, compute: {half: 1 + 1}}'),
    code: 'reserved-name',
    message: '`half` is a feature of this view: give what is asked with another name.',
    key: 'features.asked.request.half',
  },
  {
    title: 'its own feature',
    source: used('more: {uses: [«more:a»], compute: {a: 1 + 1}}'),
    code: 'cycle',
    message: '`more` cannot use its own features here: within `compute` they go by their names.',
    key: 'features.more.uses',
  },
  {
    title: 'a feature that is itself computed on request',
    source: used('more: {uses: [«asked:share»], compute: {a: share * 2}}'),
    code: 'unknown-feature',
    message: '`asked` is itself computed when it is asked for, and cannot be computed with: use what it uses.',
    key: 'features.more.uses',
  },
  {
    title: 'two features of one name',
    source: used(
      'other: {entity: shop, source: loans, columns: [income]}\n  more: {uses: [loans, «other:income»], compute: {a: income * 2}}',
    ),
    code: 'same-name',
    message: '`income` could be `other:income` or `loans:income`: use only one of them here.',
    key: 'features.more.uses',
  },
  {
    title: 'a feature that is called like what is asked with',
    source: used('more: {request: {income: number}, uses: [«loans:income»], compute: {a: income * 2}}'),
    code: 'same-name',
    message: '`income` could be `loans:income` or what is asked with: use only one of them here.',
    key: 'features.more.uses',
  },
  {
    title: 'a password in the address of the online store',
    source: `${head}online_store: {redis: {url: «"redis://:secret@127.0.0.1"»}}\n`,
    code: 'wrong-type',
    message: /^`url` must hold no password: name it with `password: \{env: NAME\}`/,
    key: 'online_store.redis.url',
  },
  {
    title: 'an online store that there is not',
    source: `${head}online_store: «rediss»\n`,
    code: 'wrong-type',
    message: '`online_store` must be `local`, or a mapping with `redis`; here it is `rediss`.',
    key: 'online_store',
  },
];

export const services: readonly DiagnosticCase[] = [
  {
    title: 'nothing',
    source: service('«[]»'),
    code: 'out-of-range',
    message: '`features` must have at least one feature.',
    key: 'feature_services.risk.features',
  },
  {
    title: 'a view that there is not',
    source: service('[«loan:grade»]'),
    code: 'unknown-feature',
    message: '`loan` is not a feature view. Did you mean `loans:grade`?',
    key: 'feature_services.risk.features',
    suggestion: 'loans:grade',
  },
  {
    title: 'a feature without its view',
    source: service('[«grade»]'),
    code: 'unknown-feature',
    message: '`grade` is not a feature view. Did you mean `loans:grade`?',
    key: 'feature_services.risk.features',
    suggestion: 'loans:grade',
  },
  {
    title: 'a view like no other',
    source: service('[«zzzzz»]'),
    code: 'unknown-feature',
    message: '`zzzzz` is not a feature view. There are `loans`, `asked` and `other`.',
    key: 'feature_services.risk.features',
  },
  {
    title: 'a feature that the view has not',
    source: service('["«loans:incom»"]').replace('"«', '«"').replace('»"', '"»'),
    code: 'unknown-feature',
    message: 'Feature view `loans` has no feature `incom`. Did you mean `loans:income`?',
    key: 'feature_services.risk.features',
    suggestion: 'loans:income',
  },
  {
    title: 'a version without its v',
    source: service('[«loans@2:grade»]'),
    code: 'bad-feature',
    message: '`loans@2:grade` names no feature. Did you mean `loans@v2:grade`?',
    key: 'feature_services.risk.features',
    suggestion: 'loans@v2:grade',
  },
  {
    title: 'a full name',
    source: service('[«loans.grade»]'),
    code: 'bad-feature',
    message: '`loans.grade` names no feature. Did you mean `loans:grade`?',
    key: 'feature_services.risk.features',
    suggestion: 'loans:grade',
  },
  {
    title: 'no name at all',
    source: service('[«"?!"»]'),
    code: 'bad-feature',
    message:
      '`?!` names no feature. Name a view (`loans`), a feature (`loans:income`), or that of a version (`loans@v2:income`).',
    key: 'feature_services.risk.features',
  },
  {
    title: 'a feature twice',
    source: service('[loans, other, «loans»]'),
    code: 'duplicate-feature',
    message: '`loans` is listed twice.',
    key: 'feature_services.risk.features',
  },
];

export const featureSteps: readonly DiagnosticCase[] = [
  {
    title: 'a service that there is not',
    source: step('{service: «rsk», entities: asked, as: made}'),
    code: 'unknown-service',
    message: '`rsk` is not a feature service. Did you mean `risk`?',
    key: 'pipelines.p.steps.f.with.service',
    suggestion: 'risk',
  },
  {
    title: 'no service at all',
    source: `${head}pipelines: {p: {steps: {f: {uses: features, with: {service: «risk», entities: asked, as: made}}}}}\n`,
    code: 'unknown-service',
    message:
      '`risk` is not a feature service. None is declared: add it under `feature_services:` at the top of the file.',
    key: 'pipelines.p.steps.f.with.service',
  },
  {
    title: 'a dataset that is not declared',
    source: step('{service: risk, entities: asked, as: «mad»}'),
    code: 'unknown-dataset',
    message: '`mad` is not a dataset. Did you mean `made`?',
    key: 'pipelines.p.steps.f.with.as',
    suggestion: 'made',
  },
  {
    title: 'a dataset of several files',
    source: step('{service: risk, entities: asked, as: «many»}'),
    code: 'bad-target',
    message:
      '`many` is not one file of CSV, JSON lines or Parquet, and no other can be written: declare such a dataset and name it here.',
    key: 'pipelines.p.steps.f.with.as',
  },
  {
    title: 'the dataset that asks',
    source: step('{service: risk, entities: asked, as: «asked»}'),
    code: 'bad-target',
    message: '`asked` is read and written by this step: `as` needs a dataset of its own.',
    key: 'pipelines.p.steps.f.with.as',
  },
  {
    title: 'the dataset of the features',
    source: step('{service: risk, entities: asked, as: «loans»}'),
    code: 'bad-target',
    message: '`loans` is the source of feature view `loans`, which this step reads: `as` needs a dataset of its own.',
    key: 'pipelines.p.steps.f.with.as',
  },
  {
    title: 'a dataset that another step makes',
    source: step('{service: risk, entities: asked, as: made}}, g: {uses: features, with: {service: risk, entities: asked, as: «made»}'), // prettier-ignore
    code: 'output-twice',
    message: '`made.csv` is written by `f` and by `g`. Give one of them another dataset.',
    key: 'pipelines.p.steps.g.with.as',
  },
  {
    title: 'a dataset that a command makes',
    source: step('{service: risk, entities: asked, as: «made»}').replace('f: {uses', 'h: {run: make, outs: made.csv}, f: {uses'), // prettier-ignore
    code: 'output-twice',
    message: '`made.csv` is written by `h` and by `f`. Give one of them another dataset.',
    key: 'pipelines.p.steps.f.with.as',
  },
  {
    title: 'a dataset that each step of a matrix makes',
    source: step('{service: risk, entities: asked, as: «made»}, matrix: {mode: [known, tie-break]}'),
    code: 'output-twice',
    message:
      '`made.csv` is written by `f (mode=known)` and by `f (mode=tie-break)`. Let each have its own: put a value of the matrix into the name of the dataset, such as `${{ matrix.NAME }}`.',
    key: 'pipelines.p.steps.f.with.as',
  },
  {
    title: 'a mode that there is not',
    source: step('{service: risk, entities: asked, as: made, created: «know»}'),
    code: 'not-allowed',
    message: '`created` must be `known` or `tie-break`; here it is `know`. Did you mean `known`?',
    key: 'pipelines.p.steps.f.with.created',
    suggestion: 'known',
  },
];

export const expressions: readonly DiagnosticCase[] = [
  {
    title: 'an expression that ends too early',
    source: view('compute: {ratio: income «/»}'),
    code: 'bad-expression',
    message: 'A value or a column is expected, not the end.',
    key: 'features.loans.compute.ratio',
  },
  {
    title: 'a bracket too many, in quotes',
    source: view('compute: {ratio: "income / 2«)»"}'),
    code: 'bad-expression',
    message: '`)` closes nothing.',
    key: 'features.loans.compute.ratio',
  },
  {
    title: 'a long form',
    source: view('compute: {ratio: {expression: income «~»~ 2}}'),
    code: 'bad-expression',
    message: '`~` cannot stand here.',
    key: 'features.loans.compute.ratio.expression',
  },
  {
    title: 'a comma that ends the text',
    source: view('compute: {ratio: round(income «/» 2, 1)}').replace('«/» 2', '/ «2»'),
    code: 'bad-expression',
    message: '`)` is expected, not the end. Within `{ }` a comma ends a text: put the expression into quotes.',
    key: 'features.loans.compute.ratio',
    others: ['empty-value'],
  },
  {
    title: 'a query',
    source: view('where: («select» 1), columns: [grade]'),
    code: 'bad-expression',
    message: 'A query cannot stand here: an expression sees one row.',
    key: 'features.loans.where',
  },
  {
    title: 'the condition of a window',
    source: view("windows: {n: {count: '*', over: 7d, where: a = 1 «=» 2}}"),
    code: 'bad-expression',
    message: 'Comparisons do not follow one another. Write `a < b and b < c`.',
    key: 'features.loans.windows.n.where',
  },
  {
    title: 'what a window goes over',
    source: view('windows: {n: {sum: "a «+» ", over: 7d}}'),
    code: 'bad-expression',
    message: 'A value or a column is expected, not the end.',
    key: 'features.loans.windows.n.sum',
  },
  {
    title: 'several lines, of which the place is that of the whole',
    source: `${head}features:\n  loans:\n    entity: applicant\n    source: loans\n    compute:\n      ratio: «>-\n        income\n        / )»\n`,
    code: 'bad-expression',
    message: 'A value or a column is expected, not `)`.',
    key: 'features.loans.compute.ratio',
  },
  {
    title: 'features that are computed from one another',
    source: view('compute: {«a»: b + 1, b: c * 2, c: a - 1, d: a}'),
    code: 'cycle',
    message: 'These features are computed from one another: a → b → c → a. Have one of them use columns only.',
    key: 'features.loans.compute.a',
  },
];
