import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { factsOf, entriesOfSchema } from '../../../engine/config/grammar/facts';
import { workspace } from '../../../engine/config/grammar/workspace';
import { jsonSchema } from '../../../engine/config/jsonSchema';
import { parseConfig } from '../../../engine/config/parse';
import { sites } from '../../../engine/config/walk';
import { readYaml } from '../../../engine/config/yaml/readYaml';
import { keys, values } from './cases/text';
import { marked } from './marked';

const shipped: unknown = JSON.parse(readFileSync('media/modelyard.schema.json', 'utf8'));
const validate = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(JSON.stringify(jsonSchema())));
const sample = readFileSync('test/fixtures/config/sample.yaml', 'utf8');

test('the shipped schema is in step with the grammar', () => {
  expect(shipped, 'run `node scripts/schema.mjs`').toEqual(JSON.parse(JSON.stringify(jsonSchema())));
});

describe('agrees with the parser', () => {
  test.each([
    ['the sample of the tests', sample],
    ['the sample that is shipped', readFileSync('samples/credit-scoring/modelyard.yaml', 'utf8')],
    ['a name alone', 'name: x'],
  ])('on %s', (_, text) => {
    expect(parseConfig(text, 'modelyard.yaml').diagnostics).toEqual([]);
    expect([validate(parseYaml(text)), validate.errors]).toEqual([true, null]);
  });

  // Files, paths, reserved words, formats and what follows from them: only the parser can judge those.
  const parserOnly =
    /a database without|table of a CSV|path|leaves|format|delimiter|object has|prototype|timer|infinite|threshold of costs|not a number/;
  const broken = [...keys, ...values].filter(one => !parserOnly.test(one.title));
  test.each(broken.map(one => [one.title, one.source] as const))('that this is wrong: %s', (_, source) => {
    expect(validate(parseYaml(marked(source).text))).toBe(false);
  });
});

test('every key has a description', () => {
  const silent: string[] = [];
  for (const site of sites(readYaml(sample).root!, workspace)) {
    for (const [key, schema] of entriesOfSchema(site.schema) ?? []) {
      if (factsOf(schema).description === undefined) silent.push([...site.path, key].join('.'));
    }
  }
  expect(silent).toEqual([]);
});
