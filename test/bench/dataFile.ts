import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const header = [
  'application_id',
  'opened_on',
  'updated_at',
  'age',
  'amount',
  'duration',
  'rate',
  'income',
  'score',
  'balance',
  'housing',
  'purpose',
  'job',
  'city',
  'active',
  'telephone',
  'note',
  'dependants',
  'x1',
  'x2',
];
const more = ['part', 'rest', 'details', 'country', 'currency'];
const housing = ['own', 'rent', 'for free'];
const purposes = ['radio/television', 'education', '"furniture, equipment"', 'car (new)', '"domestic ""appliances"""'];

/**
 * Writes the same mixed CSV of 20 columns each time: ids, dates, integers, decimals, few and many texts, quotes, gaps.
 * @param isWide five columns more: two parts of 100, JSON, a country and its currency
 */
export async function writeCsv(file: string, rows: number, isWide = false): Promise<void> {
  let state = 1;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const whole = (below: number) => Math.floor(random() * below);
  const pick = (list: readonly string[]) => list[whole(list.length)]!;
  const stream = createWriteStream(file);
  let text = `${[...header, ...(isWide ? more : [])].join(',')}\n`;
  for (let row = 0; row < rows; row++) {
    const at = new Date(1.4e12 + random() * 3e11).toISOString();
    const cells = [
      `A${String(row).padStart(7, '0')}`,
      at.slice(0, 10),
      `${at.slice(0, 19)}Z`,
      18 + whole(60),
      whole(20_000),
      6 + whole(66),
      (random() * 8).toFixed(2),
      random() < 0.05 ? '' : (random() * 90_000).toFixed(2),
      random().toFixed(6),
      (random() * 1e5 - 5e4).toFixed(2),
      pick(housing),
      pick(purposes),
      random() < 0.1 ? 'NA' : 'skilled',
      `City ${whole(5000)}`,
      random() < 0.5,
      `0${whole(1e9)}`,
      random() < 0.5 ? '' : `remark ${whole(1e6)}`,
      whole(4),
      random(),
      random() * -1e-3,
    ];
    if (isWide) {
      const part = whole(100);
      const country = whole(2);
      cells.push(
        part,
        100 - part,
        `"{""id"": ${row}, ""tags"": [""a""]}"`,
        ['DE', 'CH'][country]!,
        ['EUR', 'CHF'][country]!,
      );
    }
    text += `${cells.join(',')}\n`;
    if (text.length > 1 << 20) {
      if (!stream.write(text)) await once(stream, 'drain');
      text = '';
    }
  }
  stream.end(text);
  await once(stream, 'close');
}
