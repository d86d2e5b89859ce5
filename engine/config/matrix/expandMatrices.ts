import { Filler, scalarNode, type Values } from '../params/expressions';
import { listed } from '../suggest';
import type { Span } from '../yaml/lineIndex';
import type { Problem } from '../yaml/problem';
import { entryOf, type MapEntry, type TreeNode } from '../yaml/tree';
import { combinationsOf, instanceNames, productOf, type Combination } from './combinations';
import { excludeProblems, readMatrix, type WrittenMatrix } from './readMatrix';

/** Steps that a matrix may make. */
export const mostInstances = 1_000;
/** A product beyond this is not even looked through for what is left out. */
const mostLookedAt = 100_000;

/** One combination of a step's matrix. */
export interface StepInstance {
  /** `train (C=0.1)` */
  readonly name: string;
  readonly values: Combination;
  /** The step with its values. */
  readonly node: TreeNode;
  /** The place among the instances of the step that it goes on with. */
  readonly base?: number;
}

export interface StepInstances {
  readonly step: string;
  readonly from?: string;
  readonly instances: readonly StepInstance[];
}

/** Of one pipeline, by step. */
export type Matrices = ReadonlyMap<string, StepInstances>;

export interface ExpandedSteps {
  /** The steps as they are written, each with a matrix standing for its first combination. */
  readonly steps: TreeNode;
  readonly matrices: Matrices;
  /** Steps of whose matrix something is wrong: what else seems wrong with them follows from that. */
  readonly broken: readonly string[];
}

export interface ExpandOptions {
  /** Of the pipeline: `params.lr`. */
  readonly values: Values;
  readonly pipeline: string;
  readonly problems: Problem[];
  readonly why?: (name: string) => string | undefined;
  readonly later?: readonly string[];
}

/** Fills in `${{ … }}` in all steps of a pipeline, and lets those with a `matrix` be there once for each combination. */
export function expandMatrices(steps: TreeNode, options: ExpandOptions): ExpandedSteps {
  return steps.kind === 'map'
    ? new Expander(steps.entries, options).expand(steps)
    : { steps, matrices: new Map(), broken: [] };
}

const noNames: ReadonlySet<string> = new Set();

class Expander {
  private readonly written = new Map<string, WrittenMatrix>();
  private readonly done = new Map<string, StepInstances>();
  private readonly broken = new Set<string>();

  constructor(
    private readonly entries: readonly MapEntry[],
    private readonly options: ExpandOptions,
  ) {}

  expand(steps: TreeNode & { readonly kind: 'map' }): ExpandedSteps {
    for (const entry of this.entries) this.read(entry);
    for (const name of this.written.keys()) this.instances(name, []);
    const entries = this.entries.map((entry): MapEntry => {
      const first = this.done.get(entry.key)?.instances[0];
      return { ...entry, value: first?.node ?? this.filled(entry) };
    });
    return { steps: { ...steps, entries }, matrices: this.done, broken: [...this.broken] };
  }

  private read({ key: step, value }: MapEntry): void {
    const entry = entryOf(value, 'matrix');
    if (!entry) return;
    const { values, pipeline, problems, later = [] } = this.options;
    const above = ['pipelines', pipeline, 'steps', step];
    const why = (name: string): string | undefined =>
      name.startsWith('matrix.') ? `\`${name}\` cannot stand in the matrix itself.` : this.options.why?.(name);
    const filled = new Filler({ values, why, later }, above, problems).fill(entry.value, ['matrix']);
    const matrix = readMatrix({ ...entry, value: filled });
    if (matrix) this.written.set(step, matrix);
    else this.broken.add(step);
  }

