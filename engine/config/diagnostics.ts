import type { ConfigDiagnostic } from '../protocol/config';
import type { Problem } from './yaml/problem';
import type { YamlTree } from './yaml/readYaml';

const most = 200;

/** Lines and columns for offsets; by place, each thing said once. */
export function asDiagnostics(problems: readonly Problem[], { text, lines }: YamlTree): readonly ConfigDiagnostic[] {
  const said = new Set<string>();
  const found: Problem[] = [];
  for (const problem of problems) {
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
function visible({ start, end }: Problem, text: string): { readonly start: number; readonly end: number } {
  if (end > start) return { start, end };
  const isBreak = (at: number): boolean => at >= text.length || text[at] === '\n' || text[at] === '\r';
  if (!isBreak(start)) return { start, end: start + 1 };
  return start > 0 && !isBreak(start - 1) ? { start: start - 1, end: start } : { start, end: start };
}
