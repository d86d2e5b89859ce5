import { readFileSync, writeFileSync } from 'node:fs';
import type http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { temporaryFolder } from './store';

interface Node {
  readonly id: string;
  readonly type: string;
  readonly templateName: string;
  phase: string;
  message?: string;
}

export interface KubeServer {
  readonly url: string;
  readonly requests: string[];
  /** The workflow that was created last. */
  created(): { spec: { templates: { name: string; dag?: { tasks: { name: string }[] } }[] } };
  /** Has tasks of it come to a phase, and the whole with them. */
  become(phase: string, nodes: Readonly<Record<string, string>>): void;
  readonly logs: Map<string, string>;
  /** Answers with this instead, when it is one. */
  answer: (request: http.IncomingMessage) => { status: number; body: object } | undefined;
  /** What it has besides, asked once somebody is let in. */
  more: (request: http.IncomingMessage, text: string) => { status: number; body: object | string } | undefined;
  /** Who is let in with a token. */
  token: string;
  die(): Promise<void>;
  /** Writes a kubeconfig for it; `user` and `cluster` are put over what is right. */
  kubeconfig(over?: { user?: object; cluster?: object }): string;
}

const tls = (name: string): Buffer => readFileSync(path.resolve(import.meta.dirname, '../fixtures/tls', name));
export const kubeToken = 'token-of-the-cluster';

/** The part of the Kubernetes API that a client of Argo Workflows needs, over TLS; lets in a token or a certificate. */
export async function startKubeServer(): Promise<KubeServer> {
  let workflow: { metadata?: object; spec?: { shutdown?: string }; status?: { phase: string; nodes: Record<string, Node> } } = {}; // prettier-ignore
  const state: Pick<KubeServer, 'answer' | 'more' | 'token' | 'requests' | 'logs'> = { answer: () => undefined, more: () => undefined, token: kubeToken, requests: [], logs: new Map() }; // prettier-ignore
  const become: KubeServer['become'] = (phase, nodes) => {
    const made = Object.entries(nodes).map(([name, of]): [string, Node] => [name, { id: `train-x-${name}`, type: 'Pod', templateName: name, phase: of }]); // prettier-ignore
    workflow.status = { phase, nodes: { ...workflow.status?.nodes, ...Object.fromEntries(made) } };
  };
  const respond = (request: http.IncomingMessage, text: string): { status: number; body: object | string } => {
    const { method = '', url = '', headers } = request;
    state.requests.push(`${method} ${url}`);
    const other = state.answer(request);
    if (other) return other;
    const socket = request.socket as TLSSocket;
    if (headers.authorization !== `Bearer ${state.token}` && !socket.authorized) return { status: 401, body: { message: 'Unauthorized' } }; // prettier-ignore
    const besides = state.more(request, text);
    if (besides) return besides;
    const base = '/apis/argoproj.io/v1alpha1/namespaces/ml/workflows';
    if (method === 'POST' && url === base) {
      workflow = { ...JSON.parse(text), metadata: { name: 'train-x', namespace: 'ml' } };
      return { status: 201, body: workflow };
    }
    if (method === 'PATCH' && url === `${base}/train-x`) {
      workflow.spec = { ...workflow.spec, ...JSON.parse(text).spec };
      become('Failed', {});
    }
    if (url === `${base}/train-x`) return { status: 200, body: workflow };
    if (url.startsWith('/api/v1/namespaces/ml/pods?')) {
      const items = Object.values(workflow.status?.nodes ?? {}).map(({ id }) => ({ metadata: { name: `pod-of-${id}`, annotations: { 'workflows.argoproj.io/node-id': id } } })); // prettier-ignore
      return { status: 200, body: { items } };
    }
    const [, pod] = /^\/api\/v1\/namespaces\/ml\/pods\/pod-of-train-x-([\w-]+)\/log\?container=main&tailLines=20$/.exec(url) ?? []; // prettier-ignore
    if (pod !== undefined) return { status: 200, body: state.logs.get(pod) ?? '' };
    return { status: 404, body: { message: `the server could not find ${url}` } };
  };
  const options = { key: tls('server.key'), cert: tls('server.crt'), ca: tls('ca.crt'), requestCert: true, rejectUnauthorized: false }; // prettier-ignore
  const server = https.createServer(options, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, body } = respond(request, Buffer.concat(chunks).toString());
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const die = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  };
  onTestFinished(die);
  return Object.assign(state, {
    url,
    become,
    die,
    created: () => workflow as ReturnType<KubeServer['created']>,
    kubeconfig: ({ user, cluster } = {}) => {
      const file = path.join(temporaryFolder(), 'config');
      const base64 = (name: string): string => tls(name).toString('base64');
      const text = stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'test',
        contexts: [{ name: 'test', context: { cluster: 'here', user: 'me', namespace: 'ml' } }],
        clusters: [
          { name: 'here', cluster: { server: url, 'certificate-authority-data': base64('ca.crt'), ...cluster } },
        ],
        users: [{ name: 'me', user: user ?? { token: kubeToken } }],
      });
      writeFileSync(file, text);
      return file;
    },
  } satisfies Partial<KubeServer>);
}
