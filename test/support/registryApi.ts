import { createMlflowHandler } from '../../engine/mlflow/handler';
import type { HttpHandler } from '../../engine/http';
import type { LoggedModels } from '../../engine/mlflow/registryPorts';
import path from 'node:path';
import type { Post, PostRequest } from '../../engine/webhooks/post';
import { SecretFile } from '../../engine/webhooks/secretFile';
import { WebhookService } from '../../engine/webhooks/service';
import { whole } from './mlflowApi';
import { openTestRegistry } from './registry';
import type { TestRegistry } from './registry';

export interface RegistryAnswer {
  readonly status: number;
  readonly json: unknown;
  /** A text within the answer, by the names and indices on the way to it. */
  at(...path: readonly (string | number)[]): string;
}

export interface TestRegistryApi extends TestRegistry {
  readonly handler: HttpHandler;
  readonly webhooks: WebhookService;
  /** What webhooks have sent. */
  readonly sent: PostRequest[];
  /** Lines of the log. */
  readonly logged: string[];
  readonly secretFile: string;
  /** `POST registered-models/create`: a GET's body is sent as its query. */
  call(route: string, body?: Readonly<Record<string, unknown>> | string): Promise<RegistryAnswer>;
}

/** MLflow's API over registry and webhooks, without a socket; webhooks are sent by `post`. */
export async function openTestRegistryApi(
  options: { readonly post?: Post; readonly loggedModels?: LoggedModels } = {},
): Promise<TestRegistryApi> {
  const parts: TestRegistry = await openTestRegistry({ happened: event => webhooks.deliver(event) });
  const sent: PostRequest[] = [];
  const logged: string[] = [];
  const secretFile = path.join(parts.store.root, '.modelyard', 'webhooks.json');
  const webhooks: WebhookService = new WebhookService({
    db: parts.store.db,
    secrets: new SecretFile(secretFile),
    log: { info: line => void logged.push(line) },
    now: () => parts.clock.now,
    wait: () => Promise.resolve(),
    post: (request, signal) => {
      sent.push(request);
      return options.post?.(request, signal) ?? Promise.resolve({ status: 200, body: 'taken' });
    },
  });
  const { loggedModels } = options;
  const handler = createMlflowHandler({
    tracking: parts.tracking,
    registry: { registry: parts.registry, webhooks, ...(loggedModels && { loggedModels }) },
  });
  const call: TestRegistryApi['call'] = async (route, body = {}) => {
    const [method = '', target = ''] = route.split(' ');
    const url = new URL(target.startsWith('/') ? target : `/api/2.0/mlflow/${target}`, 'http://localhost');
    const inQuery = method === 'GET' && typeof body !== 'string';
    if (inQuery)
      for (const [key, value] of Object.entries(body))
        for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(key, String(one));
    const text = typeof body === 'string' ? body : inQuery ? '' : JSON.stringify(body);
    const request = { method, path: url.pathname, query: url.searchParams, body: Buffer.from(text) };
    const response = await handler(request);
    if (response === undefined) throw new Error(`${route} is not MLflow's.`);
    const answer = Buffer.from((await whole(response)).body).toString('utf8');
    const json: unknown = response.headers['content-type'] === 'application/json' ? JSON.parse(answer) : answer;
    return { status: response.status, json, at: (...keys) => String(keys.reduce(member, json)) };
  };
  return { ...parts, handler, webhooks, sent, logged, secretFile, call };
}

const member = (value: unknown, name: string | number): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
