import type { Frame } from '../../protocol/frame';
import { cellText, findColumn, modelInput } from '../columns';
import { quoted } from '../evaluation/files';
import type { Preparation } from '../preparation';
import type { Explained } from './explanation';

/** Reasons that are given for a row, as is usual for a declined application. */
const reasons = 4;

/**
 * A table of reason codes: for each explained row the columns that moved its score most towards the outcome that is not
 * favourable (of a regression: most either way), with their values and contributions. Columns: `row` (of the data file,
 * from 0), `margin`, then `reason_1`, `value_1`, `contribution_1` … Undefined for several classes: which one is bad for
 * a person would have to be said for each pair.
 * @param favourable index of the class that is good for a person
 */
export function reasonCodes(
  { contributions, rows }: Explained,
  { preparation, frame, favourable }: { preparation: Preparation; frame: Frame; favourable: number | undefined },
): string | undefined {
  const { outputs, features, values, expected } = contributions;
  if (outputs !== 1) return undefined;
  // the margin is of the second class
  const isUp = favourable !== 1;
  const weight = (value: number): number =>
    preparation.task === 'regression' ? Math.abs(value) : isUp ? value : -value;
  const header = ['row', 'margin'];
  const given = Math.min(reasons, features);
  for (let at = 1; at <= given; at++) header.push(`reason_${at}`, `value_${at}`, `contribution_${at}`);
  const lines = rows.map((row, at) => {
    const own = values.subarray(at * features, (at + 1) * features);
    const order = Array.from(own.keys()).filter(feature => weight(own[feature]!) > 0);
    order.sort((a, b) => weight(own[b]!) - weight(own[a]!));
    const margin = own.reduce((sum, value) => sum + value, expected[0]!);
    const cells = [String(row), String(margin)];
    for (let place = 0; place < given; place++) {
      const feature = order[place];
      if (feature === undefined) cells.push('', '', '');
      else {
        const { name } = preparation.columns[feature]!;
        const value = cellText(findColumn(frame, name, modelInput), row) ?? '';
        cells.push(quoted(name), quoted(value), String(own[feature]!));
      }
    }
    return cells.join(',');
  });
  return `${[header.join(','), ...lines].join('\n')}\n`;
}
