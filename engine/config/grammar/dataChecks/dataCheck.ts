import * as v from 'valibot';
import type { DataCheckName, DataCheckRule, DataSuite, PlannedCheck } from '../../../protocol/dataChecks';
import { integrity } from './integrity';
import { columns, common, date, index, label } from './terms';
import { trainTest } from './trainTest';

const suiteNotes: Readonly<Record<DataSuite, string>> = {
  integrity: 'All checks of one table; those that the list names besides are taken from there.',
  'train-test': 'All checks of the parts of a split, judged by `uses: validate` with `train_test: true`.',
};
const suite = (name: DataSuite) =>
  v.strictObject({
    check: v.pipe(v.literal(name), v.description(suiteNotes[name])),
    ...label,
    ...index,
    ...date,
    ...columns,
    ...common,
  });

type Rule = v.GenericSchema<unknown, DataCheckRule>;
type Kinds = Readonly<Record<string, Rule & { readonly entries: Readonly<Record<string, v.GenericSchema>> }>>;
const integrityKinds: Kinds = integrity;
const trainTestKinds: Kinds = trainTest;
const suites: Kinds = { integrity: suite('integrity'), 'train-test': suite('train-test') };
const kinds = new Map<unknown, Kinds[string]>(
  [suites, integrityKinds, trainTestKinds].flatMap(group => Object.entries(group)),
);
const namesOf = (group: Kinds): string[] => Object.keys(group);
const known = v.picklist(
  [suites, integrityKinds, trainTestKinds].flatMap(namesOf),
  'must be the name of a check or suite',
);

const byName = v.pipe(
  known,
  v.transform((check): unknown => ({ check })),
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }): DataCheckRule => parsed(dataset.value, addIssue) ?? NEVER),
);

function parsed(value: unknown, addIssue: (issue: { message: string }) => void): DataCheckRule | undefined {
  const kind = isNamed(value) ? kinds.get(value.check) : undefined;
  const found = kind && v.safeParse(kind, value);
  if (found?.success === true) return found.output;
  addIssue({ message: found?.issues[0].message ?? 'must be a check' });
  return undefined;
}

const isNamed = (value: unknown): value is { readonly check: unknown } =>
  typeof value === 'object' && value !== null && 'check' in value;

/** Stands in for a check of which nothing is known yet. */
const anyCheck: Rule = v.pipe(
  v.strictObject({ check: v.pipe(known, v.description('The check, or the suite.')), ...common }),
  v.rawTransform(({ NEVER }) => NEVER),
);
const anyOf: Rule = v.union([byName, ...kinds.values()]);

/** One entry of `checks:`: a name, or a mapping with `check` and what it shall say otherwise than by default. */
export const dataCheck: Rule = v.lazy((input): Rule => {
  if (input === undefined) return anyOf;
  if (typeof input !== 'object' || input === null) return byName;
  return isNamed(input) ? (kinds.get(input.check) ?? anyCheck) : anyCheck;
});

/**
 * The list, with each suite as its checks. A check that is named itself is not taken from a suite besides; what a suite
 * says of the label, the identifier and the date holds for all.
 */
export const dataChecks = v.pipe(
  v.array(dataCheck, 'must be a list of checks'),
  v.transform((rules): readonly PlannedCheck[] => {
    const own = new Set<string>(rules.map(({ check }) => check));
    const known = rules.filter(({ check }) => isSuite(check)).reduce((all, rule) => ({ ...all, ...rolesIn(rule) }), {});
    return rules
      .flatMap((rule, at): readonly PlannedCheck[] => {
        const { check } = rule;
        return isSuite(check)
          ? suiteOf(check, rule, at).filter(planned => !own.has(planned.check))
          : [{ ...rule, check, suite: isTrainTest(check) ? 'train-test' : 'integrity', entry: at, named: true }];
      })
      .map(planned => ({ ...known, ...planned }));
  }),
);

const isSuite = (check: DataCheckRule['check']): check is DataSuite => check in suites;

const rolesIn = ({
  label: of,
  index: id,
  date: time,
}: DataCheckRule): Pick<DataCheckRule, 'label' | 'index' | 'date'> => ({
  ...(of !== undefined && { label: of }),
  ...(id !== undefined && { index: id }),
  ...(time !== undefined && { date: time }),
});

/** The checks of a suite with their defaults; what its entry says goes to those that take it. */
export function suiteOf(name: DataSuite, rule: Omit<DataCheckRule, 'check'>, at: number): readonly PlannedCheck[] {
  const group = name === 'integrity' ? integrityKinds : trainTestKinds;
  return Object.entries(group).flatMap(([check, kind]): readonly PlannedCheck[] => {
    const said = Object.entries(rule).filter(([key]) => key in kind.entries && key !== 'check');
    const planned = v.parse(kind, { ...Object.fromEntries(said), check });
    const { check: named } = planned;
    if (isSuite(named)) return [];
    return [{ ...planned, check: named, suite: name, entry: at, named: false }];
  });
}

/** Whether an entry of a check may say something. */
export const checkTakes = (check: string, key: string): boolean => key in (kinds.get(check)?.entries ?? {});

const isTrainTest = (check: DataCheckName): boolean => check in trainTestKinds;
