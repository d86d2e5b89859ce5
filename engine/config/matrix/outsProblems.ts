import type { StepConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { NamedPipeline } from '../named';
import type { Problem } from '../yaml/problem';
import { entryOf, textsOf, type ScalarNode } from '../yaml/tree';

/** Outputs that two steps of a pipeline write: which of them is kept would depend on who is faster. */
export function outsProblems(
  pipeline: NamedPipeline,
  steps: ReadonlyMap<string, StepConfig>,
  datasets: WorkspaceConfig['datasets'],
): readonly Problem[] {
  const writers = new Map<string, string>();
  /** Folders in which something is written, with one who does. */
  const inside = new Map<string, string>();
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [name, step] of steps) {
    for (const [i, out] of outsOf(step, datasets).entries()) {
      const path = normal(out);
      const above = foldersOf(path).find(folder => (writers.get(folder) ?? name) !== name);
      const other = [writers.get(path), above === undefined ? undefined : writers.get(above), inside.get(path)].find(
        writer => writer !== undefined && writer !== name,
      );
      if (!writers.has(path)) writers.set(path, name);
      for (const folder of foldersOf(path)) if (!inside.has(folder)) inside.set(folder, name);
      const written = step.matrix?.step ?? name;
      // Once for a step: a matrix of a hundred would say it a hundred times.
      if (other === undefined || seen.has(`${written} ${i}`)) continue;
      seen.add(`${written} ${i}`);
      const isMatrix = steps.get(other)?.matrix?.step === written;
      problems.push(problem(pipeline, { name, other, path, written, i, isMatrix }));
    }
  }
  return problems;
}

function outsOf(step: StepConfig, datasets: WorkspaceConfig['datasets']): readonly string[] {
  if (step.uses === 'run') return step.outs;
  const made = step.uses === 'features' ? datasets[step.with.as] : undefined;
  return made ? [made.path] : [];
}

/** `a/b/c.txt` lies in `a/b` and `a`. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
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
  const isJoin = step?.uses === 'features';
  const outs = isJoin ? entryOf(step.options, 'as') : entryOf(step?.node, 'outs');
  const node: ScalarNode | undefined = textsOf(outs?.value)[i];
  const { start, end } = node ?? outs?.keySpan ?? step?.keySpan ?? { start: 0, end: 0 };
  const way = isMatrix
    ? `Let each have its own: put a value of the matrix into the ${isJoin ? 'name of the dataset' : 'path'}, such as \`\${{ matrix.NAME }}\`.`
    : `Give one of them another ${isJoin ? 'dataset' : 'path'}.`;
  return {
    start,
    end,
    code: 'output-twice',
    message: `\`${path}\` is written by \`${other}\` and by \`${name}\`. ${way}`,
    key: `pipelines.${pipeline.name}.steps.${written}.${isJoin ? 'with.as' : 'outs'}`,
  };
}
