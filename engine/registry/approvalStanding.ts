import type { GateResult, GateVerdict } from '../protocol/gates';
import type { Approval, ApprovalStanding, Person } from '../protocol/approvals';
import { isSamePerson, personName } from './people';

/** A decision as it is kept. */
export type ApprovalRecord = Omit<Approval, 'standing' | 'why' | 'isSameAccount' | 'reviewer'>;

export interface StandingFacts {
  /** Decisions for the same version and stage, in any order. */
  readonly others: readonly ApprovalRecord[];
  /** Of the version. */
  readonly authors: readonly Person[];
  /** How the gates judge now; absent: they were not asked. */
  readonly results?: readonly GateResult[];
}

/** A decision with whether it counts. */
export function withStanding(record: ApprovalRecord, facts: StandingFacts): Approval {
  return {
    ...record,
    ...standingOf(record, facts),
    reviewer: personName(record.by),
    isSameAccount: facts.authors.some(({ account }) => account === record.by.account),
  };
}

function standingOf(
  record: ApprovalRecord,
  { others, authors, results }: StandingFacts,
): { readonly standing: ApprovalStanding; readonly why?: string } {
  const { withdrawn, by, decision, gates } = record;
  if (withdrawn !== undefined) {
    const reason = withdrawn.reason === '' ? '' : `: ${withdrawn.reason}`;
    return { standing: 'withdrawn', why: `it was withdrawn by ${personName(withdrawn.by)}${reason}` };
  }
  const later = others.find(other => other.id > record.id && isSamePerson(other.by, by));
  if (later !== undefined) return { standing: 'superseded', why: `${personName(by)} has decided again` };
  if (decision === 'rejected') return { standing: 'counts' }; // a no needs no second pair of eyes
  if (authors.some(author => isSamePerson(author, by)))
    return { standing: 'own', why: `${personName(by)} is an author of the version` };
  const worse = results === undefined ? [] : worsened(gates.results, results);
  if (worse.length === 0) return { standing: 'counts' };
  return {
    standing: 'outdated',
    why: `the gates have become worse since: ${worse.map(({ rule }) => rule).join(', ')}`,
  };
}

/** The rules that judge worse than they did when somebody looked, and those that nobody has seen and that do not pass. */
function worsened(then: readonly GateResult[], now: readonly GateResult[]): readonly GateResult[] {
  const rankThen = new Map<string, number>();
  for (const { rule, verdict } of then) rankThen.set(rule, Math.max(rankThen.get(rule) ?? 0, rank(verdict)));
  return withoutApprovals(now).filter(({ rule, verdict }) => rank(verdict) > (rankThen.get(rule) ?? 0));
}

/** An approval is not part of what is approved. */
export const withoutApprovals = (results: readonly GateResult[]): readonly GateResult[] =>
  results.filter(({ check }) => check !== 'approval');

/** What blocks is worst, for whatever reason. */
const rank = (verdict: GateVerdict): number =>
  verdict === 'passed' ? 0 : verdict === 'failed' || verdict === 'unknown' ? 2 : 1;
