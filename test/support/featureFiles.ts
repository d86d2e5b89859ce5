/** Credit amounts of the first forty applications of the German Credit data, and the durations of those loans. */
const amounts = [
  ...[1169, 5951, 2096, 7882, 4870, 9055, 2835, 6948, 3059, 5234, 1295, 4308, 1567, 1199, 1403, 1282, 2424, 8072, 12579, 3430],
  ...[2134, 2647, 2241, 1804, 2069, 1374, 426, 409, 2415, 6836, 1913, 4020, 5866, 1264, 1474, 4746, 6110, 2100, 1225, 458],
]; // prettier-ignore
const durations = [
  ...[6, 48, 12, 42, 24, 36, 24, 36, 12, 30, 12, 48, 12, 24, 15, 24, 24, 30, 24, 24],
  ...[9, 6, 10, 12, 10, 6, 6, 12, 7, 60, 18, 24, 18, 12, 12, 45, 48, 18, 10, 9],
];

const config = `name: features-of-loans
datasets:
  loans: {path: data/loans.csv, description: Loans as the bureau reported them}
  applications: {path: data/applications.csv}
entities:
  applicant: {key: applicant_id, type: integer, description: Who applies for a loan}
features:
  loans:
    entity: applicant
    source: loans
    event_time: opened_at
    created_time: known_at
    ttl: 60d
    description: The newest loan of an applicant
    owner: ana
    columns:
      amount: {type: number, description: 'Of the loan, in DM', privacy: personal}
      duration: {}
    compute:
      monthly: amount / duration
    windows:
      loans_30d: {count: '*', over: 30d}
      amount_mean_30d: {mean: amount, over: 30d}
    monitor: {null_rate: 0.01}
  affordability:
    request: {requested: number}
    uses: ["loans:amount"]
    compute: {share: requested / amount}
feature_services:
  credit-risk: {features: [loans], description: What the model of credit risk uses}
`;

/**
 * A small workspace with features. Of the applications, all of 10 March 2026: 1 is matched, and a correction that became known
 * on the 14th says otherwise; 2 has no loan yet; the loan of 3 has expired; that of 4 was not known yet; that of 5 has no
 * amount; all others are matched.
 */
export function featureFiles(): Readonly<Record<string, string>> {
  const opened = ['2026-03-07', '2026-03-20', '2025-12-01', '2026-03-05', '2026-03-06'];
  const known = ['2026-03-08', '2026-03-21', '2025-12-02', '2026-03-12', '2026-03-07'];
  const loans = amounts.map((amount, at) => {
    const value = at === 4 ? '' : String(amount);
    return [at + 1, opened[at] ?? `2026-03-0${1 + (at % 9)}`, known[at] ?? '2026-03-09', value, durations[at]].join(
      ',',
    );
  });
  const applications = amounts.map((amount, at) => [at + 1, '2026-03-10', amount + 500].join(','));
  const correction = ['1', '2026-03-07', '2026-03-14', '1500', '6'].join(',');
  return {
    'modelyard.yaml': config,
    'data/loans.csv': ['applicant_id,opened_at,known_at,amount,duration', ...loans, correction, ''].join('\n'),
    'data/applications.csv': ['applicant_id,applied_at,requested', ...applications, ''].join('\n'),
  };
}