  /** `trail`: the steps that wait for this one's. */
  private instances(step: string, trail: readonly string[]): StepInstances | null {
    const known = this.done.get(step) ?? null;
    const matrix = this.written.get(step);
    if (known || !matrix || this.broken.has(step)) return known;
    if (trail.includes(step)) {
      const round = [...trail.slice(trail.indexOf(step)), step].join(' → ');
      return this.refuse(step, fromOf(matrix), {
        code: 'cycle',
        message: `The matrices of these steps go on with each other: ${round}. Give one of them values of its own.`,
      });
    }
    const base = this.baseOf(step, matrix, trail);
    if (base === 'broken') return null;
    const combinations = this.combinations(step, matrix, base);
    if (!combinations) return null;
    const names = instanceNames(
      step,
      combinations.map(({ values }) => values),
    );
    const entry = this.entries.find(({ key }) => key === step);
    const all = new Set(combinations.flatMap(({ values }) => Object.keys(values).map(name => `matrix.${name}`)));
    const made = {
      step,
      ...(matrix.from !== undefined && { from: matrix.from }),
      instances: combinations.map(({ values, base: place }, i) => ({
        name: names[i] ?? step,
        values,
        node: entry ? this.filled(i === 0 ? entry : withoutMatrix(entry), values, all) : matrix.entry.value,
        ...(place !== undefined && { base: place }),
      })),
    };
    this.done.set(step, made);
    return made;
  }

  private baseOf(
    step: string,
    matrix: WrittenMatrix,
    trail: readonly string[],
  ): readonly Combination[] | 'broken' | undefined {
    const { from } = matrix;
    if (from === undefined) return undefined;
    const base = this.instances(from, [...trail, step]);
    if (base) return base.instances.map(({ values }) => values);
    this.broken.add(step);
    const other = this.entries.find(({ key }) => key === from);
    // That there is no such step, or what is wrong with its matrix, is said elsewhere.
    if (!other || this.written.has(from) || this.broken.has(from)) return 'broken';
    const having = [...this.written.keys()].filter(name => name !== step);
    this.refuse(step, fromOf(matrix), {
      code: 'no-matrix',
      message: `\`${from}\` has no matrix, so there is nothing that \`${step}\` can go on with.${having.length > 0 ? ` A matrix has ${listed(having, 'and')}.` : ''}`,
    });
    return 'broken';
  }

  private combinations(step: string, matrix: WrittenMatrix, base: readonly Combination[] | undefined) {
    const product = productOf(matrix, base?.length);
    if (product > mostLookedAt) return this.tooMany(step, matrix, product);
    const inherited = [...new Set(base?.flatMap(one => Object.keys(one)))];
    const again = [...matrix.axes.keys()].find(name => inherited.includes(name));
    if (again !== undefined)
      return this.refuse(step, matrix.entry.keySpan, {
        code: 'matrix-name-twice',
        message: `\`${again}\` is a name of the matrix of \`${matrix.from ?? ''}\` already. Give it another name.`,
      });
    const key = `${this.keyOf(step)}.matrix`;
    this.options.problems.push(...excludeProblems(matrix, { inherited, key }));
    const { combinations, homeless, idle } = combinationsOf(matrix, base);
    const [lost] = homeless;
    if (lost !== undefined)
      return this.refuse(step, this.itemOf(matrix, 'include', lost), {
        code: 'matrix-include',
        message: `This fits none of the combinations of \`${matrix.from ?? ''}\`, and \`${step}\` goes on with those alone. Add it to the matrix of \`${matrix.from ?? ''}\`.`,
      });
    for (const place of idle)
      this.options.problems.push({
        ...this.itemOf(matrix, 'exclude', place),
        severity: 'warning',
        code: 'matrix-exclude',
        message: 'No combination has these values, so this leaves nothing out.',
        key: `${key}.exclude.${place}`,
      });
    if (combinations.length > mostInstances) return this.tooMany(step, matrix, combinations.length);
    if (combinations.length > 0) return combinations;
    return this.refuse(step, matrix.entry.keySpan, {
      code: 'matrix-empty',
      message: 'This matrix has no combination: give it names with values, or leave less out.',
    });
  }

  private tooMany(step: string, { entry }: WrittenMatrix, count: number): null {
    return this.refuse(step, entry.keySpan, {
      code: 'matrix-too-big',
      message: `This matrix makes ${count.toLocaleString('en')} steps of \`${step}\`; at most ${mostInstances.toLocaleString('en')} are run. Leave values out, or let a step with \`uses: tune\` search among them.`,
    });
  }

