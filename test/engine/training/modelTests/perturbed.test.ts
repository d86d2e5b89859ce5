import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../../engine/protocol/frame';
import { temporaryFolder } from '../../../support/store';
import { csvFrame } from '../csvFrame';
import { people, subject, tested } from './subject';

const rising = subject(({ age }) => age / 100);
/** Falls from 60 on. */
const bent = subject(({ age }) => (age < 60 ? age : 115 - age) / 100);
/** Four people whose age is a day. */
function dated(): Frame {
  const days = [1, 2, 3, 4].map(day => Date.parse(`2024-01-0${day}`));
  const { rows, columns } = csvFrame(`age,city,good\n${days.map(day => `${day},Ulm,no`).join('\n')}\n`);
  return { rows, columns: columns.map(one => (one.name === 'age' ? { ...one, type: 'date' } : one)) };
}
const ages = { test: 'monotonic', column: 'age', direction: 'increasing', rows: 100 } as const;

describe('monotonic', () => {
  test('a score that only rises', async () => {
    expect(await tested(ages, rising)).toMatchObject({ value: 0, rows: 10, examples: [] });
  });

  test('the other way it is every row', async () => {
    expect(await tested({ ...ages, direction: 'decreasing' }, rising)).toMatchObject({ value: 1, rows: 10 });
  });

  test('one that falls at the end, with the step where it falls most and the line', async () => {
    const { value, examples, sentence } = await tested(ages, bent);
    expect(value).toBe(1);
    expect(examples[0]).toEqual({ file: 'people.csv', line: 2, what: 'age 60 → 65: 0.55 → 0.5' });
    expect(sentence).toBe('The score of 10 of 10 rows somewhere falls while age rises');
  });

  test('only some rows: where the city decides about the direction', async () => {
    const city = subject(({ age, city: at }) => (at === 'Ulm' ? age : 100 - age) / 100);
    expect(await tested(ages, city)).toMatchObject({ value: 0.5 });
  });

  test('so many rows are drawn as are asked for, the same by the same seed', async () => {
    const asked = await tested({ ...ages, rows: 4 }, bent);
    expect(asked.rows).toBe(4);
    expect(await tested({ ...ages, rows: 4 }, bent)).toEqual(asked);
  });

  test('a column of texts, one that there is not, and several classes cannot be tested', async () => {
    expect((await tested({ ...ages, column: 'city' }, rising)).problem).toMatch(/city holds texts/);
    expect((await tested({ ...ages, column: 'agee' }, rising)).problem).toMatch(/no column agee/);
    expect(
      (
        await tested(
          ages,
          subject(() => 0.5, { task: 'multiclass' }),
        )
      ).problem,
    ).toMatch(/2 classes has no score/);
  });

  test('a score that is no number anywhere speaks against the model', async () => {
    const lost = subject(({ age }) => (age === 60 ? Number.NaN : age / 100));
    const { value, examples } = await tested(ages, lost);
    expect(value).toBe(1);
    expect(examples[0]?.what).toBe('age 55 → 60: 0.55 → NaN');
  });

  test('days are shown as days', async () => {
    const day = (text: string): number => Date.parse(text);
    const frame = dated();
    const falling = subject(({ age }) => (age > day('2024-01-03') ? 0.2 : 0.8), { frame });
    const { examples } = await tested(ages, falling);
    expect(examples[0]?.what).toBe('age 2024-01-03 → 2024-01-04: 0.8 → 0.2');
    const other = await tested({ test: 'invariant', columns: ['age'], rows: 100 }, falling);
    expect(other.examples[0]?.what).toMatch(/^age 2024-01-\d\d → 2024-01-\d\d: (no|yes) → (no|yes)$/);
  });

  test('a column that the model does not take cannot move it', async () => {
    const frame = { ...people, columns: [...people.columns, { ...people.columns[0]!, name: 'shoe' }] };
    const found = await tested(
      { ...ages, column: 'shoe' },
      subject(({ age }) => age / 100, { frame }),
    );
    expect(found).toMatchObject({ value: 0, sentence: 'shoe is no input of the model, so no score moves with it' });
  });
});

