import * as v from 'valibot';
import type { OnlineStoreConfig } from '../../../protocol/featureConfig';
import { variableName } from '../fromEnvironment';
import { text } from '../terms';

const redis = v.strictObject({
  url: v.pipe(
    text('the address of a server such as redis://127.0.0.1:6379'),
    v.regex(/^rediss?:\/\//, 'must begin with redis:// or, for TLS, rediss://'),
    v.check(url => !url.includes('@'), 'must hold no password: name it with `password: {env: NAME}`'),
    v.check(isAddress, 'must be an address such as redis://127.0.0.1:6379'),
    v.description('Where the server is; `rediss://` for TLS. A number behind the last `/` is that of the database.'),
    v.examples(['redis://127.0.0.1:6379']),
  ),
  username: v.exactOptional(v.pipe(text('the name of a user'), v.description('The user of the server.'))),
  password: v.exactOptional(
    v.pipe(
      v.strictObject({
        env: v.pipe(
          variableName(),
          v.description('The variable that has it where the engine runs; it stands in no file.'),
          v.examples(['REDIS_PASSWORD']),
        ),
      }),
      v.description('The variable with the password: `{env: NAME}`.'),
    ),
  ),
  prefix: v.optional(
    v.pipe(
      text('the beginning of keys'),
      v.regex(/^[\w.:-]{1,100}$/, 'may have letters, digits, `_`, `-`, `.` and `:`'),
      v.description('What the keys in the server begin with, so that several workspaces can share one.'),
    ),
    'modelyard',
  ),
});

/** `online_store:` */
export const onlineStore = v.pipe(
  v.union(
    [v.literal('local'), v.strictObject({ redis: v.pipe(redis, v.description('A server of Redis.')) })],
    'must be `local`, or a mapping with `redis`',
  ),
  v.transform((value): OnlineStoreConfig => {
    if (value === 'local') return { kind: 'local' };
    const { password, ...rest } = value.redis;
    return { kind: 'redis', ...rest, ...(password && { password: password.env }) };
  }),
);

function isAddress(url: string): boolean {
  const read = URL.canParse(url) ? new URL(url) : undefined;
  return (
    read !== undefined &&
    read.hostname !== '' &&
    /^(\/\d{0,5})?$/.test(read.pathname) &&
    read.search === '' &&
    read.hash === ''
  );
}
