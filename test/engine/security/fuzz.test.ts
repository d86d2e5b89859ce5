import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { scanFile } from '../../../engine/security/scan/scanFile';
import { temporaryFolder } from '../../support/store';
import { harmless } from './corpus/assemble';
import { maliciousSamples } from './corpus/malicious';

/** Numbers of a linear congruential generator, the same every time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Bytes changed, dropped, doubled, and moved about. */
function mutate(bytes: Buffer, next: (below: number) => number): Buffer {
  const changed = Buffer.from(bytes);
  const at = next(changed.length);
  const length = next(8);
  const kind = next(4);
  if (kind === 0) changed[at] = next(256);
  if (kind === 1) return Buffer.concat([changed.subarray(0, at), changed.subarray(at + length)]);
  if (kind === 2) return Buffer.concat([changed.subarray(0, at + length), changed.subarray(at)]);
  if (kind === 3) changed.copy(changed, next(changed.length), at, at + length);
  return changed;
}

const small = maliciousSamples.filter(({ bytes }) => bytes.length > 8 && bytes.length < 4096);
const pickles = [
  ...small.filter(({ file }) => file.endsWith('.pkl') && !file.startsWith('memo_put_far')).map(({ bytes }) => bytes),
  ...[0, 2, 4].map(harmless),
];

test('whatever is changed of a file, it is scanned to a verdict', () => {
  const next = random(1);
  const file = path.join(temporaryFolder(), 'model');
  for (const { file: name, bytes } of small)
    for (let round = 0; round < 2; round += 1) {
      writeFileSync(file, mutate(bytes, next));
      expect(['pass', 'review', 'block']).toContain(scanFile({ file: name, path: file, name }).file.verdict);
    }
});

/** Follows pickles with Python's own unpickler, that makes nothing and tells which globals it is asked for. */
const follower = `
import io, json, pickle, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
class Asked(Exception): pass
class Thing:
    def __init__(self, *a, **k): pass
    def __call__(self, *a, **k): return Thing()
    def __setstate__(self, s): pass
    def __setitem__(self, k, v): pass
    def append(self, x): pass
    extend = add = append
class U(PARENT):
    def find_class(self, module, name):
        asked.append(module + ':' + name)
        return Thing
    def persistent_load(self, pid): return Thing()
out = []
for text in json.load(sys.stdin):
    asked = []
    try: U(io.BytesIO(bytes.fromhex(text))).load()
    except BaseException: pass
    out.append(asked)
print(json.dumps(out))
`;

const python = process.env['MODELYARD_TEST_PYTHON'] ?? 'python3';

test.each(['pickle.Unpickler', 'pickle._Unpickler'])(
  'what passes asks %s for nothing that is denied',
  (parent, context) => {
    const next = random(parent.length);
    const mutants = pickles.flatMap(bytes =>
      Array.from({ length: 6 }, () => mutate(next(2) === 0 ? bytes : mutate(bytes, next), next)),
    );
    let told: unknown;
    try {
      const input = JSON.stringify(mutants.map(bytes => bytes.toString('hex')));
      told = JSON.parse(execFileSync(python, ['-c', follower.replace('PARENT', parent)], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] })); // prettier-ignore
    } catch {
      return void context;
    }
    const asked = Array.isArray(told) ? told : [];
    expect(asked).toHaveLength(mutants.length);
    const file = path.join(temporaryFolder(), 'model');
    let reached = 0;
    for (const [index, bytes] of mutants.entries()) {
      const names: unknown = asked[index];
      const hasDenied =
        Array.isArray(names) && names.some(name => /^(?:os|posix|nt|subprocess|sys):/.test(String(name)));
      if (!hasDenied) continue;
      reached += 1;
      writeFileSync(file, bytes);
      for (const name of ['model.pkl', 'notes.txt'])
        expect(scanFile({ file: name, path: file, name }).file.verdict, bytes.toString('hex')).not.toBe('pass');
    }
    expect(reached).toBeGreaterThan(50);
  },
);
