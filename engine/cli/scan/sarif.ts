import { createHash } from 'node:crypto';
import { version } from '../../../package.json';
import type { ScanFinding, ScanKind, ScanReport, ScanSeverity } from '../../protocol/security';
import { sarifText } from '../../sarif/sarif';
import type { SarifRule } from '../../sarif/sarif';

/** By severity, on the scale of CVSS by which code scanning sorts. */
const scores: Readonly<Record<ScanSeverity, number>> = { critical: 9.5, high: 8, medium: 5.5, low: 2 };

/** What each kind of finding means. */
const descriptions: Readonly<Record<ScanKind, readonly [severity: ScanSeverity, text: string]>> = {
  'denied-global': ['critical', 'A pickle asks for what runs code, reaches files or the network.'],
  'unknown-global': ['medium', 'A pickle asks for what is not on the list of what models may ask for.'],
  'unresolved-global': ['critical', 'A pickle computes the name of what it asks for.'],
  'computed-call': ['high', 'A pickle calls what comes out only when it is loaded.'],
  'unsafe-call': ['high', 'A pickle calls something harmless in a way that models never do.'],
  'patched-class': ['critical', 'A pickle changes classes, functions or methods.'],
  'extension-code': ['critical', "A pickle asks for numbers of copyreg's extension registry."],
  'persistent-id': ['high', 'A pickle asks its loader for objects by id.'],
  malformed: ['high', 'The file cannot be followed to its end, or is read in two ways.'],
  'trailing-data': ['medium', 'Bytes follow after the end of the content.'],
  'hidden-data': ['high', 'An archive has content that its directory does not tell of.'],
  unreadable: ['medium', 'The scan cannot read the content.'],
  'unknown-format': ['low', 'The file is in no format that the scan knows.'],
  program: ['medium', 'The file is a program.'],
  'archive-bomb': ['high', 'An archive is made to use up memory or disk.'],
  'archive-path': ['high', 'An archive writes outside of its folder.'],
  limit: ['high', 'The file was not scanned to its end.'],
  'external-data': ['high', 'An ONNX model takes its numbers from another place.'],
  'custom-operator': ['medium', 'An ONNX model needs operators that a library of somebody has.'],
  'keras-code': ['critical', 'A Keras model runs code when it is loaded.'],
  'tensorflow-operator': ['high', 'A TensorFlow graph reads or writes files, or calls Python.'],
  'object-text': ['critical', 'A text makes objects of Python when it is loaded.'],
  'template-code': ['high', 'A template reaches code.'],
  link: ['low', 'A link, whose target was not scanned.'],
};

const rules = Object.entries(descriptions).map(([id, [severity, description]]): SarifRule => ({
  ...{ id, name: id, description },
  securitySeverity: scores[severity],
  tags: ['security'],
}));

/** A scan as SARIF. Places are bytes of files; what lies in an archive is named by its path there. */
export const scanSarif = ({ findings, omitted }: ScanReport): string =>
  sarifText({
    ...{ tool: 'Modelyard', version, rules },
    results: findings.map(finding => ({
      ruleId: finding.kind,
      level: finding.verdict === 'block' ? 'error' : 'warning',
      message: finding.sentence,
      places: [
        {
          file: finding.file,
          ...(finding.inner === undefined &&
            finding.offset !== undefined && { region: { byteOffset: finding.offset } }),
          ...(finding.inner !== undefined && { logical: finding.inner }),
        },
      ],
      fingerprint: fingerprint(finding),
      properties: {
        severity: finding.severity,
        ...(finding.global !== undefined && { global: finding.global }),
      },
    })),
    ...(omitted > 0 && { failures: [`${omitted} more findings are left out.`] }),
  });

const fingerprint = ({ file, inner = '', kind, global = '', sentence }: ScanFinding): string =>
  createHash('sha256')
    .update([file, inner, kind, global === '' ? sentence : global].join('\0'))
    .digest('hex')
    .slice(0, 32);
