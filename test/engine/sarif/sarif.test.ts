import { expect, it } from 'vitest';
import { sarifLog, sarifText } from '../../../engine/sarif/sarif';

const run = {
  tool: 'Modelyard',
  version: '1.2.3',
  rules: [
    { id: 'pickle/denied', name: 'Denied', description: 'Runs code', securitySeverity: 9.5, tags: ['security'] },
    { id: 'never', name: 'Never', description: 'Never found' },
  ],
  results: [
    {
      ruleId: 'pickle/denied',
      level: 'error' as const,
      message: 'It calls os:system.',
      places: [{ file: 'models/a model.pkl', region: { byteOffset: 12, byteLength: 3 }, logical: 'archive/data.pkl' }],
      fingerprint: 'abc',
      suppressed: { justification: 'known, ana' },
      properties: { global: 'os:system' },
    },
    { ruleId: 'other', level: 'note' as const, message: 'Seen.', places: [{ file: 'C:\\m\\x y.pkl' }] },
  ],
};

it('says what was found, where and by which rule', () => {
  expect(sarifLog(run)).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Modelyard',
            version: '1.2.3',
            rules: [
              {
                id: 'pickle/denied',
                shortDescription: { text: 'Runs code' },
                properties: { 'security-severity': '9.5', tags: ['security'] },
              },
              { id: 'other', shortDescription: { text: 'other' } },
            ],
          },
        },
        results: [
          {
            ruleId: 'pickle/denied',
            ruleIndex: 0,
            level: 'error',
            message: { text: 'It calls os:system.' },
            partialFingerprints: { 'modelyard/v1': 'abc' },
            suppressions: [{ kind: 'external', status: 'accepted', justification: 'known, ana' }],
            properties: { global: 'os:system' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'models/a%20model.pkl', uriBaseId: '%SRCROOT%' },
                  region: { byteOffset: 12, byteLength: 3 },
                },
                logicalLocations: [{ fullyQualifiedName: 'archive/data.pkl' }],
              },
            ],
          },
          {
            ruleId: 'other',
            ruleIndex: 1,
            locations: [{ physicalLocation: { artifactLocation: { uri: 'file:///C:/m/x%20y.pkl' } } }],
          },
        ],
        invocations: [{ executionSuccessful: true }],
      },
    ],
  });
});

it('says that it could not look at everything', () => {
  const text = sarifText({ ...run, results: [], failures: ['x.pkl could not be read.'] });
  expect(JSON.parse(text)).toMatchObject({
    runs: [
      {
        results: [],
        invocations: [
          {
            executionSuccessful: false,
            toolExecutionNotifications: [{ level: 'error', message: { text: 'x.pkl could not be read.' } }],
          },
        ],
      },
    ],
  });
});
