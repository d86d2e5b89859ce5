import type { Place } from '../../protocol/errors';
import type { CheckReport, Outcome, Verdict, VerdictGroup } from '../../protocol/verdicts';
import type { SarifLevel, SarifPlace, SarifResult, SarifRule } from '../../sarif/sarif';
import { sarifText } from '../../sarif/sarif';
import { told } from './outcomes';

const levels: Readonly<Record<Outcome, SarifLevel>> = {
  passed: 'none',
  waived: 'error',
  warned: 'warning',
  unknown: 'error',
  failed: 'error',
};

/** SARIF 2.1.0: a result for each rule that does not pass, at its line in modelyard.yaml; a waived one is suppressed. */
export function checkSarif({ groups }: CheckReport, version: string): string {
  const all = groups.flatMap(group => group.verdicts.map(verdict => ({ group, verdict })));
  const found = all.filter(({ verdict }) => verdict.outcome !== 'passed');
  return sarifText({
    tool: 'Modelyard',
    version,
    rules: found.map(ruleOf),
    results: found.map(resultOf),
  });
}

interface Found {
  readonly group: VerdictGroup;
  readonly verdict: Verdict;
}

const ruleOf = ({ group, verdict }: Found): SarifRule => ({
  id: verdict.id,
  name: verdict.rule,
  description: `${group.title}: ${verdict.rule}`,
  tags: [group.kind],
});

function resultOf({ group, verdict }: Found): SarifResult {
  const { id, outcome, underlying, waiver, place, evidence = [], value, bound } = verdict;
  return {
    ruleId: id,
    level: levels[underlying ?? outcome],
    message: told(verdict),
    // code scanning shows the first one: the rule; the rows that fail come after it
    places: [...(place ? [place] : []), ...evidence].map(placeOf),
    fingerprint: id,
    ...(outcome === 'waived' && {
      suppressed: { justification: waiver === undefined ? 'waived' : `${waiver.owner}: ${waiver.reason}` },
    }),
    properties: {
      outcome,
      subject: group.subject,
      ...(group.stage !== undefined && { stage: group.stage }),
      ...(group.version !== undefined && { version: group.version }),
      ...(value !== undefined && Number.isFinite(value) && { value }),
      ...(bound !== undefined && Number.isFinite(bound) && { bound }),
    },
  };
}

function placeOf({ file, line, column, endLine, endColumn, key }: Place): SarifPlace {
  const region = {
    ...(line !== undefined && { startLine: line }),
    ...(column !== undefined && { startColumn: column }),
    ...(endLine !== undefined && { endLine }),
    ...(endColumn !== undefined && { endColumn }),
  };
  return { file, ...(line !== undefined && { region }), ...(key !== undefined && { logical: key }) };
}
