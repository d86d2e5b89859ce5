import type { VerdictKind } from '../protocol/verdicts';

interface Named {
  readonly id: string;
  readonly kind: VerdictKind;
  readonly subject: string;
}

/** What `only` names: kinds, names of datasets and models, ids or their first parts. Empty: everything. */
export class Selection {
  constructor(private readonly only: readonly string[] = []) {}

  /** Whether something of the group may be meant. */
  mayHave(group: Named): boolean {
    return this.only.length === 0 || this.only.some(one => isGroup(one, group) || below(one, group.id));
  }

  has(group: Named, id: string): boolean {
    return this.only.length === 0 || this.only.some(one => isGroup(one, group) || below(id, one));
  }

  /** Of the names those that mean none of these groups. */
  unmet(groups: readonly (Named & { readonly verdicts: readonly { readonly id: string }[] })[]): readonly string[] {
    const meets = (one: string, group: (typeof groups)[number]): boolean =>
      isGroup(one, group) || group.verdicts.some(({ id }) => below(id, one));
    return this.only.filter(one => !groups.some(group => meets(one, group)));
  }
}

const isGroup = (one: string, { id, kind, subject }: Named): boolean =>
  one === kind || one === subject || below(id, one);

const below = (id: string, part: string): boolean => id === part || id.startsWith(`${part}/`);
