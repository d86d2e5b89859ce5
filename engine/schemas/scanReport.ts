import * as v from 'valibot';
import type { ScanKind, ScanReport } from '../protocol/security';

/** Every kind, so that one that is forgotten does not compile. */
const kinds: Readonly<Record<ScanKind, true>> = {
  ...{ 'denied-global': true, 'unknown-global': true, 'unresolved-global': true, 'computed-call': true },
  ...{ 'unsafe-call': true, 'patched-class': true, 'extension-code': true, 'persistent-id': true, malformed: true },
  ...{ 'trailing-data': true, 'hidden-data': true, unreadable: true, 'unknown-format': true, program: true },
  ...{ 'archive-bomb': true, 'archive-path': true, limit: true, 'external-data': true, 'custom-operator': true },
  ...{ 'keras-code': true, 'tensorflow-operator': true, 'object-text': true, 'template-code': true, link: true },
};

const isKind = (text: unknown): text is ScanKind => typeof text === 'string' && Object.hasOwn(kinds, text);

const verdict = v.picklist(['pass', 'review', 'block']);

/** A ScanReport as it comes from the process that scans, and as it is kept in the database. */
export const scanReportSchema: v.GenericSchema<unknown, ScanReport> = v.object({
  verdict,
  files: v.array(v.object({ file: v.string(), bytes: v.number(), format: v.string(), verdict, allowed: v.number() })),
  findings: v.array(
    v.object({
      file: v.string(),
      inner: v.exactOptional(v.string()),
      offset: v.exactOptional(v.number()),
      kind: v.custom<ScanKind>(isKind),
      verdict: v.picklist(['review', 'block']),
      severity: v.picklist(['low', 'medium', 'high', 'critical']),
      global: v.exactOptional(v.string()),
      sentence: v.string(),
    }),
  ),
  omitted: v.number(),
  rules: v.number(),
});
