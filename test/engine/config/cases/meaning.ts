import { chain, gated, inExpect, inGates, steps, type DiagnosticCase } from './helpers';

export const expectations: readonly DiagnosticCase[] = [
  {
    title: 'a range upside down',
    source: inExpect('{column: y, between: «[9, 1]»}'),
    code: 'bad-between',
    message: '`between` must be [lowest, highest]: 9 is above 1.',
    key: 'datasets.a.expect.0.between',
  },
  {
    title: 'a range of dates upside down',
    source: inExpect('{column: y, between: «[2024-02-01, 2024-01-31]»}'),
    code: 'bad-between',
    message: '`between` must be [lowest, highest]: 2024-02-01 is above 2024-01-31.',
    key: 'datasets.a.expect.0.between',
  },
  {
    title: 'a range of a date and a number',
    source: inExpect('{column: y, between: «[2024-02-01, 7]»}'),
    code: 'bad-between',
    message: '`between` must have two numbers or two dates, not one of each.',
    key: 'datasets.a.expect.0.between',
  },
  {
    title: 'a range of one side',
    source: inExpect('{column: y, between: «[7]»}'),
    code: 'wrong-type',
    message: '`between` has too few items.',
    key: 'datasets.a.expect.0.between',
  },
  {
    title: 'a regular expression that does not compile',
    source: inExpect('{column: y, regex: «"a(b"»}'),
    code: 'bad-regex',
    message: '`regex` is not a regular expression: Unterminated group.',
    key: 'datasets.a.expect.0.regex',
  },
  {
    title: 'a rule without column',
    source: inExpect('{not_null: «true»}'),
    code: 'missing-key',
    message: '`not_null` needs a `column` that it is about.',
    key: 'datasets.a.expect.0.not_null',
  },
  {
    title: 'unique without column',
    source: inExpect('{unique: «true»}'),
    code: 'missing-key',
    message: '`unique` needs a `column`, or the name of one instead of true.',
    key: 'datasets.a.expect.0.unique',
  },
  {
    title: 'two answers to which column is unique',
    source: inExpect('{column: y, unique: «[a, b]»}'),
    code: 'misplaced-key',
    message: '`unique` names columns itself: put it into an entry without `column`, or write true.',
    key: 'datasets.a.expect.0.unique',
  },
  {
    title: 'a number of rows of a column',
    source: inExpect('{column: y, row_count: «7»}'),
    code: 'misplaced-key',
    message: '`row_count` is about the whole file: put it into an entry without `column`.',
    key: 'datasets.a.expect.0.row_count',
  },
  {
    title: 'a number of rows upside down',
    source: inExpect('{row_count: «[7, 3]»}'),
    code: 'bad-between',
    message: '`row_count` must be [least, most]: 7 is more than 3.',
    key: 'datasets.a.expect.0.row_count',
  },
  {
    title: 'an entry that checks nothing',
    source: inExpect('{«column»: y}'),
    code: 'missing-key',
    message:
      'Item 1 of `expect` checks nothing: give it a rule (`type`, `not_null`, `between`, `in_set`, `regex`, `unique`, `row_count`, `mean`, `rows` …).',
    key: 'datasets.a.expect.0',
  },
  {
    title: 'mostly nothing',
    source: inExpect('{column: y, not_null: true, mostly: «0»}'),
    code: 'out-of-range',
    message: '`mostly` must be above 0, and at most 1; here it is 0.',
    key: 'datasets.a.expect.0.mostly',
  },
  {
    title: 'a freshness that is no duration',
    source: inExpect('{column: y, fresh_within: «week»}'),
    code: 'bad-duration',
    message: '`fresh_within` must be a duration such as 30s, 5m, 1h or 7d; here it is `week`.',
    key: 'datasets.a.expect.0.fresh_within',
  },
];

