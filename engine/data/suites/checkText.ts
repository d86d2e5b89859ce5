import type { DataRoles, PlannedCheck } from '../../protocol/dataChecks';

/** `duplicates ≤ 0.05 (columns city, zip)`: all that is said of a check but how severe it is and until when it is waived. */
export function checkText(check: PlannedCheck): string {
  const { check: name, at_most: most, at_least: least, below, not_between: gap } = check;
  const bounds = [
    ...(most === undefined ? [] : [`≤ ${most}`]),
    // of `sizes` it is no bound of what is measured
    ...(least === undefined || name === 'sizes' ? [] : [`≥ ${least}`]),
    ...(below === undefined ? [] : [`< ${below}`]),
    ...(gap === undefined ? [] : [`not between ${gap[0]} and ${gap[1]}`]),
  ];
  const { ratio, change, correlation, score, numeric, categories, columns, ignore, label, index, date } = check;
  const rows = name === 'sizes' ? least : undefined;
  const further = Object.entries({ ratio, rows, change, correlation, score, numeric, categories, label, index, date })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${value}`);
  const lists = Object.entries({ columns, ignore }).flatMap(([key, names]) =>
    names === undefined ? [] : [`${key} ${names.join(', ')}`],
  );
  const rest = [...further, ...lists];
  return [name, ...bounds, ...(rest.length > 0 ? [`(${rest.join('; ')})`] : [])].join(' ');
}

/** Whether pipelines say the same of a dataset. */
export const sameRoles = (a: DataRoles = {}, b: DataRoles = {}): boolean => rolesText(a) === rolesText(b);

const rolesText = ({ label, task, date, drop, categorical, unsure }: DataRoles): string =>
  JSON.stringify([label, task, date, drop ?? [], categorical ?? [], unsure]);
