import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { read, variableOf } from './answers';
import type { CommentThread, Environment } from './hosts';
import { callApi } from './request';

const comments = v.array(
  v.object({ id: v.number(), body: v.nullish(v.string()), user: v.nullish(v.object({ login: v.string(), type: v.optional(v.string()) })) }), // prettier-ignore
);
const anything = v.unknown();
/** Whose comments the token of a job writes. */
const robot = 'github-actions[bot]';

/** The comments of a pull request. https://docs.github.com/rest/issues/comments */
export function githubThread(env: Environment): CommentThread {
  const token = variableOf(env, 'GITHUB_TOKEN', 'the token of the job');
  const repository = variableOf(env, 'GITHUB_REPOSITORY', 'owner and name of the repository');
  const api = (env['GITHUB_API_URL'] ?? 'https://api.github.com').replace(/\/+$/, '');
  const base = `${api}/repos/${repository}/issues`;
  const number = numberOf(env);
  const headers = { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }; // prettier-ignore
  return {
    most: 65_536,
    find: async marker => {
      // somebody else's comment with the marker would be theirs to change afterwards
      const { status, json } = await callApi({ url: `${api}/user`, method: 'GET', headers });
      const self = status === 200 ? read({ status, json }, v.object({ login: v.string() }), 'Who we are').login : robot;
      for (let page = 1; page <= 30; page++) {
        const answer = await callApi({ url: `${base}/${number}/comments?per_page=100&page=${page}`, method: 'GET', headers }); // prettier-ignore
        const found = read(answer, comments, 'Reading the comments');
        const own = found.find(({ body, user }) => user?.login === self && (body ?? '').startsWith(marker));
        if (own) return String(own.id);
        if (found.length < 100) return undefined;
      }
      return undefined;
    },
    create: async body => {
      read(await callApi({ url: `${base}/${number}/comments`, method: 'POST', headers, body: { body } }), anything, 'Writing a comment'); // prettier-ignore
    },
    update: async (id, body) => {
      read(await callApi({ url: `${base}/comments/${id}`, method: 'PATCH', headers, body: { body } }), anything, 'Changing the comment'); // prettier-ignore
    },
  };
}

const event = v.object({ pull_request: v.object({ number: v.number() }) });

/** Undefined when there is none that can be read. */
function eventOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Of the event, which also says it where the ref is that of a branch. */
function numberOf(env: Environment): number {
  const file = env['GITHUB_EVENT_PATH'];
  if (file !== undefined && file !== '') {
    const found = v.safeParse(event, eventOf(file));
    if (found.success) return found.output.pull_request.number;
  }
  const ref = /^refs\/pull\/(\d+)\//.exec(env['GITHUB_REF'] ?? '')?.[1];
  return Number(ref ?? variableOf({}, 'GITHUB_REF', 'the pull request'));
}
