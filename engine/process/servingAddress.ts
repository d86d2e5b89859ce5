import { ModelyardError } from '../errors';
import type { Beyond } from './httpDoor';

export interface AddressRequest {
  readonly host: string;
  /** null: none is asked for; undefined: a new one is made. */
  readonly token: string | null | undefined;
  /** Names that requests may call it by. */
  readonly allowedHosts: readonly string[];
  /** Whether its surroundings say that it is a container: MODELYARD_IN_CONTAINER=1. */
  readonly isContainer: boolean;
}

/** Characters below which a token is guessed by whoever may ask often. */
const leastToken = 16;

/**
 * Where a served folder listens: 127.0.0.1 (undefined), or beyond it only in a container that says so, with a token of its
 * owner's, and by the names that it is called by. On a user's machine nothing of Modelyard can be reached from elsewhere.
 * @throws ModelyardError `params.invalid`
 */
export function servingAddress({ host, token, allowedHosts, isContainer }: AddressRequest): Beyond | undefined {
  if (host === '127.0.0.1' || host === 'localhost') return undefined;
  const refuse = (message: string, fix: string): ModelyardError => new ModelyardError('params.invalid', message, { fix, data: { key: 'host' } }); // prettier-ignore
  if (host !== '0.0.0.0' && host !== '::')
    throw refuse(`A model cannot be served at ${host}.`, 'Name 127.0.0.1, or in a container 0.0.0.0.');
  if (!isContainer)
    throw refuse(
      `Servers listen on 127.0.0.1 only, not on ${host}.`,
      'Serve it in a container whose image sets MODELYARD_IN_CONTAINER=1: `modelyard infra generate` writes one.',
    );
  if (typeof token !== 'string' || token.length < leastToken)
    throw refuse(
      `Who listens on ${host} needs a token of at least ${leastToken} characters.`,
      'Set MODELYARD_SERVING_TOKEN, from a Secret of the cluster.',
    );
  if (allowedHosts.length === 0)
    throw refuse(
      `Who listens on ${host} must know by which names it is called.`,
      'Name them with --allowed-host, or set MODELYARD_ALLOWED_HOSTS.',
    );
  return { host, names: allowedHosts.map(name => name.toLowerCase()) };
}