export const graph: readonly DiagnosticCase[] = [
  {
    title: 'an unknown dataset',
    source: steps('v: {uses: validate, with: {dataset: «aa»}}'),
    code: 'unknown-dataset',
    message: '`aa` is not a dataset. Did you mean `a`?',
    key: 'pipelines.p.steps.v.with.dataset',
    suggestion: 'a',
  },
  {
    title: 'an unknown step in `needs`',
    source: steps('first: {run: ls}\n second: {run: ls, needs: [«frist»]}'),
    code: 'unknown-step',
    message: '`frist` is not a step of this pipeline. Did you mean `first`?',
    key: 'pipelines.p.steps.second.needs.0',
    suggestion: 'first',
  },
  {
    title: 'an unknown model',
    source: steps(`${chain}\n  g: {uses: gate, needs: e, with: {model: «credit»}}`),
    code: 'unknown-model',
    message: '`credit` is not a model. There is `m`.',
    key: 'pipelines.p.steps.g.with.model',
  },
  {
    title: 'an unknown stage to register for',
    source: steps(`${chain}\n  r: {uses: register, needs: e, with: {model: m, stage: «production»}}`),
    code: 'unknown-stage',
    message: '`production` is not a stage of model `m`. Did you mean `prod`?',
    key: 'pipelines.p.steps.r.with.stage',
    suggestion: 'prod',
  },
  {
    title: 'a cycle',
    source: steps('a: {run: ls, needs: c}\n b: {run: ls, needs: a}\n c: {run: ls, needs: [«b»]}')
      .replace('[«b»]', '[b]')
      .replace('needs: a}', 'needs: «a»}'),
    code: 'cycle',
    message: 'These steps wait for each other: a → c → b → a. Remove one of these `needs`.',
    key: 'pipelines.p.steps.b.needs',
  },
  {
    title: 'a step that needs itself',
    source: steps('a: {run: ls, needs: «a»}'),
    code: 'cycle',
    message: '`a` needs itself. Remove it from `needs`.',
    key: 'pipelines.p.steps.a.needs',
  },
  {
    title: 'train without prepare',
    source: steps('t: {uses: «train», with: {learner: logistic}}'),
    code: 'missing-input',
    message:
      '`train` needs a preparation, and no step before `t` makes one: add a step with `uses: prepare` and name it in `needs`.',
    key: 'pipelines.p.steps.t.uses',
  },
  {
    title: 'evaluate beside train, not after it',
    source: steps(`${chain}\n  f: {uses: «evaluate», needs: c}`),
    code: 'missing-input',
    message: '`evaluate` needs a model, and no step before `f` makes one: add `needs: t` to `f`.',
    key: 'pipelines.p.steps.f.uses',
  },
  {
    title: 'gate without evaluate',
    source: steps(`${chain}\n  g: {uses: «gate», needs: t, with: {model: m}}`),
    code: 'missing-input',
    message: '`gate` needs an evaluation, and no step before `g` makes one: add `needs: e` to `g`.',
    key: 'pipelines.p.steps.g.uses',
  },
  {
    title: 'register without train',
    source: steps('r: {uses: «register», with: {model: m}}'),
    code: 'missing-input',
    message:
      '`register` needs a model, and no step before `r` makes one: add a step with `uses: train` and name it in `needs`.',
    key: 'pipelines.p.steps.r.uses',
  },
  {
    title: 'register with the evaluation of another model',
    source: steps(
      `${chain}\n  o: {uses: train, needs: c, with: {learner: logistic}}\n  r: {uses: register, needs: [o, «e»], with: {model: m}}`,
    ),
    code: 'other-evaluation',
    message:
      '`r` would register the model of `o` with the evaluation of `e`, which is of the model of `t`. Let it need an evaluation of `o`, or `t` only.',
    key: 'pipelines.p.steps.r.needs',
  },
  {
    title: 'gates that nothing is evaluated for',
    source: gated(`${chain}\n  r: {uses: «register», needs: t, with: {model: m}}`),
    code: 'missing-input',
    message:
      'The gates of model `m` are judged by an evaluation, and no step before `r` makes one: add `needs: e` to `r`.',
    key: 'pipelines.p.steps.r.uses',
  },
  {
    title: 'gates in a pipeline that evaluates nothing',
    source: gated(
      's: {uses: split, with: {dataset: a}}\n  c: {uses: prepare, needs: s, with: {label: y}}\n  t: {uses: train, needs: c, with: {learner: logistic}}\n  r: {uses: «register», needs: t, with: {model: m}}',
    ),
    code: 'missing-input',
    message:
      'The gates of model `m` are judged by an evaluation, and no step before `r` makes one: add a step with `uses: evaluate` and name it in `needs`.',
    key: 'pipelines.p.steps.r.uses',
  },
  {
    title: 'split of one of several datasets',
    source: steps('s: {uses: «split»}'),
    code: 'missing-input',
    message: '`s` does not know which dataset to split: add `dataset:` (`a` or `b`) under `with`.',
    key: 'pipelines.p.steps.s.uses',
  },
  {
    title: 'both uses and run',
    source: steps('v: {uses: validate, with: {dataset: a}, «run»: ls}'),
    code: 'uses-and-run',
    message: 'A step has either `uses:` (a built-in step) or `run:` (a command), not both. Remove one of them.',
    key: 'pipelines.p.steps.v.run',
  },
  {
    title: 'neither uses nor run',
    source: steps('a: {run: ls}\n «v»: {needs: a}'),
    code: 'no-action',
    message: '`v` says neither `uses:` (a built-in step) nor `run:` (a command). It needs one of them.',
    key: 'pipelines.p.steps.v.uses',
  },
  {
    title: 'a pipeline without steps',
    source: 'name: x\npipelines: {p: {«steps»: {}}}\n',
    code: 'out-of-range',
    message: '`steps` must have at least one step.',
    key: 'pipelines.p.steps',
  },
];

