import * as v from 'valibot';
import type { ConfigDiagnostic, ConfigOutline, TextRange } from '../protocol/config';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import { ciProblems } from './check/ci';
import { featureProblems } from './check/features';
import { infrastructureProblems } from './check/infrastructure';
import { conditionProblems, type ReadCondition } from './check/conditions';
import { graphProblems } from './check/pipelineGraph';
import { registerProblems } from './check/registered';
import { referenceProblems } from './check/references';
import { stageProblems } from './check/stages';
import { triggerProblems } from './check/triggers';
import { checkShape } from './check/shape';
import { valueProblems } from './check/values';
import { completed } from './complete';
import { asDiagnostics } from './diagnostics';
import { workspace } from './grammar/workspace';
import { checkInstances, type CheckedConfig } from './matrix/checkInstances';
import { expandSteps } from './matrix/expandSteps';
import type { Names } from './named';
import { fillParameters, type Filled, type Overrides } from './params/fillParameters';
import { readNames } from './names';
import { outlineOf } from './outline';
import { sites, type Site } from './walk';
import type { Problem } from './yaml/problem';
import { readYaml, type YamlTree } from './yaml/readYaml';
import { locate, pathOf, toPlain, type TreeNode } from './yaml/tree';

export interface ParsedConfig {
  /** Only when there is no error. */
  readonly config?: WorkspaceConfig;
  /** By place in the file, at most 200. */
  readonly diagnostics: readonly ConfigDiagnostic[];
  /** Best effort, also of a broken text. */
  readonly outline: ConfigOutline;
  /** The place of the key at a dotted path, of the nearest one above that exists when it does not. */
  locate(key: string): TextRange | undefined;
}

/** What else the engine knows about a config, and the parser by itself does not. */
export interface ParseOptions {
  /** Reads a condition such as `age <= 25`. */
  readonly readCondition?: ReadCondition;
  /** Values of parameters instead of those in the text. */
  readonly overrides?: Overrides;
}

/** A text as the grammar sees it, before anything is checked. */
export interface Structure {
  /** A step with a matrix stands in it for its first combination. */
  readonly tree: YamlTree;
  /** As it is written, before anything is filled in. */
  readonly raw?: TreeNode;
  /** By pipeline: of steps with a matrix all combinations. */
  readonly matrices: Filled['matrices'];
  readonly names: Names;
  readonly sites: readonly Site[];
}

/** Everything that is known about a text; for the room's own use. */
export interface Reading extends ParsedConfig, Structure {
  /** Of which the diagnostics are made. */
  readonly problems: readonly Problem[];
  /** Of the overrides those that name nothing. */
  readonly unknownParams: readonly string[];
}

export function readStructure(
  text: string,
  overrides?: Overrides,
): Structure & Pick<Filled, 'problems' | 'unknown' | 'broken'> {
  const read = readYaml(text);
  const filled = read.root && fillParameters(read.root, overrides);
  const tree = filled ? { ...read, root: filled.root } : read;
  const { problems = [], unknown = [], broken = [], matrices = new Map() } = filled ?? {};
  const all = tree.root ? [...sites(tree.root, workspace)] : [];
  return {
    ...(read.root && { raw: read.root }),
    tree,
    names: readNames(tree.root),
    sites: all,
    matrices,
    problems,
    unknown,
    broken,
  };
}

/** Parses modelyard.yaml. Takes any text and never throws. */
export function parseConfig(text: string, file: string, options: ParseOptions = {}): Reading {
  const { problems: params, unknown, broken, ...structure } = readStructure(text, options.overrides);
  const { tree, names, sites: all, matrices } = structure;
  const found: Problem[] = [...tree.problems];
  const output = tree.root ? check({ tree, names, all, matrices, problems: found, options }) : undefined;
  if (!tree.root && found.length === 0) found.push(emptyFile(file));
  const problems = [...params, ...withoutFollowing(found, params, broken)];
  let diagnostics = asDiagnostics(problems, tree);
  let config: WorkspaceConfig | undefined;
  if (output && !diagnostics.some(one => one.severity === 'error')) {
    const expanded = expandSteps(output, { names, matrices });
    if ('problems' in expanded) {
      problems.push(...expanded.problems);
      diagnostics = asDiagnostics(problems, tree);
    } else config = completed(expanded.config, names);
  }
  return {
    ...(config && { config }),
    diagnostics,
    outline: outlineOf(names, tree),
    locate: key => locateKey(tree, key),
    ...structure,
    problems,
    unknownParams: unknown,
  };
}

/** What has no value, and a step whose matrix is wrong, would be found wrong a second time by what stands there. */
function withoutFollowing(
  found: readonly Problem[],
  params: readonly Problem[],
  broken: readonly string[],
): readonly Problem[] {
  const said = new Set(params.map(({ start, end }) => `${start}:${end}`));
  const follows = ({ key, start, end }: Problem): boolean =>
    said.has(`${start}:${end}`) ||
    broken.some(step => (key === step || key.startsWith(`${step}.`)) && !`${key}.`.startsWith(`${step}.matrix.`));
  return found.filter(one => !follows(one));
}

interface CheckContext {
  readonly tree: YamlTree;
  readonly names: Names;
  readonly all: readonly Site[];
  readonly matrices: Filled['matrices'];
  readonly problems: Problem[];
  readonly options: ParseOptions;
}

function check({ tree, names, all, matrices, problems, options }: CheckContext): CheckedConfig | undefined {
  if (!tree.root) return undefined;
  const shape = checkShape(all);
  const result = v.safeParse(workspace, toPlain(tree.root));
  problems.push(
    ...shape.problems,
    ...valueProblems(result.issues ?? [], all, shape),
    ...referenceProblems(all, names),
    ...graphProblems(names),
    ...registerProblems(names),
    ...conditionProblems(all, options.readCondition),
    ...stageProblems(names),
    ...triggerProblems(names),
    ...featureProblems(names),
    ...ciProblems(tree.root, names),
    ...infrastructureProblems(tree.root, names),
  );
  const steps = checkInstances({ names, matrices, problems, options });
  if (result.success) return { config: result.output, steps };
  // Whatever the parser objects to must be said, even if no check above has words for it.
  if (!problems.some(problem => problem.severity === undefined)) problems.push(unsaid(result.issues[0]));
  return undefined;
}

function emptyFile(file: string): Problem {
  const message = `${file} is empty. Begin with \`name:\`, then say under \`datasets:\` where the data is and under \`pipelines:\` what is made of it.`;
  return { start: 0, end: 0, code: 'empty', message, key: '' };
}

function locateKey({ root, lines, text }: YamlTree, key: string): TextRange | undefined {
  if (!root) return undefined;
  const { node, entry, depth } = locate(root, pathOf(root, key));
  if (depth === 0) return undefined;
  if (entry) return lines.range(entry.keySpan);
  // the node of a block ends where the next begins
  return lines.range({ start: node.start, end: node.start + text.slice(node.start, node.end).trimEnd().length });
}

const unsaid = (issue: v.BaseIssue<unknown>): Problem => {
  const key = v.getDotPath(issue) ?? '';
  return {
    start: 0,
    end: 0,
    code: 'wrong-type',
    message: `${key === '' ? 'The file' : `\`${key}\``}: ${issue.message}.`,
    key,
  };
};
