import { describe, expect, it } from 'vitest';
import { ModelyardError } from '../../../../engine/errors';
import { defineOnDemandView } from '../../../../engine/features/definition/defineOnDemandView';
import { select } from '../../../../engine/features/definition/select';
import type { FeatureViewVersion } from '../../../../engine/protocol/features';
import { sqlExpressions as expressions } from '../../../../engine/features/definition/sqlExpressions';
import { define, loans } from './views';

const version = (view: string, number: number, of: Pick<FeatureViewVersion, 'definition' | 'hash'>) => ({
  view,
  version: number,
  ...of,
  createdAt: 0,
});
const { amount } = loans.features;
const affordability = defineOnDemandView({
  name: 'affordability',
  expressions,
  at: key => ({ file: 'modelyard.yaml', key }),
  view: {
    kind: 'on-demand',
    request: { asked: 'number' },
    uses: ['loans:ratio'],
    features: { share: { from: { kind: 'expression', expression: 'asked * ratio' } } },
  },
  used: [{ view: 'loans', version: 2, feature: 'ratio', type: 'number', index: 0 }],
});
const versions = [
  version('loans', 2, define()),
  version('loans', 1, define({ features: { amount: amount! } })),
  version('other', 1, define({ features: { amount: amount!, more: amount! } })),
  version('affordability', 1, affordability),
];
const find = (view: string, number?: number): FeatureViewVersion => {
  const found = versions.find(one => one.view === view && (number === undefined || one.version === number));
  if (!found) throw new ModelyardError('not-found', `There is no ${view}.`);
  return found;
};
const selected = (references: readonly string[], fullNames = false) => select(references, { fullNames, version: find });

describe('a selection', () => {
  it('has all features of a view, each once, and the version they are of', () => {
    const { columns, views } = selected(['loans:ratio', 'loans', 'loans:amount']);
    expect(columns.map(({ column, reference, type }) => [column, reference, type])).toStrictEqual([
      ['ratio', 'loans@v2:ratio', 'number'],
      ['amount', 'loans@v2:amount', 'integer'],
      ['mean_30d', 'loans@v2:mean_30d', 'number'],
    ]);
    expect(views.map(({ view, version: number, features }) => [view, number, features])).toStrictEqual([
      ['loans', 2, ['amount', 'ratio', 'mean_30d']],
    ]);
  });

  it('says the view in names where two have a feature of one name, and the version where that is not enough', () => {
    const names = (references: readonly string[], full?: boolean) =>
      selected(references, full).columns.map(({ column }) => column);
    expect(names(['loans:amount', 'other'])).toStrictEqual(['loans__amount', 'other__amount', 'more']);
    expect(names(['loans:amount', 'loans@v1:amount', 'loans:ratio'])).toStrictEqual([
      'loans_v2__amount',
      'loans_v1__amount',
      'ratio',
    ]);
    expect(names(['loans:ratio'], true)).toStrictEqual(['loans__ratio']);
  });

  it('takes what an on-demand view computes with from the version that it is of', () => {
    const { columns, views } = selected(['affordability']);
    expect(columns.map(({ reference }) => reference)).toStrictEqual(['affordability@v1:share']);
    expect(views.map(({ view, version: number, features }) => [view, number, features])).toStrictEqual([
      ['affordability', 1, ['share']],
      ['loans', 2, ['ratio']],
    ]);
  });

  it('has one hash for the same versions in whatever order, and another one for others', () => {
    const { definition } = selected(['loans', 'other']);
    expect(definition).toMatch(/^[0-9a-f]{64}$/);
    expect(selected(['other', 'loans:ratio']).definition).toBe(definition);
    expect(selected(['other', 'loans@v1']).definition).not.toBe(definition);
  });

  it('says what is probably meant', () => {
    expect(() => selected(['loans:ration'])).toThrow('Version 2 of feature view loans has no feature `ration`.');
    expect(() => selected(['loan'])).toThrow('There is no loan.');
  });
});

describe('an on-demand view', () => {
  it('computes with what is given and used, by the versions', () => {
    expect(affordability.definition).toStrictEqual({
      kind: 'on-demand',
      request: { asked: 'number' },
      uses: ['loans@v2:ratio'],
      features: [{ name: 'share', type: 'number', from: { kind: 'expression', expression: 'asked * ratio' } }],
    });
  });

  const defining = (used: Parameters<typeof defineOnDemandView>[0]['used'], request: object = {}) =>
    defineOnDemandView({
      ...{ name: 'x', expressions, used, at: key => ({ file: 'modelyard.yaml', key }) },
      view: { kind: 'on-demand', request: { ...request }, uses: [], features: { one: { from: { kind: 'expression', expression: 'ratio' } } } }, // prettier-ignore
    });
  const ratio = { view: 'loans', version: 2, feature: 'ratio', type: 'number', index: 0 } as const;

  it('is another one with another version of what it uses', () => {
    expect(defining([{ ...ratio, version: 3 }]).hash).not.toBe(defining([ratio]).hash);
  });

  it('refuses two things of one name', () => {
    expect(() => defining([ratio], { ratio: 'number' })).toThrow(
      'would be both loans@v2:ratio and what the request gives',
    );
    expect(() => defining([ratio, { ...ratio, view: 'other', index: 1 }])).toThrow(
      'both other@v2:ratio and loans@v2:ratio',
    );
  });
});
