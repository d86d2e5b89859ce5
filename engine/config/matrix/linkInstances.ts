import type { Matrices, StepInstance } from './expandMatrices';

/** By step the place of the instance that belongs to an instance: its own, and those that its matrix goes on with. */
type Lineage = ReadonlyMap<string, number>;

/** Which instances a step needs of the steps that it names. */
export class Links {
  private readonly lineages = new Map<string, readonly Lineage[]>();
  /** By the two steps: the names of the needed instances by what both have in common. */
  private readonly indexes = new Map<
    string,
    { readonly shared: readonly string[]; readonly by: Map<string, string[]> }
  >();

  constructor(private readonly matrices: Matrices) {}

  /**
   * Names of the steps that stand for `needed`: all its instances; where both are instances that go on with the same matrix,
   * those that have the same values of it.
   * @param instance the place of the step that needs among the instances of `step`; undefined when it has no matrix
   */
  needs(step: string, instance: number | undefined, needed: string): readonly string[] {
    const target = this.matrices.get(needed);
    if (!target) return [needed];
    const own = instance === undefined ? undefined : this.lineage(step)[instance];
    if (!own) return target.instances.map(({ name }) => name);
    const { shared, by } = this.index(step, needed);
    return by.get(keyOf(own, shared)) ?? [];
  }

  private index(step: string, needed: string) {
    const known = this.indexes.get(`${step} ${needed}`);
    if (known) return known;
    const [own] = this.lineage(step);
    const theirs = this.lineage(needed);
    const shared = [...(theirs[0]?.keys() ?? [])].filter(name => own?.has(name));
    const by = new Map<string, string[]>();
    for (const [i, lineage] of theirs.entries()) {
      const key = keyOf(lineage, shared);
      const names = by.get(key) ?? [];
      names.push(this.matrices.get(needed)?.instances[i]?.name ?? needed);
      by.set(key, names);
    }
    const made = { shared, by };
    this.indexes.set(`${step} ${needed}`, made);
    return made;
  }

  private lineage(step: string): readonly Lineage[] {
    const known = this.lineages.get(step);
    if (known) return known;
    const own = this.matrices.get(step);
    const before = own?.from === undefined ? [] : this.lineage(own.from);
    const made = (own?.instances ?? []).map(
      ({ base }: StepInstance, i): Lineage => new Map([...(base === undefined ? [] : (before[base] ?? [])), [step, i]]),
    );
    this.lineages.set(step, made);
    return made;
  }
}

const keyOf = (lineage: Lineage, shared: readonly string[]): string =>
  shared.map(name => lineage.get(name) ?? '').join(' ');
