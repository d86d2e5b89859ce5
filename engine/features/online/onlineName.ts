import type { OnlineStoreConfig } from '../../protocol/featureConfig';

/** What an online store is called where it is said how far it goes: another server is another store. Has no secrets. */
export function onlineName(config: OnlineStoreConfig): string {
  if (config.kind === 'local') return 'local';
  const { protocol, host, pathname } = new URL(config.url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname} ${config.prefix}`;
}
