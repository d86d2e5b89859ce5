import type { StepConfig } from '../../protocol/workspaceConfig';
import type { NamedPipeline } from '../named';
import type { Problem } from '../yaml/problem';
import { entryOf, textsOf, type ScalarNode } from '../yaml/tree';

/** Outputs that two steps of a pipeline write: which of them is kept would depend on who is faster. */
export function outsProblems(pipeline: NamedPipeline, steps: ReadonlyMap<string, StepConfig>): readonly Problem[] {
  const writers = new Map<string, string>();
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [name, step] of steps) {
    for (const [i, out] of (step.uses === 'run' ? step.outs : []).entries()) {
      const path = normal(out);
      const other = writers.get(path);
      if (other === undefined) writers.set(path, name);
      if (other === undefined || other === name) continue;
      const written = step.matrix?.step ?? name;
      // Once for a step: a matrix of a hundred would say it a hundred times.
      if (seen.has(`${written} ${i}`)) continue;
      seen.add(`${written} ${i}`);
      problems.push(
        problem(pipeline, { name, other, path, written, i, isMatrix: steps.get(other)?.matrix?.step === written }),
      );
    }
  }
  return problems;
}

const normal = (out: string): string =>
  out
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .join('/');

interface Clash {
  readonly name: string;
  readonly other: string;
  readonly path: string;
  /** The step in the file. */
  readonly written: string;
  readonly i: number;
  readonly isMatrix: boolean;
}

function problem(pipeline: NamedPipeline, { name, other, path, written, i, isMatrix }: Clash): Problem {
  const step = pipeline.steps.get(written);
  const outs = entryOf(step?.node, 'outs');
  const node: ScalarNode | undefined = textsOf(outs?.value)[i];
  const { start, end } = node ?? outs?.keySpan ?? step?.keySpan ?? { start: 0, end: 0 };
  const way = isMatrix
    ? 'Let each have its own: put a value of the matrix into the path, such as `${{ matrix.NAME }}`.'
    : 'Give one of them another path.';
  return {
    start,
    end,
    code: 'output-twice',
    message: `\`${path}\` is written by \`${other}\` and by \`${name}\`. ${way}`,
    key: `pipelines.${pipeline.name}.steps.${written}.outs`,
  };
}
