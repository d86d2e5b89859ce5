import { expect, test } from 'vitest';
import type { HttpRequest } from '../../../engine/http';
import { MAX_BODY, wholeBody } from '../../../engine/mlflow/requestBody';
import { openTestApi } from '../../support/mlflowApi';
import { rawClient } from '../../support/rawHttp';
import { serve } from '../../support/httpServer';

const request = (pieces: readonly string[], headers: HttpRequest['headers'] = {}): HttpRequest => ({
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers,
  body: (async function* () {
    for (const piece of pieces) yield Buffer.from(piece);
  })(),
});

test('the pieces of a body are put together', async () => {
  expect(Buffer.from(await wholeBody(request(['ab', 'c', '']))).toString()).toBe('abc');
  expect(await wholeBody(request([]))).toHaveLength(0);
});

test('a body beyond the bound is refused as soon as that is known', async () => {
  const refused = { status: 413, code: 'INVALID_PARAMETER_VALUE', message: 'The body of this call may have 3 bytes.' };
  await expect(wholeBody(request(['ab', 'cd']), 3)).rejects.toMatchObject(refused);
  await expect(wholeBody(request([], { 'content-length': '4' }), 3)).rejects.toMatchObject(refused);
  await expect(wholeBody({ ...request([]), body: Buffer.from('abcd') }, 3)).rejects.toMatchObject(refused);
});

test('a call with a body too long is answered in the words of MLflow', async () => {
  const { handler } = await openTestApi();
  const url = await serve(handler);
  const client = rawClient(url);
  const { host } = new URL(url);
  client.socket.write(
    `POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${MAX_BODY + 1}\r\n\r\n`,
  );
  await client.closed;
  expect(client.text()).toMatch(
    /^HTTP\/1.1 413 [\s\S]*\{"error_code":"INVALID_PARAMETER_VALUE","message":"The body of /,
  );
});
