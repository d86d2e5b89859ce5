import type { Outcome } from '../../../protocol/verdicts';
import type { ConfigDiagnostic } from '../../../protocol/config';
import type { FoundGroup, FoundVerdict, VerdictSource } from '../../../verdicts/source';

/** What is wrong with modelyard.yaml itself; a right one is one passed verdict. */
export const configSource = (file: string): VerdictSource => ({
  kind: 'config',
  judge: ({ diagnostics, selection }) => {
    const group = { id: 'config', kind: 'config', title: file, subject: 'config', duration: 0 } as const;
    if (!selection.mayHave(group)) return Promise.resolve([]);
    const found = diagnostics.flatMap(diagnostic => verdictOf(diagnostic, file) ?? []);
    const valid: FoundVerdict = {
      id: 'config/valid',
      outcome: 'passed',
      rule: `${file} is valid`,
      severity: 'error',
      sentence: `${file} is valid.`,
      place: { file },
    };
    return Promise.resolve([{ ...group, verdicts: found.length === 0 ? [valid] : found } satisfies FoundGroup]);
  },
});

/** What is only worth knowing is no verdict. */
function verdictOf(diagnostic: ConfigDiagnostic, file: string): FoundVerdict | undefined {
  const { severity, code, message, range, key } = diagnostic;
  if (severity === 'information' || isOfCi(diagnostic)) return undefined;
  const outcome: Outcome = severity === 'error' ? 'failed' : 'warned';
  return {
    id: `config/${code}${key === '' ? '' : `/${key}`}`,
    outcome,
    rule: code,
    severity: severity === 'error' ? 'error' : 'warn',
    sentence: message,
    place: {
      file,
      line: range.startLine,
      column: range.startColumn,
      endLine: range.endLine,
      endColumn: range.endColumn,
      ...(key !== '' && { key }),
    },
  };
}

/** How workflows have drifted is a verdict of its own kind. */
const isOfCi = ({ code, key }: ConfigDiagnostic): boolean => code.startsWith('ci-') && key.startsWith('ci.');
