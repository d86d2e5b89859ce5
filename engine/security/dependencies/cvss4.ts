import { macroScores } from './cvss4Scores';

/** Of each metric its values, the worst first (CVSS 4.0, section 8.2; `S` of SI and SA only as modified). */
const levels: Readonly<Record<string, string>> = {
  ...{ AV: 'NALP', PR: 'NLH', UI: 'NPA', AC: 'LH', AT: 'NP', VC: 'HLN', VI: 'HLN', VA: 'HLN' },
  ...{ SC: 'HLN', SI: 'SHLN', SA: 'SHLN', CR: 'HML', IR: 'HML', AR: 'HML', E: 'APU' },
};
const base = ['AV', 'AC', 'AT', 'PR', 'UI', 'VC', 'VI', 'VA', 'SC', 'SI', 'SA'];
/** What counts where nothing is said: exploited, and of the greatest importance. */
const usual: Readonly<Record<string, string>> = { E: 'A', CR: 'H', IR: 'H', AR: 'H' };

/** The worst vectors of each level of a set of metrics that belong together, and how many steps lead to the next level. */
interface Level {
  readonly worst: readonly string[];
  readonly steps: number;
}
const eq1: readonly Level[] = [
  { worst: ['AV:N/PR:N/UI:N'], steps: 1 },
  { worst: ['AV:A/PR:N/UI:N', 'AV:N/PR:L/UI:N', 'AV:N/PR:N/UI:P'], steps: 4 },
  { worst: ['AV:P/PR:N/UI:N', 'AV:A/PR:L/UI:P'], steps: 5 },
];
const eq2: readonly Level[] = [
  { worst: ['AC:L/AT:N'], steps: 1 },
  { worst: ['AC:H/AT:N', 'AC:L/AT:P'], steps: 2 },
];
/** By the levels of EQ3 and EQ6. */
const eq36: Readonly<Record<string, Level>> = {
  '00': { worst: ['VC:H/VI:H/VA:H/CR:H/IR:H/AR:H'], steps: 7 },
  '01': { worst: ['VC:H/VI:H/VA:L/CR:M/IR:M/AR:H', 'VC:H/VI:H/VA:H/CR:M/IR:M/AR:M'], steps: 6 },
  '10': { worst: ['VC:L/VI:H/VA:H/CR:H/IR:H/AR:H', 'VC:H/VI:L/VA:H/CR:H/IR:H/AR:H'], steps: 8 },
  '11': {
    worst: [
      ...['VC:L/VI:H/VA:L/CR:H/IR:M/AR:H', 'VC:L/VI:H/VA:H/CR:H/IR:M/AR:M', 'VC:H/VI:L/VA:H/CR:M/IR:H/AR:M'],
      ...['VC:H/VI:L/VA:L/CR:M/IR:H/AR:H', 'VC:L/VI:L/VA:H/CR:H/IR:H/AR:M'],
    ],
    steps: 8,
  },
  '21': { worst: ['VC:L/VI:L/VA:L/CR:H/IR:H/AR:H'], steps: 10 },
};
const eq4: readonly Level[] = [
  { worst: ['SC:H/SI:S/SA:S'], steps: 6 },
  { worst: ['SC:H/SI:H/SA:H'], steps: 5 },
  { worst: ['SC:L/SI:L/SA:L'], steps: 4 },
];

type Values = Readonly<Record<string, string>>;

/**
 * The score of a CVSS 4.0 vector, 0 to 10: base, with threat and environment where it says them (FIRST, section 8). The
 * score of its macro vector, less the mean of the shares of the way to the next lower ones that it has gone.
 * @returns undefined: it is none, or lacks a metric
 */
