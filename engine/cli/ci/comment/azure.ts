import * as v from 'valibot';
import { read, variableOf } from './answers';
import type { CommentThread, Environment } from './hosts';
import { callApi } from './request';

const threads = v.object({
  value: v.array(
    v.object({
      id: v.number(),
      isDeleted: v.optional(v.boolean()),
      comments: v.array(
        v.object({ id: v.number(), content: v.nullish(v.string()), author: v.object({ id: v.string() }), isDeleted: v.optional(v.boolean()) }), // prettier-ignore
      ),
    }),
  ),
});
const connection = v.object({ authenticatedUser: v.object({ id: v.string() }) });
const anything = v.unknown();
/** Open threads can hold up a pull request. */
const closed = 4;

/** The threads of a pull request of Azure Repos. https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-threads */
export function azureThread(env: Environment): CommentThread {
  const token = variableOf(env, 'SYSTEM_ACCESSTOKEN', 'the token of the job');
  const collection = variableOf(env, 'SYSTEM_COLLECTIONURI', 'the address of the organisation').replace(/\/+$/, '');
  const project = encodeURIComponent(variableOf(env, 'SYSTEM_TEAMPROJECT', 'the project'));
  const repository = encodeURIComponent(variableOf(env, 'BUILD_REPOSITORY_ID', 'the repository'));
  const number = encodeURIComponent(variableOf(env, 'SYSTEM_PULLREQUEST_PULLREQUESTID', 'the pull request'));
  const base = `${collection}/${project}/_apis/git/repositories/${repository}/pullRequests/${number}/threads`;
  const version = 'api-version=7.1';
  const headers = { authorization: `Bearer ${token}` };
  return {
    most: 150_000,
    find: async marker => {
      const known = await callApi({ url: `${collection}/_apis/connectionData`, method: 'GET', headers });
      const self = read(known, connection, 'Who we are').authenticatedUser.id;
      const answer = await callApi({ url: `${base}?${version}`, method: 'GET', headers });
      for (const thread of read(answer, threads, 'Reading the comments').value) {
        const own = thread.comments.find(({ content, author, isDeleted }) => isDeleted !== true && author.id === self && (content ?? '').startsWith(marker)); // prettier-ignore
        if (own && thread.isDeleted !== true) return `${thread.id}/${own.id}`;
      }
      return undefined;
    },
    create: async content => {
      const body = { comments: [{ parentCommentId: 0, content, commentType: 1 }], status: closed };
      read(await callApi({ url: `${base}?${version}`, method: 'POST', headers, body }), anything, 'Writing a comment');
    },
    update: async (id, content) => {
      const [thread = '', comment = ''] = id.split('/');
      const url = `${base}/${thread}/comments/${comment}?${version}`;
      read(await callApi({ url, method: 'PATCH', headers, body: { content } }), anything, 'Changing the comment');
    },
  };
}
