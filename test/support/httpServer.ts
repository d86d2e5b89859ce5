import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import type { HttpHandler } from '../../engine/mlflow/http';

/** Serves a handler on a free port until the test ends; returns its URL. */
export async function serve(handler: HttpHandler): Promise<string> {
  const server = createServer({ noDelay: true }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const call = {
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        body: Buffer.concat(chunks),
      };
      void (handler(call) ?? Promise.resolve({ status: 404, headers: {}, body: '' })).then(
        answer => {
          const body = Buffer.from(answer.body);
          response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
          response.end(body);
        },
        (error: unknown) => {
          response.writeHead(500);
          response.end(String(error));
        },
      );
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections?.());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no port.');
  return `http://127.0.0.1:${address.port}`;
}
