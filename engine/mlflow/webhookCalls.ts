import { invalid, wrongValue } from './failures';
import type { Fields } from './fields';
import type { JsonObject } from './json';
import type { Calls } from './routes';
import type { Webhook, WebhookChange, WebhookEventName, Webhooks } from './webhookPorts';

/** In the order of their numbers, from 1. */
const ENTITIES = [
  'REGISTERED_MODEL',
  'MODEL_VERSION',
  'MODEL_VERSION_TAG',
  'MODEL_VERSION_ALIAS',
  'PROMPT',
  'PROMPT_VERSION',
  'PROMPT_TAG',
  'PROMPT_VERSION_TAG',
  'PROMPT_ALIAS',
  'BUDGET_POLICY',
] as const;
const ACTIONS = ['CREATED', 'UPDATED', 'DELETED', 'SET', 'EXCEEDED'] as const;
const STATUSES = ['ACTIVE', 'DISABLED'] as const;

/** `webhooks…`. The secret of one is never given out again. */
export function webhookCalls(webhooks: Webhooks): Calls {
  return {
    'POST webhooks': fields => {
      const [name, url] = [fields.text('name'), fields.text('url')];
      return { webhook: render(webhooks.create({ ...changeOf(fields), name, url })) };
    },
    'GET webhooks': fields => {
      const limit = fields.optionalInteger('max_results') ?? 0;
      if (limit < 0 || limit > 1_000) throw invalid('max_results must be between 1 and 1000.');
      const pageToken = fields.optionalText('page_token');
      const found = webhooks.list({
        limit: limit === 0 ? 100 : limit,
        ...(pageToken !== undefined && pageToken !== '' && { pageToken }),
      });
      return {
        webhooks: found.webhooks.length > 0 ? found.webhooks.map(render) : undefined,
        next_page_token: found.nextPageToken,
      };
    },
    'GET webhooks/{webhook_id}': fields => ({ webhook: render(webhooks.get(fields.text('webhook_id'))) }),
    'PATCH webhooks/{webhook_id}': fields => ({
      webhook: render(webhooks.update(fields.text('webhook_id'), changeOf(fields))),
    }),
    'DELETE webhooks/{webhook_id}': fields => {
      webhooks.delete(fields.text('webhook_id'));
      return {};
    },
    'POST webhooks/{webhook_id}/test': async fields => {
      const event = fields.optionalObject('event');
      const { success, status, body, error } = await webhooks.test(
        fields.text('webhook_id'),
        event && eventOf(event, 'event'),
      );
      return { result: { success, response_status: status, response_body: body, error_message: error } };
    },
  };
}

/** Empty members, other than a description or a secret, are as good as absent. */
function changeOf(fields: Fields): WebhookChange {
  const filled = (name: 'name' | 'url'): string | undefined => {
    const text = fields.optionalText(name);
    return text === '' ? undefined : text;
  };
  const [name, url] = [filled('name'), filled('url')];
  const [description, secret] = [fields.optionalText('description'), fields.optionalText('secret')];
  const status = fields.enumeration('status', STATUSES);
  const events = fields.list('events').map((event, index) => eventOf(event, `events[${index}]`));
  return {
    ...(name !== undefined && { name }),
    ...(url !== undefined && { url }),
    ...(description !== undefined && { description }),
    ...(secret !== undefined && { secret }),
    ...(status !== undefined && { status }),
    ...(events.length > 0 && { events }),
  };
}

function eventOf(fields: Fields, path: string): WebhookEventName {
  const entity = fields.enumeration('entity', ENTITIES);
  const action = fields.enumeration('action', ACTIONS);
  if (entity === undefined || action === undefined)
    throw wrongValue(path, null, {
      why: 'An event has an entity such as MODEL_VERSION and an action such as CREATED.',
    });
  return { entity: entity.toLowerCase(), action: action.toLowerCase() };
}

const render = (webhook: Webhook): JsonObject => ({
  webhook_id: webhook.id,
  name: webhook.name,
  description: webhook.description === '' ? undefined : webhook.description,
  url: webhook.url,
  events: webhook.events.map(({ entity, action }) => ({ entity: entity.toUpperCase(), action: action.toUpperCase() })),
  status: webhook.status,
  creation_timestamp: webhook.createdAt,
  last_updated_timestamp: webhook.updatedAt,
});