export const gates: readonly DiagnosticCase[] = [
  {
    title: 'gates on a stage that is not listed',
    source: inGates('{«production»: [{metric: auc, at_least: 0.7}]}'),
    code: 'unknown-stage',
    message: '`production` is not a stage of model `m`. Did you mean `prod`?',
    key: 'models.m.gates.production',
    suggestion: 'prod',
  },
  {
    title: 'better than a stage that is written wrong: another name would be an alias',
    source: inGates('{prod: [{metric: auc, better_than: «prodd»}]}'),
    code: 'unknown-stage',
    message: '`prodd` is not a stage of model `m`. Did you mean `prod`?',
    key: 'models.m.gates.prod.0.better_than',
    suggestion: 'prod',
  },
  {
    title: 'a margin without something to compare with',
    source: inGates('{prod: [{«metric»: auc, at_least: 0.7, margin: 0.1}]}'),
    code: 'one-bound',
    message: 'Item 1 of `prod` has a `margin`, which is for `better_than` and `not_worse_than` only.',
    key: 'models.m.gates.prod.0',
  },
  {
    title: 'a bound of fairness without its measure',
    source: inGates('{prod: [{«check»: fairness, group: sex, at_least: 0.7}]}'),
    code: 'one-bound',
    message: 'Item 1 of `prod` needs a `measure` for its bound.',
    key: 'models.m.gates.prod.0',
  },
  {
    title: 'a confidence that no draws can give',
    source: inGates('{prod: [{metric: auc, at_least: 0.7, confidence: «95»}]}'),
    code: 'out-of-range',
    message: '`confidence` must lie between 0.5 and 0.99; here it is 95.',
    key: 'models.m.gates.prod.0.confidence',
  },
  {
    title: 'a rule without bound',
    source: inGates('{prod: [{«metric»: auc}]}'),
    code: 'one-bound',
    message: 'Item 1 of `prod` needs a bound: `at_least`, `at_most`, `better_than` or `not_worse_than`.',
    key: 'models.m.gates.prod.0',
  },
  {
    title: 'a rule of a kind that there is not',
    source: inGates('{prod: [{check: «sampel», min_rows: 9}]}'),
    code: 'not-allowed',
    message: /^`check` must be `approval`, .*`sample`.*; here it is `sampel`\. Did you mean `sample`\?$/,
    key: 'models.m.gates.prod.0.check',
    suggestion: 'sample',
  },
  {
    title: 'a rule that is neither about a metric nor a check',
    source: inGates('{prod: [{«at_least»: 0.7}]}'),
    code: 'missing-key',
    message: '`metric` is missing in Item 1 of `prod`. The metric that is judged.',
    key: 'models.m.gates.prod.0.metric',
  },
  {
    title: 'a check with the key of a metric',
    source: inGates('{prod: [{check: sample, min_rows: 9, «at_least»: 0.7}]}'),
    code: 'misplaced-key',
    message: '`at_least` is only for a rule with `metric:`.',
    key: 'models.m.gates.prod.0.at_least',
  },
  {
    title: 'a rule with two bounds',
    source: inGates('{prod: [{metric: auc, at_least: 0.7, at_most: «0.9»}]}'),
    code: 'one-bound',
    message:
      '`at_most` is one bound too many: a rule has exactly one of `at_least`, `at_most`, `better_than` or `not_worse_than`. Make it a rule of its own.',
    key: 'models.m.gates.prod.0.at_most',
  },
  {
    title: 'a stage twice',
    source: 'name: x\nmodels: {m: {stages: [dev, prod, «dev»]}}\n',
    code: 'duplicate-stage',
    message: 'Stage `dev` is listed twice.',
    key: 'models.m.stages',
  },
  {
    title: 'a condition that cannot be read',
    source: inGates('{prod: [{metric: auc, at_least: 0.7, slice: "age <= «25 25"»}]}').replace('«25 25"»', '25 «25»"'),
    code: 'bad-condition',
    message:
      "Condition `age <= 25 25`, column 11: `25` is too much; `and` or `or` may be missing. Write conditions like `age <= 25 and housing in ('own', 'rent')`; put odd column names into backticks.",
    key: 'models.m.gates.prod.0.slice',
  },
];
