import { ModelyardError } from '../errors';
import { examples } from './examples';
import type { EventName, WebhookChange } from './records';

const MAX_TEXT = 1_000;
const MAX_URL = 2_000;

/** @throws ModelyardError `params.invalid` */
export function checkChange({ name, url, events, description = '', secret = '' }: WebhookChange): void {
  if (name !== undefined) checkName(name);
  if (url !== undefined) checkUrl(url);
  for (const event of events ?? []) checkEvent(event);
  if (description.length > MAX_TEXT)
    throw invalid(`'description' exceeds the maximum length of ${MAX_TEXT} characters`);
  if (secret.length > MAX_TEXT) throw invalid(`'secret' exceeds the maximum length of ${MAX_TEXT} characters`);
}

function checkName(name: string): void {
  if (/^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/i.test(name)) return;
  throw invalid(
    `Webhook name '${name}' is invalid. It must start and end with a letter or digit, be at most 63 characters long, ` +
      'and contain only letters, digits, dots (.), underscores (_), and hyphens (-).',
  );
}

function checkUrl(url: string): void {
  if (url.trim() === '') throw invalid(`Webhook URL cannot be empty or just whitespace: '${url}'`);
  if (url.length > MAX_URL) throw invalid(`'url' exceeds the maximum length of ${MAX_URL} characters`);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
  if (scheme !== 'http' && scheme !== 'https')
    throw invalid(`Invalid webhook URL scheme: '${scheme}'. Allowed schemes are: http, https.`);
  if (!URL.canParse(url)) throw invalid(`Invalid webhook URL '${url}'.`);
  const { username, password } = new URL(url);
  if (username !== '' || password !== '')
    throw invalid('A webhook URL cannot hold a user name or password: it is kept and shown. Use `secret`.');
}

/** Which events there are. */
function checkEvent({ entity, action }: EventName): void {
  const actions = examples.filter(event => event.entity === entity).map(event => event.action);
  if (actions.includes(action)) return;
  throw invalid(
    `Invalid action '${action}' for entity '${entity}'. Valid actions are: [${actions
      .map(one => `'${one}'`)
      .sort()
      .join(', ')}]`,
  );
}

const invalid = (message: string): ModelyardError => new ModelyardError('params.invalid', message);
