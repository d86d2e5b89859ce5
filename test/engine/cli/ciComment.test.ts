import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { keepComment } from '../../../engine/cli/ci/comment/keepComment';
import { modelyard } from '../../support/commandLine';
import { temporaryFolder } from '../../support/store';

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body: string;
}

/** A stand-in for an API: answers by method and path, and keeps what was asked. */
async function standIn(answers: Readonly<Record<string, readonly [number, unknown]>>) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const token = String(headers.authorization ?? headers['private-token'] ?? '');
      seen.push({ method, path: url, token, body: Buffer.concat(chunks).toString() });
      const [status, json] = answers[`${method} ${url.split('?')[0] ?? ''}`] ?? [404, {}];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, seen };
}

const clean = { GITHUB_ACTIONS: '', GITLAB_CI: '', TF_BUILD: '' };
function summary(): string {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'summary.md'), '# Gates\nall passed\n');
  return folder;
}
const text = '<!-- modelyard:results -->\n# Gates\nall passed\n';
const writes = (seen: readonly Seen[]) => seen.filter(({ method }) => method !== 'GET');

describe('GitHub', () => {
  const comments = '/repos/acme/credit/issues/7/comments';
  const env = (url: string) => ({ ...clean, GITHUB_ACTIONS: 'true', GITHUB_TOKEN: 'secret-1', GITHUB_REPOSITORY: 'acme/credit', GITHUB_API_URL: url, GITHUB_REF: 'refs/pull/7/merge', GITHUB_EVENT_PATH: '' }); // prettier-ignore
  const run = (url: string) => modelyard(['ci', 'comment', '--file', 'summary.md'], summary(), env(url));

  test('the first one is created; one of somebody else with the marker is not taken for it', async () => {
    const theirs = [{ id: 3, body: text, user: { login: 'mallory', type: 'User' } }];
    const { url, seen } = await standIn({ [`GET ${comments}`]: [200, theirs], [`POST ${comments}`]: [201, {}] });
    expect(await run(url)).toMatchObject({ code: 0, stdout: 'The comment was created.\n' });
    expect(writes(seen)).toEqual([{ method: 'POST', path: comments, token: 'Bearer secret-1', body: JSON.stringify({ body: text }) }]); // prettier-ignore
  });
  test('the own one is changed', async () => {
    const own = [{ id: 9, body: `${text}old`, user: { login: 'github-actions[bot]', type: 'Bot' } }];
    const { url, seen } = await standIn({ [`GET ${comments}`]: [200, own], 'PATCH /repos/acme/credit/issues/comments/9': [200, {}] }); // prettier-ignore
    expect(await run(url)).toMatchObject({ code: 0, stdout: 'The comment was updated.\n' });
    expect(writes(seen)).toMatchObject([{ method: 'PATCH', body: JSON.stringify({ body: text }) }]);
  });
  test('no right: said, without the token', async () => {
    const { url } = await standIn({ [`GET ${comments}`]: [200, []], [`POST ${comments}`]: [403, { message: 'no' }] });
    const { code, stderr, stdout } = await run(url);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Writing a comment was refused \(403\): the token may not do that here/);
    expect(stderr + stdout).not.toContain('secret-1');
  });
  test('never without TLS to another machine', async () => {
    const { code, stderr } = await run('http://api.example.com');
    expect(code).toBe(2);
    expect(stderr).toMatch(/would get the token without TLS/);
  });
});

test('GitLab: notes of the merge request, by a token of the project', async () => {
  const notes = '/api/v4/projects/5/merge_requests/7/notes';
  const found = [{ id: 1, body: text, author: { id: 2 } }, { id: 4, body: text, author: { id: 8 } }]; // prettier-ignore
  const { url, seen } = await standIn({ 'GET /api/v4/user': [200, { id: 8 }], [`GET ${notes}`]: [200, found], [`PUT ${notes}/4`]: [200, {}] }); // prettier-ignore
  const env = { ...clean, GITLAB_CI: 'true', MODELYARD_CI_TOKEN: 'secret-2', CI_API_V4_URL: `${url}/api/v4`, CI_PROJECT_ID: '5', CI_MERGE_REQUEST_IID: '7' }; // prettier-ignore
  expect(await modelyard(['ci', 'comment', '--file', 'summary.md'], summary(), env)).toMatchObject({ code: 0, stdout: 'The comment was updated.\n' }); // prettier-ignore
  expect(writes(seen)).toEqual([{ method: 'PUT', path: `${notes}/4`, token: 'secret-2', body: JSON.stringify({ body: text }) }]); // prettier-ignore
});

test('Azure: a thread that is closed, so that it holds nothing up', async () => {
  const threads = '/acme/Credit%20Risk/_apis/git/repositories/r1/pullRequests/7/threads';
  const { url, seen } = await standIn({ 'GET /acme/_apis/connectionData': [200, { authenticatedUser: { id: 'u1' } }], [`GET ${threads}`]: [200, { value: [] }], [`POST ${threads}`]: [200, {}] }); // prettier-ignore
  const env = { ...clean, TF_BUILD: 'True', SYSTEM_ACCESSTOKEN: 'secret-3', SYSTEM_COLLECTIONURI: `${url}/acme/`, SYSTEM_TEAMPROJECT: 'Credit Risk', BUILD_REPOSITORY_ID: 'r1', SYSTEM_PULLREQUEST_PULLREQUESTID: '7' }; // prettier-ignore
  expect(await modelyard(['ci', 'comment', '--file', 'summary.md'], summary(), env)).toMatchObject({ code: 0, stdout: 'The comment was created.\n' }); // prettier-ignore
  expect(JSON.parse(writes(seen)[0]!.body)).toEqual({ comments: [{ parentCommentId: 0, content: text, commentType: 1 }], status: 4 }); // prettier-ignore
  expect(writes(seen)[0]!.token).toBe('Bearer secret-3');
});

test('outside of a job it says what is missing', async () => {
  expect(await modelyard(['ci', 'comment', '--file', 'summary.md'], summary(), clean)).toMatchObject({ code: 2, stderr: expect.stringMatching(/no job of GitHub, GitLab or Azure/) }); // prettier-ignore
});

test('what is too long is cut at a line, and says so', async () => {
  const written: string[] = [];
  const thread = { most: 200, find: async () => undefined, create: async (body: string) => void written.push(body), update: async () => undefined }; // prettier-ignore
  await keepComment(thread, { marker: 'results', text: 'a line of text\n'.repeat(50) });
  expect(written[0]!.length).toBeLessThanOrEqual(200);
  expect(written[0]).toMatch(/a line of text\n\n… The rest is in the reports of the job\.\n$/);
});
