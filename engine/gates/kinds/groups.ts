import type { GroupEvaluation, GroupsEvaluation } from '../../protocol/evaluationParts';
import type { GroupRule } from '../../protocol/gateRules';
import type { Judged } from '../evaluationFile';
import { sameSlice } from '../evaluationFile';
import { impossible, untold } from './bound';
import type { Judgement } from './kind';
import { counted } from '../../plural';

export const groupText = ({ group }: Pick<GroupRule, 'group'>): string => group.join(' × ');

/** The groups of a rule, at least two of which are large enough; or why there are none. */
export function groupsOf(evaluation: Judged, rule: GroupRule): GroupsEvaluation | Judgement {
  const found = evaluation.groups?.find(
    ({ by, minRows }) =>
      minRows === rule.min_rows &&
      by.length === rule.group.length &&
      by.every((one, i) => sameSlice(one, rule.group[i] ?? '')),
  );
  if (!found) return untold(`the groups by ${groupText(rule)} (of ${counted(rule.min_rows, 'row')} or more)`);
  if (largeOf(found).length < 2)
    return impossible(
      `${groupText(rule)} makes ${largeOf(found).length === 1 ? 'only one group' : 'no group'} of ${counted(rule.min_rows, 'row')} or more, so nothing can be compared.${smallText(found)}`,
    );
  return found;
}

export const isGroups = (found: GroupsEvaluation | Judgement): found is GroupsEvaluation => 'groups' in found;

export const largeOf = ({ groups }: GroupsEvaluation): readonly GroupEvaluation[] =>
  groups.filter(({ isSmall }) => !isSmall);

/** ` Not measured, having fewer than 30 rows: sex = 'x' (12).` */
export function smallText({ groups, minRows, otherRows }: GroupsEvaluation): string {
  const small = groups.filter(({ isSmall }) => isSmall).map(({ group, rows }) => `${group} (${rows})`);
  if (otherRows > 0) small.push(`${otherRows} rows of other values`);
  return small.length === 0 ? '' : ` Not measured, having fewer than ${counted(minRows, 'row')}: ${small.join(', ')}.`;
}
