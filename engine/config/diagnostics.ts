import type { ConfigDiagnostic } from '../protocol/config';
import type { Problem } from './yaml/problem';
import type { YamlTree } from './yaml/readYaml';

const most = 200;

/**
 * What a syntax error may have caused further on. Errors before it, and of other kinds, are real.
 */
const consequences =
  /^(missing-key|missing-input|empty-value|no-action|unknown-(dataset|pipeline|step|model|stage|column)|out-of-range|one-bound)$/;

function withoutConsequences(problems: readonly Problem[]): readonly Problem[] {
  const syntax = problems.filter(problem => problem.code === 'yaml');
  if (syntax.length === 0) return problems;
  const first = Math.min(...syntax.map(problem => problem.start));
  return problems.filter(one => one.code === 'yaml' || (one.end <= first && !consequences.test(one.code)));
}

/** Lines and columns for offsets; by place, each thing said once. */
export function asDiagnostics(problems: readonly Problem[], { text, lines }: YamlTree): readonly ConfigDiagnostic[] {
  const said = new Set<string>();
  const found: Problem[] = [];
  for (const problem of withoutConsequences(problems)) {
    const place = `${problem.start}:${problem.end}:${problem.message}`;
    if (!said.has(place)) found.push(problem);
    said.add(place);
  }
  found.sort((a, b) => a.start - b.start || a.end - b.end);
  const kept = found.slice(0, most).map((problem): ConfigDiagnostic => ({
    severity: problem.severity ?? 'error',
    code: problem.code,
    message: problem.message,
    range: lines.range(visible(problem, text)),
    key: problem.key,
    ...(problem.suggestion !== undefined && { suggestion: problem.suggestion }),
  }));
  const last = kept.at(-1);
  if (found.length > most && last) {
    kept.push({ ...last, code: 'more', message: `There are ${found.length - most} more problems below.` });
  }
  return kept;
}

/** An empty range cannot be underlined: mark the character beside it. */
function visible({ start, end: last }: Problem, text: string): { readonly start: number; readonly end: number } {
  // The node of a block ends where the next begins.
  const end = start + text.slice(start, last).trimEnd().length;
  if (end > start) return { start, end };
  const isBreak = (at: number): boolean => at >= text.length || text[at] === '\n' || text[at] === '\r';
  if (!isBreak(start)) return { start, end: start + 1 };
  return start > 0 && !isBreak(start - 1) ? { start: start - 1, end: start } : { start, end: start };
}
