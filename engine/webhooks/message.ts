import { createHmac, randomUUID } from 'node:crypto';
import type { PostRequest } from './post';
import type { WebhookEvent } from './records';

/**
 * The message that tells an event. With a secret it is signed as MLflow does: `v1,` and the base64 of HMAC-SHA256 over
 * `id.seconds.body`.
 */
export function messageOf(
  event: WebhookEvent,
  to: { url: string; secret: string | undefined },
  now: number,
): PostRequest {
  const { entity, action, data } = event;
  const timestamp = new Date(now).toISOString().replace('Z', '+00:00');
  const body = JSON.stringify({ entity, action, timestamp, data });
  const id = randomUUID();
  const seconds = String(Math.floor(now / 1000));
  return {
    url: to.url,
    body,
    headers: {
      'Content-Type': 'application/json',
      'X-MLflow-Delivery-Id': id,
      'X-MLflow-Timestamp': seconds,
      ...(to.secret !== undefined && { 'X-MLflow-Signature': signature(to.secret, `${id}.${seconds}.${body}`) }),
    },
  };
}

const signature = (secret: string, content: string): string =>
  `v1,${createHmac('sha256', secret).update(content).digest('base64')}`;
