import { readFile } from 'node:fs/promises';
import { ModelyardError } from '../../errors';
import type { Cluster } from './kubeconfig';
import type { Identity } from './loginProgram';
import { loginWith } from './loginProgram';

/** ms before its end that a token is not used any more. */
const margin = 30_000;

/** Who asks, of each user of each cluster. What login programs have given is kept here, in memory only, until it expires. */
export class Logins {
  private readonly known = new Map<string, Promise<Identity>>();

  /** `again`: the cluster has refused the last one. @throws ModelyardError `step.failed`, `not-found`, `cancelled` */
  async of(cluster: Cluster, again: boolean, signal: AbortSignal): Promise<Identity> {
    const { user } = cluster;
    const { token, tokenFile, cert, key, program } = user;
    const own = { ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
    if (program !== undefined) return { ...own, ...(await this.programs(cluster, again, signal)) };
    // as kubectl: the file comes before what stands in the kubeconfig
    if (tokenFile !== undefined) return { ...own, token: await tokenIn(tokenFile) };
    return { ...own, ...(token !== undefined && { token }) };
  }

  private async programs(cluster: Cluster, again: boolean, signal: AbortSignal): Promise<Identity> {
    const { program, name } = cluster.user;
    if (program === undefined) return {};
    const id = JSON.stringify([cluster.server, name, program]);
    const before = again ? undefined : await this.known.get(id)?.catch(() => undefined);
    if (before !== undefined && (before.until === undefined || before.until - margin > Date.now())) return before;
    const login = loginWith({ program, user: name, cluster }, signal);
    this.known.set(id, login);
    try {
      return await login;
    } catch (error) {
      if (this.known.get(id) === login) this.known.delete(id);
      throw error;
    }
  }
}

async function tokenIn(file: string): Promise<string> {
  const token = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ModelyardError('not-found', `The kubeconfig names the token file ${file}, which cannot be read.`, { cause: error }); // prettier-ignore
  });
  return token.trim();
}
