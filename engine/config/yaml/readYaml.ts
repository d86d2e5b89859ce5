import { Composer, type Document, type ParsedNode, type YAMLError } from 'yaml';
import { TreeComposer } from './composeTree';
import { LineIndex } from './lineIndex';
import type { Problem } from './problem';
import { readTokens } from './tokens';
import type { TreeNode } from './tree';
import { yamlMessage } from './yamlMessages';

export interface YamlTree {
  readonly text: string;
  readonly lines: LineIndex;
  /** Absent: nothing but blanks and comments, or refused. */
  readonly root?: TreeNode;
  readonly problems: readonly Problem[];
}

/** YAML 1.2 (core schema, no merge keys, no tags) with places. Reads on after errors as far as it can; never throws. */
export function readYaml(raw: string): YamlTree {
  const text = raw.startsWith('\uFEFF') ? raw.slice(1) : raw;
  const { tokens, refused } = readTokens(text);
  // Not even the lines of a text that is far too long are worth counting.
  const lines = new LineIndex(refused?.start === 0 ? text.slice(0, 1) : text);
  if (refused) return { text, lines, problems: [refused] };
  const composer = new Composer<ParsedNode, false>({
    uniqueKeys: false,
    merge: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'silent',
    strict: true,
  });
  const [document, second] = [...composer.compose(tokens, true, text.length)];
  const problems = document ? [...document.errors, ...document.warnings].map(error => asProblem(error, text)) : [];
  if (second) problems.push(severalDocuments(second, text));
  if (!document || isBlank(document)) return { text, lines, problems };
  const tree = new TreeComposer();
  const root = tree.compose(document.contents, 0);
  problems.push(...tree.problems.map(problem => withPlace(problem, lines)));
  return { text, lines, root, problems };
}

const isBlank = (document: Document.Parsed<ParsedNode, false>): boolean => {
  const contents: unknown = document.contents;
  if (contents === null || contents === undefined) return true;
  return document.contents.range[0] === document.contents.range[1];
};

function asProblem(error: YAMLError, text: string): Problem {
  const [from, to] = error.pos;
  const start = Math.min(from, text.length);
  let end = Math.min(Math.max(to, start), text.length);
  const lineEnd = text.slice(start, end).search(/[\r\n]/);
  if (lineEnd > 0) end = start + lineEnd;
  const code = error.code === 'MULTIPLE_DOCS' ? 'several-documents' : 'yaml';
  return { start, end, code, message: yamlMessage(error), key: '' };
}

function severalDocuments(second: Document.Parsed<ParsedNode, false>, text: string): Problem {
  const start = Math.min(second.range[0], text.length);
  const message = 'There may be only one document in this file. Remove this `---` and what belongs to it.';
  return { start, end: Math.min(start + 3, text.length), code: 'several-documents', message, key: '' };
}

/** A duplicate carries the offset of its twin until lines are known. */
function withPlace(problem: Problem, lines: LineIndex): Problem {
  if (problem.code !== 'duplicate-key') return problem;
  const { line } = lines.position(Number(problem.key));
  const message =
    problem.severity === 'information'
      ? `\`${problem.message}\` is given again on line ${line}.`
      : `\`${problem.message}\` is given twice: it stands on line ${line} already. Keep one of the two.`;
  return { ...problem, message, key: problem.message };
}