describe('invariant', () => {
  test('decisions that a city changes, each row once', async () => {
    const unfair = subject(({ age, city }) => age / 100 + (city === 'Ulm' ? 0.1 : 0));
    const { value, examples, sentence } = await tested({ test: 'invariant', columns: ['city'], rows: 100 }, unfair);
    // 40 … 49 is below 0.5 in Bonn and not in Ulm: 40 (Ulm) and 45 (Bonn)
    expect(value).toBe(0.2);
    expect(examples).toEqual([
      { file: 'people.csv', line: 6, what: 'city Ulm → Bonn: yes → no' },
      { file: 'people.csv', line: 7, what: 'city Bonn → Ulm: no → yes' },
    ]);
    expect(sentence).toBe('2 of 10 rows are decided otherwise when city changes');
  });

  test('a value of a regression that moves by less than a hundredth of its spread is the same', async () => {
    const of = (step: number) => subject(({ age, city }) => age + (city === 'Ulm' ? step : 0), { task: 'regression' });
    const asked = { test: 'invariant', columns: ['city'], rows: 100 } as const;
    expect((await tested(asked, of(0.1))).value).toBe(0);
    expect((await tested(asked, of(1))).value).toBe(1);
  });

  test('where there is no score any more it is decided otherwise', async () => {
    const asked = { test: 'invariant', columns: ['city'], rows: 100 } as const;
    const lost = (task: 'binary' | 'regression') =>
      subject(({ city }) => (city === 'Ulm' ? Number.NaN : 0.1), { task });
    expect((await tested(asked, lost('regression'))).value).toBe(1);
    const { value, examples } = await tested(asked, lost('binary'));
    expect(value).toBe(1);
    expect(examples.map(({ what }) => what)).toContain('city Bonn → Ulm: no → NaN');
  });
});

describe('directional', () => {
  const older = {
    test: 'directional',
    change: { age: { multiply: 1.1, add: 1 } },
    direction: 'increase',
    rows: 100,
  } as const;

  test('moves with, against and not at all', async () => {
    expect((await tested(older, rising)).value).toBe(0);
    expect((await tested({ ...older, direction: 'decrease' }, rising)).value).toBe(1);
    expect(
      (
        await tested(
          older,
          subject(() => 0.5),
        )
      ).value,
    ).toBe(0);
    const { examples, sentence } = await tested(older, bent);
    expect(examples[0]).toMatchObject({ line: 11, what: 'age × 1.1 + 1: 0.5 → 0.425' });
    expect(sentence).toMatch(/^The score of \d of 10 rows falls with age × 1\.1 \+ 1$/);
  });

  test('days are added to dates, which cannot be taken times', async () => {
    const asked = { test: 'directional', direction: 'increase', rows: 100 } as const;
    const late = Date.parse('2024-01-04');
    const frame = dated();
    const falling = subject(({ age }) => (age >= late ? 0.2 : 0.8), { frame });
    expect(await tested({ ...asked, change: { age: { add: 1 } } }, falling)).toMatchObject({ value: 0.25 });
    expect((await tested({ ...asked, change: { age: { multiply: 2 } } }, falling)).problem).toMatch(
      /age holds dates: they cannot be multiplied/,
    );
  });

  test('sets texts, and numbers to missing', async () => {
    const asked = { test: 'directional', direction: 'decrease', rows: 100 } as const;
    const ulm = subject(({ city }) => (city === 'Ulm' ? 0.9 : city === undefined ? 0.4 : 0.1));
    expect((await tested({ ...asked, change: { city: { set: 'Ulm' } } }, ulm)).value).toBe(0.5);
    expect((await tested({ ...asked, change: { city: { set: null } } }, ulm)).value).toBe(0.5);
    expect((await tested({ ...asked, change: { city: { add: 1 } } }, ulm)).problem).toMatch(/can only be `set`/);
    expect((await tested({ ...asked, change: { age: { set: 'old' } } }, ulm)).problem).toMatch(/cannot be set to old/);
  });
});

