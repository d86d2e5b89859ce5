import type { LineageThing } from '../protocol/lineage';
import type { LineageRef, LineageSource, Link, LinkRequest } from '../protocol/lineageSource';
import type { Endpoint } from '../protocol/serving';
import { KnownLinks } from '../store/knownLinks';

/** What answers just now, and with which versions. */
export class ServingLineage implements LineageSource {
  readonly kinds = ['endpoint'] as const;
  readonly #endpoints: ReadonlyMap<string, Endpoint>;
  readonly #links: KnownLinks;

  constructor(endpoints: readonly Endpoint[]) {
    this.#endpoints = new Map(endpoints.map(one => [String(one.id), one]));
    this.#links = new KnownLinks(
      endpoints.map(({ id, model, version }) => ({
        from: { kind: 'version', key: `${model}@${version}` },
        to: { kind: 'endpoint', key: String(id) },
        relation: 'served',
      })),
    );
  }

  links(request: LinkRequest): readonly Link[] {
    return this.#links.links(request);
  }

  describe(refs: readonly LineageRef[]): readonly LineageThing[] {
    return refs.flatMap(({ kind, key }): readonly LineageThing[] => {
      const one = kind === 'endpoint' ? this.#endpoints.get(key) : undefined;
      if (!one) return [];
      const { model, version, at, url, problem } = one; // its token is nobody's business
      const shown = { model, version, at, url, ...(problem !== undefined && { problem }) };
      return [{ kind: 'endpoint', id: `endpoint:${key}`, ...shown }];
    });
  }

  /** By its address, or `endpoint:credit-risk@production`. */
  find(name: string): LineageRef | undefined {
    const found = [...this.#endpoints.values()].findLast(
      ({ url, model, at }) => name.replace(/\/$/, '') === url || name === `endpoint:${model}@${at}`,
    );
    return found && { kind: 'endpoint', key: String(found.id) };
  }
}
