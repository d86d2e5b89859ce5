import type { ConfigDiagnostic } from '../../protocol/config';
import type { Invocation } from '../invocation';

/** What is wrong in modelyard.yaml, or that nothing is. */
export function configText(
  diagnostics: readonly ConfigDiagnostic[],
  file: string,
  { colors: { out } }: Invocation,
): string {
  if (diagnostics.length === 0) return `${out.green('✓')} ${file}\n`;
  const lines = diagnostics.map(({ severity, message, range, suggestion }) => {
    const label = severity === 'error' ? out.red('error:') : out.yellow(`${severity}:`);
    const hint = suggestion === undefined ? '' : `\n  ${out.green('fix:')} Did you mean ${suggestion}?`;
    return `${label} ${message}\n  at ${out.cyan(`${file}:${range.startLine}:${range.startColumn}`)}${hint}\n`;
  });
  return lines.join('');
}