describe('robust', () => {
  const asked = { test: 'robust', columns: [], share: 1, metric: 'auc' } as const;
  const perfect = subject(
    ({ age, city }) => (Number.isNaN(age) ? 0.5 : Math.min(1, Math.max(0, age / 100))) + (city === undefined ? 0 : 0),
  );

  test('all ages missing: the ranking is lost', async () => {
    const found = await tested({ ...asked, against: 'missing' }, perfect);
    expect(found).toMatchObject({
      value: 0.5,
      sentence: 'auc is 1, and 0.5 with 100 % of the values of 2 columns missing',
    });
  });

  test('a metric of which less is better falls the other way', async () => {
    const { value } = await tested({ ...asked, against: 'missing', metric: 'brier' }, perfect);
    expect(value).toBeGreaterThan(0.05);
  });

  test('costs are those of the evaluation; without them that is said', async () => {
    const rule = { ...asked, against: 'missing', metric: 'expected_cost' } as const;
    expect((await tested(rule, perfect)).problem).toMatch(/It takes the `cost` of a step `evaluate`/);
    const cost = { falseNegative: 2, falsePositive: 1 };
    const { value, problem } = await tested(rule, { ...perfect, cost });
    expect(problem).toBeUndefined();
    // of ten one who is 45 is taken for bad, at 2; without ages all are taken for good, the five bad ones at 1
    expect(value).toBeCloseTo(0.5 - 0.2, 10);
  });

  test('noise is small, extremes are far out, unseen is of texts alone', async () => {
    expect((await tested({ ...asked, against: 'noise' }, perfect)).value).toBeLessThan(0.2);
    expect((await tested({ ...asked, against: 'extreme' }, perfect)).value).toBeGreaterThan(0.1);
    expect((await tested({ ...asked, against: 'unseen' }, perfect)).value).toBe(0);
    expect((await tested({ ...asked, against: 'unseen', columns: ['age'] }, perfect)).problem).toMatch(
      /None of the model's columns/,
    );
  });

  test('a model that cannot bear it is no model that passes', async () => {
    const fragile = subject(({ age }) => age / 100);
    const found = await tested({ ...asked, against: 'missing' }, fragile);
    expect(found.value).toBeUndefined();
    expect(found.problem).toMatch(/finite/);
  });

  test('a metric that there is not names those there are', async () => {
    expect((await tested({ ...asked, against: 'noise', metric: 'acu' }, perfect)).problem).toMatch(
      /acu cannot be measured here; there are accuracy, auc/,
    );
  });
});

describe('golden rows', () => {
  const write = (text: string): string => {
    const file = path.join(temporaryFolder(), 'golden.csv');
    writeFileSync(file, text);
    return file;
  };
  const asked = { test: 'golden', column: 'expected', tolerance: 1e-6 } as const;

  test('expected scores, one of them wrong and one missing', async () => {
    const file = write('age,city,expected\n30,Ulm,0.3\n40,Bonn,0.5\n50,Ulm,\n');
    const { value, rows, examples } = await tested({ ...asked, path: file }, rising);
    expect([value, rows]).toEqual([2 / 3, 3]);
    expect(examples.map(({ line, what }) => [line, what])).toEqual([
      [4, 'expected NaN, scored 0.5'],
      [3, 'expected 0.5, scored 0.4'],
    ]);
  });

  test('expected classes; a column that looks like numbers is read as the model takes it', async () => {
    const file = write('age,city,expected\n30,1,no\n80,2,yes\n20,3,yes\n');
    expect(await tested({ ...asked, path: file }, rising)).toMatchObject({
      value: 1 / 3,
      examples: [{ line: 4, what: 'expected yes, decided no' }],
    });
  });

  test('without rows, or with texts where the model takes numbers, nothing is tested', async () => {
    expect((await tested({ ...asked, path: write('age,city,expected\n') }, rising)).problem).toMatch(/has no rows/);
    expect((await tested({ ...asked, path: write('age,city,expected\nold,Ulm,yes\n') }, rising)).problem).toMatch(
      /age holds texts/,
    );
  });
});

describe('parity', () => {
  test('JSON keeps every number and text', async () => {
    expect(await tested({ test: 'parity', rows: 100 }, rising)).toMatchObject({ value: 0, rows: 10 });
  });

  test('a model that tells a missing text from an empty one still gets what it was trained with', async () => {
    const frame = csvFrame('age,city,good\n20,,no\n30,Ulm,yes\n,Bonn,yes\n');
    const strict = subject(({ age, city }) => (city === undefined ? 0.1 : Number.isNaN(age) ? 0.7 : 0.3), { frame });
    expect((await tested({ test: 'parity', rows: 100 }, strict)).value).toBe(0);
  });

  test('what depends on the order of categories is found', async () => {
    const bad = subject(() => 0.5);
    const model: typeof bad.model = {
      ...bad.model,
      score: ({ columns }, rows) => {
        const city = columns.find(({ name }) => name === 'city');
        return Float64Array.from(rows, row => (city?.kind === 'text' ? city.codes[row]! / 10 : 0)).reduce(
          (all, value, i) => {
            all.set([1 - value, value], 2 * i);
            return all;
          },
          new Float64Array(2 * rows.length),
        );
      },
    };
    const frame = csvFrame('age,city,good\n20,Ulm,no\n30,Bonn,yes\n40,Bonn,yes\n');
    const { value, examples } = await tested({ test: 'parity', rows: 100 }, { ...bad, model, frame, rows: [1, 2] });
    expect(value).toBeCloseTo(0.1);
    expect(examples).toMatchObject([{ line: 3, what: 'trained 0.1, as JSON 0' }]);
  });
});
