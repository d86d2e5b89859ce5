import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { FeaturesChild } from '../../../../../engine/process/wiring/features/featuresChild';
import { bundles } from '../../../../support/bundles';
import { batchView, dataset, never, newFolder, planOf } from '../../features/world';

vi.setConfig({ testTimeout: 180_000 });

const many = 1_000_000;
/** MiB of the process that computes, with Node itself; 310 and 370 were seen. */
const most = 640;
/** Each number below a million once, in no order. */
const shuffled = (row: number): number => (row * 700_001 + 13) % many;
/** Texts take more than numbers do. */
const keyOf = (id: number): string => `Müller-${id}`;
const amountOf = (id: number): number => id / 4;

/** A million rows, each of an entity of its own, and as many that ask, in another order. */
function world() {
  const folder = newFolder();
  const rows: string[] = ['id,at,amount\n'];
  const asked: string[] = ['id,time\n'];
  for (let row = 0; row < many; row++) {
    const id = shuffled(row);
    rows.push(`${keyOf(id)},2024-01-01,${amountOf(id)}\n`);
    asked.push(`${keyOf(row)},2024-02-01\n`);
  }
  const source = dataset(folder, 'loans.csv', rows.join(''));
  const view = batchView([source], { entities: [{ entity: 'applicant', key: 'id', type: 'string' }] });
  const to = path.join(folder, 'set.csv');
  return {
    view,
    plan: { ...planOf(dataset(folder, 'asked.csv', asked.join('')), [view]), path: to, format: 'csv' },
  } as const;
}

/** Looks at what the processes take whose environment has a mark, in MiB. */
function watched() {
  const mark = randomUUID();
  process.env['MODELYARD_TEST_MANY'] = mark;
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, memoryOf(mark))), 50);
  return {
    peak: (): number => {
      clearInterval(timer);
      delete process.env['MODELYARD_TEST_MANY'];
      return peak;
    },
  };
}

function memoryOf(mark: string): number {
  let found = 0;
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name)))
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark)) continue;
      found = Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    } catch {
      // it has ended, or is somebody else's
    }
  return found;
}

const isLinux = process.platform === 'linux';

test('a million entities are joined and materialised in bounded memory, each of them once', async () => {
  const child = new FeaturesChild({ featuresFile: path.join(await bundles(), 'features.js') });
  const { view, plan } = world();
  const joining = watched();
  const set = await child.join(plan, never);
  const joined = joining.peak();
  expect(set).toMatchObject({ rows: many, columns: [{ statuses: { present: many } }] });
  const text = readFileSync(plan.path, 'utf8');
  let [line, from] = [0, text.indexOf('\n') + 1];
  let wrong = 0;
  for (let end = text.indexOf('\n', from); end >= 0; end = text.indexOf('\n', from), line++) {
    if (text.slice(from, end) !== `${keyOf(line)},2024-02-01,${amountOf(line)}`) wrong++;
    from = end + 1;
  }
  expect([line, wrong]).toEqual([many, 0]);

  const materialising = watched();
  const seen = new Uint8Array(many);
  let rows = 0;
  for await (const part of child.materialise({ view, to: Date.UTC(2025, 0) * 1000, oldestEvent: 0 }, never))
    if (part.kind === 'end') rows = part.rows;
    else
      for (const { key, packed } of part.rows) {
        const id = Number(key.slice(key.lastIndexOf('-') + 1));
        if (key === keyOf(id) && packed === `[${amountOf(id)}]`) seen[id]!++;
      }
  const materialised = materialising.peak();
  expect(rows).toBe(many);
  expect(seen.every(times => times === 1)).toBe(true);
  if (!isLinux) return;
  for (const peak of [joined, materialised]) {
    expect(peak).toBeGreaterThan(50); // it was looked at
    expect(peak).toBeLessThan(most);
  }
});
