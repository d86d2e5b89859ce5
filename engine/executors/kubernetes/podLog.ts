import { ModelyardError } from '../../errors';
import type { KubeClient } from './kubeClient';
import { ClusterRefuses, ClusterSilent } from './kubeClient';

export interface PodLogOptions {
  readonly client: Pick<KubeClient, 'text'>;
  /** Of the pod: `/api/v1/namespaces/ml/pods/x`. */
  readonly at: string;
  readonly container: string;
  readonly write: (text: string) => void;
}

/**
 * What is new of a container's log. Kubernetes gives lines from a whole second on, so each line comes with its time
 * (RFC 3339, nanoseconds, as wide each time), and those that are known are left out.
 */
export class PodLog {
  private last = '';
  /** Lines at that very time, which may be more than one. */
  private atLast = 0;
  private hasFailed = false;

  constructor(private readonly options: PodLogOptions) {}

  /** Whether it could be read: a node may be gone while the cluster answers. @throws ClusterRefuses; `cancelled` */
  async read(signal: AbortSignal): Promise<boolean> {
    const { client, at, container, write } = this.options;
    const since = this.last === '' ? '' : `&sinceTime=${encodeURIComponent(this.last.replace(/\.\d+/, ''))}`;
    try {
      const text = await client.text(`${at}/log?container=${container}&timestamps=true${since}`, signal);
      const fresh = this.fresh(text ?? '');
      if (fresh !== '') write(fresh);
      return true;
    } catch (error) {
      const isFatal =
        error instanceof ClusterRefuses || !(error instanceof ModelyardError) || error.code === 'cancelled';
      if (isFatal) throw error;
      if (!this.hasFailed && !(error instanceof ClusterSilent)) write(`The log cannot be read: ${error.message}\n`);
      this.hasFailed = true;
      return false;
    }
  }

  private fresh(text: string): string {
    let fresh = '';
    let known = this.atLast;
    const before = this.last;
    for (const line of text.split('\n')) {
      const space = line.indexOf(' ');
      const time = space < 0 ? line : line.slice(0, space);
      if (time === '' || time < before) continue;
      if (time === before && known > 0) {
        known--;
        continue;
      }
      this.atLast = time === this.last ? this.atLast + 1 : 1;
      this.last = time;
      fresh += `${space < 0 ? '' : line.slice(space + 1)}\n`;
    }
    return fresh;
  }
}
