import type { Person } from '../protocol/approvals';

const addressOf = ({ email }: Person): string | undefined => {
  const address = email?.trim().toLowerCase();
  return address === '' ? undefined : address;
};

/**
 * Whether two people are one. Git's addresses tell them apart, since a container or a shared machine has one account for
 * all; where one of them has none only the account is left to go by.
 */
export function isSamePerson(a: Person, b: Person): boolean {
  const [left, right] = [addressOf(a), addressOf(b)];
  return left === undefined || right === undefined ? a.account === b.account : left === right;
}

/** `ana@example.org`, or the account of somebody without an address. */
export const personName = (person: Person): string => addressOf(person) ?? person.account;
