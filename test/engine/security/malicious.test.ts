import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { ScanReport } from '../../../engine/protocol/security';
import { placesOf, scanPlaces } from '../../../engine/security/scan/scanPaths';
import { temporaryFolder } from '../../support/store';
import { maliciousSamples } from './corpus/malicious';

let kept: ScanReport | undefined;

/** All of them in one folder, as somebody would scan a download. */
function report(): ScanReport {
  if (kept !== undefined) return kept;
  const folder = temporaryFolder();
  for (const { file, bytes } of maliciousSamples) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), bytes);
  }
  kept = scanPlaces(
    placesOf(
      maliciousSamples.map(({ file }) => file),
      folder,
    ),
  );
  return kept;
}

it.each(maliciousSamples)('$file is found', sample => {
  const { files, findings } = report();
  const own = findings.filter(({ file }) => file === sample.file);
  expect(files.find(({ file }) => file === sample.file)?.verdict).toBe(sample.verdict);
  expect(own).toContainEqual(
    expect.objectContaining({ kind: sample.kind, ...(sample.global !== undefined && { global: sample.global }) }),
  );
});
