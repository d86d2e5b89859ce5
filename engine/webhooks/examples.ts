import type { WebhookEvent } from './records';

const model = { name: 'example_model' };
const version = { ...model, version: '1' };
const prompt = { name: 'example_prompt' };
const promptVersion = { ...prompt, version: '1' };
const tags = { example_key: 'example_value' };
const tag = { key: 'example_key', value: 'example_value' };
const { key } = tag;
const alias = { alias: 'example_alias' };
const described = (what: string) => ({ tags, description: `An example ${what}` });

/** Every event there is, as its receiver would be told. */
export const examples: readonly WebhookEvent[] = [
  { entity: 'registered_model', action: 'created', data: { ...model, ...described('registered model') } },
  {
    entity: 'model_version',
    action: 'created',
    data: { ...version, source: 'models:/123', run_id: 'abcd1234abcd5678', ...described('model version') },
  },
  { entity: 'model_version_tag', action: 'set', data: { ...version, ...tag } },
  { entity: 'model_version_tag', action: 'deleted', data: { ...version, key } },
  { entity: 'model_version_alias', action: 'created', data: { ...version, ...alias } },
  { entity: 'model_version_alias', action: 'deleted', data: { ...model, ...alias } },
  { entity: 'prompt', action: 'created', data: { ...prompt, ...described('prompt') } },
  {
    entity: 'prompt_version',
    action: 'created',
    data: { ...promptVersion, template: 'Hello {{name}}!', ...described('prompt version') },
  },
  { entity: 'prompt_tag', action: 'set', data: { ...prompt, ...tag } },
  { entity: 'prompt_tag', action: 'deleted', data: { ...prompt, key } },
  { entity: 'prompt_version_tag', action: 'set', data: { ...promptVersion, ...tag } },
  { entity: 'prompt_version_tag', action: 'deleted', data: { ...promptVersion, key } },
  { entity: 'prompt_alias', action: 'created', data: { ...promptVersion, ...alias } },
  { entity: 'prompt_alias', action: 'deleted', data: { ...prompt, ...alias } },
  // known to clients; nothing here has a budget
  { entity: 'budget_policy', action: 'exceeded', data: { budget_policy_id: 'bp-example', current_spend: 105.5 } },
];