  private itemOf({ entry }: WrittenMatrix, list: 'include' | 'exclude', place: number): Span {
    const found = entryOf(entry.value, list)?.value;
    const item = found?.kind === 'list' ? found.items[place] : undefined;
    return item ? { start: item.start, end: item.end } : entry.keySpan;
  }

  private refuse(step: string, { start, end }: Span, said: Pick<Problem, 'code' | 'message'>): null {
    this.broken.add(step);
    this.options.problems.push({ start, end, key: `${this.keyOf(step)}.matrix`, ...said });
    return null;
  }

  private keyOf(step: string): string {
    return `pipelines.${this.options.pipeline}.steps.${step}`;
  }

  private filled({ key: step, value }: MapEntry, combination?: Combination, names = noNames): TreeNode {
    const { pipeline, problems, values: shared, later = [] } = this.options;
    const matrix = this.written.get(step);
    const own = Object.entries(combination ?? {}).map(([name, one]) => [`matrix.${name}`, scalarNode(one)] as const);
    const scope = {
      values: new Map([...shared, ...own]),
      later: this.broken.has(step) ? [...later, 'matrix.'] : later,
      why: (name: string): string | undefined => this.why(name, combination, names),
    };
    const fixed = new Map([...shared]);
    const fixedScope = { values: fixed, later, why: (name: string): string | undefined => this.whyFixed(name) };
    const above = ['pipelines', pipeline, 'steps', step];
    const filler = new Filler(scope, above, problems);
    const strict = new Filler(fixedScope, above, problems);
    if (value.kind !== 'map') return filler.fill(value, []);
    const entries = value.entries.map((entry): MapEntry => {
      if (entry.key === 'matrix') return { ...entry, value: matrix?.entry.value ?? entry.value };
      const used = matrix && structural.has(entry.key) ? strict : filler;
      return { ...entry, value: used.fill(entry.value, [entry.key]) };
    });
    return { ...value, entries };
  }

  private why(name: string, combination: Combination | undefined, names: ReadonlySet<string>): string | undefined {
    if (!name.startsWith('matrix.')) return this.options.why?.(name);
    if (!combination) return `\`${name}\` has a value only in a step with a \`matrix\`.`;
    if (!names.has(name)) return `\`${name}\` is not a name of this matrix.`;
    const missing = Object.entries(combination).map(([key, value]) => `${key}=${String(value)}`);
    return `\`${name}\` has no value in the combination ${missing.join(', ')} of this matrix.`;
  }

  private whyFixed(name: string): string | undefined {
    if (!name.startsWith('matrix.')) return this.options.why?.(name);
    return `\`${name}\` cannot stand here: which step this is, and what it needs, is the same for all combinations.`;
  }
}

/** The matrix itself is judged with the first combination: not a thousand values a thousand times. */
const withoutMatrix = (entry: MapEntry): MapEntry =>
  entry.value.kind === 'map'
    ? { ...entry, value: { ...entry.value, entries: entry.value.entries.filter(({ key }) => key !== 'matrix') } }
    : entry;

/** What makes the graph: it must be the same for every combination. */
const structural = new Set(['uses', 'needs', 'pick', 'max-parallel', 'fail-fast']);

const fromOf = ({ entry }: WrittenMatrix): Span => entryOf(entry.value, 'from')?.value ?? entry.value;

/** Names of a step's matrix, also of one that it goes on with; for completion. */
export function matrixNames(steps: TreeNode | undefined, step: string): readonly string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  for (let name: string | undefined = step; name !== undefined && !seen.has(name);) {
    seen.add(name);
    const entry = entryOf(entryOf(steps, name)?.value, 'matrix');
    const matrix = entry && readMatrix(entry);
    found.push(...(matrix?.axes.keys() ?? []), ...(matrix?.include ?? []).flatMap(one => Object.keys(one)));
    name = matrix?.from;
  }
  return [...new Set(found)];
}
