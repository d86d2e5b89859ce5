import { deflateSync, gzipSync } from 'node:zlib';
import { call, calling, join, none, stop } from './assemble';
import { joblibNumbers, joblibObjects, joblibUnknown } from './joblibPickles';
import { denied, sample } from './sample';
import type { Sample } from './sample';

const os = 'os:system';
const evil = call('os', 'system', 'true');

/** Pickles in what joblib writes between the opcodes. */
export const joblibSamples: readonly Sample[] = [
  denied('joblib_objects.joblib', joblibObjects(calling('os', 'system')), os),
  denied('joblib_after_numbers.joblib', joblibNumbers(Buffer.alloc(200, 0xff), { after: evil }), os),
  denied(
    'joblib_in_numbers.joblib',
    joblibNumbers(Buffer.alloc(100), { padding: join(evil, '0', none, 'e', stop) }),
    os,
  ),
  sample(
    'joblib_unknown_in_numbers.joblib',
    joblibNumbers(Buffer.alloc(100), { padding: join(call('my_package', 'run', 'x'), '0', none, 'e', stop) }),
    'unknown-global',
    { verdict: 'review', global: 'my_package:run' },
  ),
  sample('joblib_unknown_size.joblib', joblibUnknown(), 'malformed'),
  denied('joblib_zlib.joblib', deflateSync(calling('os', 'system')), os),
  denied('joblib_gzip.joblib', gzipSync(joblibObjects(calling('os', 'system'))), os),
  sample('joblib_lz4.joblib', join('\x04\x22\x4d\x18', Buffer.alloc(64, 7)), 'unreadable', { verdict: 'review' }),
  sample('joblib_xz.joblib', join('\xfd7zXZ\0', Buffer.alloc(64, 7)), 'unreadable', { verdict: 'review' }),
];
