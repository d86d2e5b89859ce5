export type WebhookStatus = 'ACTIVE' | 'DISABLED';

/** What a webhook is for: `model_version` and `created`. */
export interface EventName {
  readonly entity: string;
  readonly action: string;
}

/** Something that happened, with what its receivers are told. */
export interface WebhookEvent extends EventName {
  readonly data: unknown;
}

export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly status: WebhookStatus;
  /** Has a secret, which is kept elsewhere. */
  readonly isSigned: boolean;
  readonly events: readonly EventName[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface WebhookChange {
  readonly name?: string;
  readonly description?: string;
  readonly url?: string;
  readonly status?: WebhookStatus;
  readonly events?: readonly EventName[];
  /** Empty: none any more. */
  readonly secret?: string;
}
