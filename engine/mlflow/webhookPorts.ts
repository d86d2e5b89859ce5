export type WebhookStatus = 'ACTIVE' | 'DISABLED';

export interface WebhookEventName {
  readonly entity: string;
  readonly action: string;
}

export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly status: WebhookStatus;
  readonly events: readonly WebhookEventName[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface WebhookChange {
  readonly name?: string;
  readonly description?: string;
  readonly url?: string;
  readonly status?: WebhookStatus;
  readonly events?: readonly WebhookEventName[];
  /** Empty: none any more. */
  readonly secret?: string;
}

export interface WebhookTest {
  readonly success: boolean;
  readonly status?: number;
  readonly body?: string;
  readonly error?: string;
}

/** What the REST API needs of webhooks; its errors are `not-found` and `params.invalid`. */
export interface Webhooks {
  create(webhook: WebhookChange & { readonly name: string; readonly url: string }): Webhook;
  get(id: string): Webhook;
  list(page: { readonly limit: number; readonly pageToken?: string }): {
    readonly webhooks: readonly Webhook[];
    readonly nextPageToken?: string;
  };
  update(id: string, change: WebhookChange): Webhook;
  delete(id: string): void;
  /** Sends an example of an event, by default of the first one it is for, and waits for the answer. */
  test(id: string, event?: WebhookEventName): Promise<WebhookTest>;
}
