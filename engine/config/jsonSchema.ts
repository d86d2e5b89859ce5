import { toJsonSchema, type JsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { chosen, entriesOfSchema, factsOf, isSchema } from './grammar/facts';
import { gateRule } from './grammar/gates/gateRule';
import { featureView } from './grammar/features/view';
import { dataCheck } from './grammar/dataChecks/dataCheck';
import { step } from './grammar/pipelines';
import { searched } from './grammar/steps/searched';
import { options as trainOptions, stepOptions } from './grammar/steps/train';
import { workspace } from './grammar/workspace';

/** The grammar as JSON Schema (draft 7), for editors and tools that know nothing of Modelyard. */
export function jsonSchema(): JsonSchema {
  const schema = toJsonSchema(workspace, {
    typeMode: 'input',
    // What only the parser can judge.
    ignoreActions: ['raw_check', 'check', 'finite'],
    definitions: {
      ...definitions({ step, gate: gateRule, train: trainOptions, trained: stepOptions, dataCheck, featureView }),
      searched,
    },
    overrideSchema: ({ valibotSchema, jsonSchema: made }) => withDescriptions(valibotSchema, made),
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'modelyard.yaml',
    description: 'Data, pipelines, models and gates of a Modelyard workspace.',
    ...schema,
  };
}

/** Names for what the grammar chooses by its input. */
function definitions(choices: Readonly<Record<string, GenericSchema>>): Record<string, GenericSchema> {
  const named: Record<string, GenericSchema> = {};
  for (const [name, choice] of Object.entries(choices)) named[name] = chosen(choice, undefined) ?? choice;
  return named;
}

/** A description that stands behind a conversion of the value is left out by the library. */
function withDescriptions(schema: unknown, made: JsonSchema): JsonSchema | undefined {
  const entries = isSchema(schema) ? entriesOfSchema(schema) : undefined;
  if (!entries || !made.properties) return undefined;
  const properties = Object.entries(made.properties).map(([key, property]): [string, typeof property] => {
    const entry = entries.get(key);
    const description = entry && factsOf(entry).description;
    if (typeof property === 'boolean' || description === undefined) return [key, property];
    return [key, { ...property, description }];
  });
  // of a database one of them says what is read
  const apart = ['table', 'query'];
  const not = apart.every(key => entries.has(key)) ? { not: { required: apart } } : undefined;
  return { ...made, ...not, properties: Object.fromEntries(properties) };
}
