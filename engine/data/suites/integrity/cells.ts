import type { DataCheckFinding } from '../../../protocol/dataChecks';
import { chosen, featureColumns, isMissingAt } from '../columns';
import { byColumn, listed, number, percent, type Judge } from '../outcome';
import { plural } from '../../../plural';

/** `single-value` */
export const singleValue: Judge = ({ table, check }) => {
  const findings = chosen(table, check).map((column): DataCheckFinding => {
    let first = -1;
    let single = true;
    for (let row = 0; single && row < table.frame.rows; row++) {
      if (isMissingAt(column, row)) continue;
      if (first < 0) first = row;
      else
        single =
          column.kind === 'text'
            ? column.codes[row] === column.codes[first]
            : column.values[row] === column.values[first];
    }
    return { subject: column.name, passed: first < 0 || !single };
  });
  const failing = findings.filter(({ passed }) => !passed);
  const names = listed(failing.map(({ subject }) => subject));
  return {
    passed: failing.length === 0,
    message:
      failing.length === 0
        ? `none of ${plural(findings.length, 'column')} has one value only`
        : `${plural(failing.length, 'column')} of ${number(findings.length)} ${failing.length === 1 ? 'has' : 'have'} one value only: ${names}`,
    value: failing.length,
    bound: 0,
    findings: failing.slice(0, 50),
  };
};

/** `mixed-nulls` */
export const mixedNulls: Judge = ({ table, check }) => {
  const most = check.at_most ?? 1;
  const findings = chosen(table, check).map(({ name }): DataCheckFinding => {
    const counts = table.nulls.get(name) ?? new Map<string, number>();
    const kinds = [...counts]
      .sort(([, a], [, b]) => b - a)
      .map(([text, count]) => `${text === '' ? 'empty' : JSON.stringify(text)} ${number(count)}`);
    return {
      subject: name,
      value: counts.size,
      passed: counts.size <= most,
      ...(kinds.length > 0 && { detail: kinds.slice(0, 8).join(', ') }),
    };
  });
  const found = byColumn(findings, {
    what: 'the number of ways to write what is missing',
    bound: `at most ${most}`,
    format: number,
  });
  const first = found.findings?.find(({ passed }) => !passed);
  return {
    ...found,
    bound: most,
    message: first?.detail === undefined ? found.message : `${found.message} (${first.subject}: ${first.detail})`,
  };
};

/** `nulls`: of features, as Deepchecks has it. */
export const nulls: Judge = ({ table, check, roles }) => {
  const most = check.at_most ?? 0.05;
  const findings = featureColumns(table, check, roles).map((column): DataCheckFinding => {
    let missing = 0;
    for (let row = 0; row < table.frame.rows; row++) if (isMissingAt(column, row)) missing++;
    const value = missing / table.frame.rows;
    return { subject: column.name, value, passed: value <= most, detail: plural(missing, 'row') };
  });
  return {
    ...byColumn(findings, { what: 'the share that is missing', bound: `at most ${percent(most)}` }),
    bound: most,
  };
};
