/** Something that stands behind others. */
export interface Needing {
  readonly name: string;
  readonly needs: readonly string[];
}

/** The steps with each behind what it needs; else in their own order. What is needed and not there is left out. */
export function inOrder<S extends Needing>(steps: readonly S[]): readonly S[] {
  const byName = new Map(steps.map(step => [step.name, step]));
  const ordered: S[] = [];
  const seen = new Set<string>();
  const stack: { readonly step: S; at: number }[] = [];
  const push = (step: S | undefined): void => {
    if (step === undefined || seen.has(step.name)) return;
    seen.add(step.name);
    stack.push({ step, at: 0 });
  };
  for (const step of steps) {
    push(step);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const needed = top.step.needs[top.at++];
      if (needed !== undefined) push(byName.get(needed));
      else ordered.push(stack.pop()?.step ?? top.step);
    }
  }
  return ordered;
}
