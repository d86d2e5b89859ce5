import { expect, test } from 'vitest';
import type { Report } from '../../../engine/charts/report/report';
import { reportHtml } from '../../../engine/charts/report/report';
import { english } from '../../../engine/charts/say';

const nasty = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
const run = (slot: number): Report['runs'][number] => ({
  label: `r-${slot + 1}`,
  name: nasty,
  status: 'finished',
  startedAt: 1_700_000_000_000,
  slot,
  isBaseline: slot === 0,
  metrics: { [nasty]: 0.123456789, auc: slot === 0 ? NaN : 0.75 },
  params: { depth: String(slot), same: nasty },
  facts: { user: nasty },
});
const report: Report = {
  title: nasty,
  madeAt: 1_700_000_000_000,
  runs: [run(0), run(1)],
  charts: [
    {
      title: nasty,
      summary: nasty,
      x: { label: nasty },
      y: { label: '' },
      series: [{ label: nasty, slot: 0, points: [{ x: 0, y: 1 }, { x: 1, y: 2 }] }], // prettier-ignore
    },
  ],
  diffs: [{ title: nasty, before: `a\n${nasty}\n`, after: 'a\nb\n' }],
};

test('a report is one file that asks for nothing and runs nothing, whatever names hold', () => {
  const html = reportHtml(report, english);
  expect(html).not.toMatch(/<script|<img|<link|<iframe/i);
  // attributes are only our own: no address, no handler
  const tags = html.match(/<[a-z][^>]*>/gi)!;
  for (const tag of tags) expect(tag.replace(/"[^"]*"/g, '""')).not.toMatch(/\s(?:src|href|on\w+)\s*=/i);
  expect(html).toContain('default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

test('it has the runs, their values with the differing ones set off, the charts and the differences', () => {
  const html = reportHtml(report, english);
  expect(html).toContain('r-1 (baseline)');
  expect(html).toMatch(/<tr class="differs"><th scope="row">depth<\/th><td>0<\/td><td>1<\/td>/);
  expect(html).toMatch(/<tr class=""><th scope="row">same<\/th>/);
  expect(html).toContain('<td>0.123457</td>');
  expect(html).toContain('<td>NaN</td>');
  expect(html.match(/<svg /g)).toHaveLength(1);
  expect(html).toContain('<span class="in">+ b</span>');
  expect(html).toContain('2023-11-14 22:13 UTC');
});
