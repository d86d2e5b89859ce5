import * as v from 'valibot';
import { read, variableOf } from './answers';
import type { CommentThread, Environment } from './hosts';
import { callApi } from './request';

const notes = v.array(v.object({ id: v.number(), body: v.string(), author: v.object({ id: v.number() }) }));
const anything = v.unknown();

/** The notes of a merge request. https://docs.gitlab.com/api/notes/ */
export function gitlabThread(env: Environment): CommentThread {
  const token = variableOf(env, 'MODELYARD_CI_TOKEN', 'a project access token with the scope `api`');
  const api = variableOf(env, 'CI_API_V4_URL', 'the address of the API').replace(/\/+$/, '');
  const project = variableOf(env, 'CI_PROJECT_ID', 'the project');
  const number = variableOf(env, 'CI_MERGE_REQUEST_IID', 'the merge request');
  const base = `${api}/projects/${encodeURIComponent(project)}/merge_requests/${encodeURIComponent(number)}/notes`;
  const headers = { 'private-token': token };
  return {
    most: 1_000_000,
    find: async marker => {
      const self = read(await callApi({ url: `${api}/user`, method: 'GET', headers }), v.object({ id: v.number() }), 'Who we are'); // prettier-ignore
      for (let page = 1; page <= 30; page++) {
        const answer = await callApi({ url: `${base}?per_page=100&page=${page}`, method: 'GET', headers });
        const found = read(answer, notes, 'Reading the comments');
        const own = found.find(({ body, author }) => author.id === self.id && body.startsWith(marker));
        if (own) return String(own.id);
        if (found.length < 100) return undefined;
      }
      return undefined;
    },
    create: async body => {
      read(await callApi({ url: base, method: 'POST', headers, body: { body } }), anything, 'Writing a comment');
    },
    update: async (id, body) => {
      read(await callApi({ url: `${base}/${id}`, method: 'PUT', headers, body: { body } }), anything, 'Changing the comment'); // prettier-ignore
    },
  };
}
