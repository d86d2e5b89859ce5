import { describe, expect, test } from 'vitest';
import { readScoringRequest } from '../../engine/scoringRequest';

const rows = {
  columns: ['age', 'city'],
  data: [
    [20, 'Ulm'],
    [30, null],
  ],
};

describe('forms of MLflow', () => {
  test.each([
    ['dataframe_split', { dataframe_split: rows }],
    ['dataframe_split with an index', { dataframe_split: { index: [4, 5], ...rows } }],
    [
      'dataframe_records',
      {
        dataframe_records: [
          { age: 20, city: 'Ulm' },
          { city: null, age: 30 },
        ],
      },
    ],
    [
      'instances',
      {
        instances: [
          { age: 20, city: 'Ulm' },
          { age: 30, city: null },
        ],
      },
    ],
    ['inputs by column', { inputs: { age: [20, 30], city: ['Ulm', null] } }],
  ])('%s', (_, body) => {
    expect(readScoringRequest(JSON.stringify(body))).toEqual(rows);
  });

  test('rows may lack what others have, which is not the same as null', () => {
    const body = { inputs: [{ age: 20, city: 'Ulm' }, { age: 30 }] };
    expect(readScoringRequest(JSON.stringify(body))).toEqual({ ...rows, gaps: new Map([['city', new Set([1])]]) });
  });

  test('no rows are no rows', () => {
    expect(readScoringRequest('{"dataframe_split": {"columns": ["a"], "data": []}}')).toEqual({
      columns: ['a'],
      data: [],
    });
    expect(readScoringRequest('{"instances": []}')).toEqual({ columns: [], data: [] });
  });
});

describe('what is wrong is named', () => {
  test.each([
    ['[', /^The body is not JSON/],
    ['[1]', /must be an object with/],
    ['{"rows": []}', /has none of `dataframe_split`/],
    ['{"dataframe_split": []}', /`dataframe_split` must be an object/],
    ['{"dataframe_split": {"columns": "a", "data": []}}', /`columns` must be a list of names/],
    ['{"dataframe_split": {"columns": ["a"], "data": {}}}', /`data` must be a list of rows/],
    [
      '{"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2], [1]]}}',
      /Row 2 of `data` must be a list of 2 values/,
    ],
    ['{"dataframe_split": {"columns": ["a"], "data": [[{}]]}}', /Row 1: the value of a must be/],
    ['{"dataframe_records": {}}', /`dataframe_records` must be a list of rows/],
    ['{"instances": [1]}', /Row 1 of `instances` must be an object/],
    ['{"instances": [{"a": [1]}]}', /Row 1: the value of a must be/],
    ['{"inputs": 1}', /`inputs` must be an object/],
    ['{"inputs": {"a": 1}}', /`inputs.a` must be a list/],
    ['{"inputs": {"a": [1, 2], "b": [1]}}', /`inputs.b` has 1 value, the first column 2/],
  ])('%s', (body, message) => {
    expect(() => readScoringRequest(body)).toThrow(message);
  });
});