export function cvss4Score(vector: string): number | undefined {
  const values = effective(vector);
  if (values === undefined) return undefined;
  if (['VC', 'VI', 'VA', 'SC', 'SI', 'SA'].every(name => values[name] === 'N')) return 0;
  const macro = macroVector(values);
  const score = scoreOf(macro);
  if (score === undefined) return undefined;
  const [one = 0, two = 0, three = 0, four = 0, five = 0, six = 0] = macro;
  const lower = (...change: readonly number[]): number | undefined =>
    scoreOf(macro.map((level, i) => level + (change[i] ?? 0)));
  const ways: readonly (readonly [next: number | undefined, of: Level | undefined])[] = [
    [lower(1), eq1[one]],
    [lower(0, 1), eq2[two]],
    [
      three === 0 && six === 0
        ? most(lower(0, 0, 0, 0, 0, 1), lower(0, 0, 1))
        : three === 1 && six === 0
          ? lower(0, 0, 0, 0, 0, 1)
          : lower(0, 0, 1),
      eq36[`${three}${six}`],
    ],
    [lower(0, 0, 0, 1), eq4[four]],
    [five < 2 ? lower(0, 0, 0, 0, 1) : undefined, undefined],
  ];
  const gone = ways.flatMap(([next, of]) =>
    next === undefined ? [] : [of === undefined ? 0 : ((score - next) * distance(values, of)) / of.steps],
  );
  const mean = gone.length === 0 ? 0 : gone.reduce((sum, value) => sum + value, 0) / gone.length;
  return Math.round((Math.max(0, Math.min(10, score - mean)) + 1e-6) * 10) / 10;
}

const most = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined ? other : Math.max(one, other ?? one);

/** Of each metric the value that counts; undefined: a metric is missing, or has a value that there is not. */
function effective(vector: string): Values | undefined {
  if (!vector.startsWith('CVSS:4.0/')) return undefined;
  const said = new Map(vector.split('/').map(part => [part.split(':')[0] ?? '', part.split(':')[1] ?? '']));
  const stated = (name: string): string | undefined => (said.get(name) === 'X' ? undefined : said.get(name));
  const values: Record<string, string> = {};
  for (const [name, known] of Object.entries(levels)) {
    if (base.includes(name) && (said.get(name) ?? 'S') === 'S') return undefined;
    const value = stated(`M${name}`) ?? stated(name) ?? usual[name];
    if (value?.length !== 1 || !known.includes(value)) return undefined;
    values[name] = value;
  }
  return values;
}

/** The levels of EQ1 to EQ6. */
function macroVector({ AV, PR, UI, AC, AT, VC, VI, VA, SC, SI, SA, CR, IR, AR, E }: Values): readonly number[] {
  const open = [AV, PR, UI].filter(value => value === 'N').length;
  const isHigh = [VC, VI, VA].includes('H');
  const isAsked = (CR === 'H' && VC === 'H') || (IR === 'H' && VI === 'H') || (AR === 'H' && VA === 'H');
  return [
    open === 3 ? 0 : open > 0 && AV !== 'P' ? 1 : 2,
    AC === 'L' && AT === 'N' ? 0 : 1,
    VC === 'H' && VI === 'H' ? 0 : isHigh ? 1 : 2,
    SI === 'S' || SA === 'S' ? 0 : [SC, SI, SA].includes('H') ? 1 : 2,
    E === 'A' ? 0 : E === 'P' ? 1 : 2,
    isAsked ? 0 : 1,
  ];
}

/** Undefined: there is no such macro vector. */
function scoreOf([one = 0, two = 0, three = 0, four = 0, five = 0, six = 0]: readonly number[]): number | undefined {
  if (five > 2 || six > 1 || (three === 2 && six === 0)) return undefined;
  return macroScores[`${one}${two}${three}${four}`]?.[three === 2 ? five : 2 * five + six];
}

/** Steps from the first of the worst vectors of a level that is nowhere better. */
function distance(values: Values, { worst }: Level): number {
  for (const vector of worst) {
    const steps = vector.split('/').map(part => {
      const [name = '', value = ''] = part.split(':');
      const known = levels[name] ?? '';
      return known.indexOf(values[name] ?? '') - known.indexOf(value);
    });
    if (steps.every(step => step >= 0)) return steps.reduce((sum, step) => sum + step, 0);
  }
  return 0;
}
