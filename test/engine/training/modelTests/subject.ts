import type { ModelTest } from '../../../../engine/protocol/modelTests';
import type { Frame } from '../../../../engine/protocol/frame';
import type { Preparation } from '../../../../engine/training/preparation';
import type { Subject } from '../../../../engine/training/modelTests/subject';
import { runTest } from '../../../../engine/training/modelTests/runTests';
import { allRows, csvAccess, csvFrame } from '../csvFrame';

/** Ten people: P(yes) is what the model of a test makes of their age and city. */
export const people = csvFrame(
  `age,city,good\n${Array.from({ length: 10 }, (_, i) => `${20 + i * 5},${i % 2 === 0 ? 'Ulm' : 'Bonn'},${i < 5 ? 'no' : 'yes'}`).join('\n')}\n`,
);

const preparation = (task: Preparation['task']): Preparation => ({
  version: 1,
  task,
  label: { name: 'good', type: 'string' },
  classes: task === 'regression' ? [] : ['no', 'yes'],
  ...(task === 'binary' && { positive: 'yes' }),
  columns: [
    {
      kind: 'number',
      name: 'age',
      type: 'integer',
      op: { op: 'scale', missing: 40, offset: 0, scale: 1 },
      features: ['age'],
    },
    {
      kind: 'text',
      name: 'city',
      type: 'string',
      op: { op: 'one-hot', categories: ['Ulm', 'Bonn'], missing: false },
      features: ['city=Ulm', 'city=Bonn'],
    },
  ],
  features: ['age', 'city=Ulm', 'city=Bonn'],
  notes: [],
});

type Rule = (person: { readonly age: number; readonly city: string | undefined }) => number;

/** A model that scores by a rule, of two classes unless told otherwise. */
export function subject(
  rule: Rule,
  { task = 'binary', frame = people }: { task?: Preparation['task']; frame?: Frame } = {},
): Subject {
  const score = (given: Frame, rows: ArrayLike<number>): Float64Array => {
    const values = Array.from(rows, row => rule(person(given, row)));
    return Float64Array.from(task === 'regression' ? values : values.flatMap(value => [1 - value, value]));
  };
  return {
    model: { preparation: preparation(task), score },
    frame,
    rows: allRows(frame),
    source: { name: 'people', path: '/data/people.csv', file: 'people.csv', format: 'csv', missing: [], expect: [] },
    data: csvAccess,
    threshold: 0.5,
    seed: 1,
    signal: new AbortController().signal,
  };
}

function person({ columns }: Frame, row: number) {
  const [age, city] = ['age', 'city'].map(name => columns.find(column => column.name === name));
  if (age?.kind !== 'number' || city?.kind !== 'text') throw new Error('the columns have changed their kinds');
  return { age: age.values[row]!, city: city.categories[city.codes[row]!] };
}

/** What a test says of the model. */
export const tested = (test: ModelTest, of: Subject) =>
  runTest(test, {
    subject: of,
    served: {
      signature: {
        inputs: [
          { name: 'age', type: 'long', columnType: 'integer' },
          { name: 'city', type: 'string', columnType: 'string' },
        ],
        outputs: [],
      },
    },
    trainAgain: () => Promise.reject(new Error('is not trained here')),
  });
