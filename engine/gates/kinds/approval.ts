import type { ApprovalRule } from '../../protocol/gateRules';
import type { Approval, Person } from '../../protocol/approvals';
import type { Kind } from './kind';

/** Reviewers who are no authors have looked at the very version, with its gates as they are, and said yes. */
export const approval: Kind<ApprovalRule> = {
  text: ({ count, by }) => `${approvals(count)}${by === undefined ? '' : ` by ${listed(by)}`}`,
  judge: (rule, { model, version, stage, approvals: decisions }) => {
    const { count: bound } = rule;
    if (version === undefined)
      return { held: undefined, bound, sentence: 'Only a registered version can be approved.' };
    if (decisions === undefined)
      return { held: undefined, bound, sentence: `Nothing is known of approvals for ${stage}.` };
    const named = decisions.filter(({ by }) => rule.by === undefined || rule.by.some(name => isNamed(by, name)));
    const [no] = named.filter(({ decision, standing }) => decision === 'rejected' && standing === 'counts');
    const yes = named.filter(one => one.decision === 'approved' && one.standing === 'counts' && isApart(rule, one));
    const common = { value: yes.length, bound };
    if (no)
      return {
        ...common,
        held: false,
        sentence: `${no.reviewer} has rejected it for ${stage}${said(no)}, which stands until it is withdrawn.`,
      };
    const held = yes.length >= bound;
    const who =
      yes.length === 0
        ? 'Nobody whose word counts has'
        : `${listed(yes.map(shown))} ${yes.length === 1 ? 'has' : 'have'}`;
    const sentence = `${who} approved it for ${stage}, ${held ? 'as required' : `${approvals(bound)} ${bound === 1 ? 'is' : 'are'} required`}`;
    const way = held ? '' : ` Somebody who is no author: modelyard approve ${model} ${version} --stage ${stage}.`;
    return { ...common, held, sentence: `${sentence}.${notCounted(rule, named)}${way}` };
  },
};

const approvals = (count: number): string => (count === 1 ? '1 approval' : `${count} approvals`);

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

/** An address in any case, or an account of the system. */
const isNamed = ({ account, email }: Person, name: string): boolean =>
  name === account || name.trim().toLowerCase() === email?.trim().toLowerCase();

const isApart = ({ separate_accounts: isAsked }: ApprovalRule, { isSameAccount }: Approval): boolean =>
  !isAsked || !isSameAccount;

/** Whoever uses an author's account may be the author under another address: that is said wherever it counts. */
const shown = ({ reviewer, isSameAccount, by }: Approval): string =>
  isSameAccount ? `${reviewer} (from the author's account ${by.account})` : reviewer;

const said = ({ comment }: Approval): string => (comment === '' ? '' : ` (“${comment}”)`);

/** Those that were given and do not count, once a reviewer. */
function notCounted(rule: ApprovalRule, named: readonly Approval[]): string {
  const given = named.filter(({ decision, standing }) => decision === 'approved' && standing !== 'superseded');
  return given
    .flatMap(one => {
      if (one.standing === 'counts' && isApart(rule, one)) return [];
      const why = one.why ?? `it came from the author's account ${one.by.account}`;
      return [` The approval by ${one.reviewer} does not count: ${why}.`];
    })
    .join('');
}
