export interface DiagnosticCase {
  readonly title: string;
  /** What must be marked stands in « ». */
  readonly source: string;
  readonly code: string;
  /** The whole of it, or where it lists what grows a pattern. */
  readonly message: string | RegExp;
  readonly key: string;
  readonly suggestion?: string;
  /** Errors besides this one, by code. */
  readonly others?: readonly string[];
}

export const inDataset = (entry: string): string => `name: x\ndatasets:\n  a:\n    path: a.csv\n    ${entry}\n`;
export const inExpect = (rule: string): string => inDataset(`expect: [${rule}]`);
/** Steps on two lines at indentation 6, after a valid beginning of a pipeline. */
export const steps = (text: string): string =>
  `name: x\ndatasets: {a: {path: a.csv}, b: {path: b.csv}}\npipelines:\n  p:\n    steps:\n${text
    .trim()
    .split('\n')
    .map(line => `      ${line.trim()}\n`)
    .join('')}models: {m: {stages: [dev, prod]}}\n`;
/** The same with gates of the model. */
export const gated = (text: string): string =>
  steps(text).replace('{stages: [dev, prod]}', '{stages: [dev, prod], gates: {prod: [{metric: auc, at_least: 0.7}]}}');
export const chain = `v: {uses: validate, with: {dataset: a}}
  s: {uses: split, needs: v}
  c: {uses: prepare, needs: s, with: {label: y}}
  t: {uses: train, needs: c, with: {learner: logistic}}
  e: {uses: evaluate, needs: t}`;
export const inGates = (rules: string): string =>
  `name: x\nmodels:\n  m:\n    stages: [dev, prod]\n    gates: ${rules}\n`;
