import { gzipSync } from 'node:zlib';
import { tar, zip } from './archives';
import { calling, join } from './assemble';
import { denied, sample } from './sample';
import type { Sample } from './sample';

const os = 'os:system';

const data = (name = 'archive/data.pkl'): { name: string; content: Buffer } => ({
  name,
  content: calling('os', 'system'),
});
const version = { name: 'archive/version', content: Buffer.from('3\n') };

/** Archives that are read in two ways, or hide what is in them. */
export const archiveSamples: readonly Sample[] = [
  denied('torch.pt', zip([data(), version]), os),
  denied('torch_deflated.pt', zip([{ ...data(), deflate: true }, version]), os),
  // GHSA-769v-p64c-89pr: a pickle with a name that no scanner takes for one.
  denied('torch_other_name.pt', zip([data('archive/data.txt'), version]), os),
  // GHSA-w8jq-xcqf-f792: Python's zipfile refuses what is marked as encrypted, PyTorch reads it.
  denied('torch_encrypted_flag.pt', zip([{ ...data(), flags: 1 }, version]), os),
  // GHSA-7q5r-7gvp-wc82: two names for one entry.
  denied('torch_two_names.pt', zip([{ ...data(), localName: 'archive/data.pkX' }, version]), os),
  sample('zip_two_names.zip', zip([{ name: 'a.txt', localName: 'b.txt', content: Buffer.from('hello') }]), 'malformed'),
  sample(
    'zip_twice.zip',
    zip([
      { name: 'a.txt', content: Buffer.from('one') },
      { name: 'a.txt', content: Buffer.from('two') },
    ]),
    'malformed',
  ),
  denied('zip_hidden.zip', zip([version, { ...data(), hidden: true }]), os),
  denied('zip_and_pickle.pkl', zip([version], calling('os', 'system')), os),
  denied('zip_no_directory.pt', zip([data(), version]).subarray(0, -120), os),
  sample('zip_method.zip', zip([{ name: 'a', content: Buffer.from('x'), method: 14 }]), 'unreadable', {
    verdict: 'review',
  }),
  sample('zip_path.zip', zip([{ name: '../../etc/cron.d/x', content: Buffer.from('x') }]), 'archive-path'),
  sample('zip_size.npz', zip([{ name: 'a.npy', content: Buffer.from('abc'), deflate: true, size: 1000 }]), 'malformed'),
  denied('zip_in_zip.zip', zip([{ name: 'inner.zip', content: zip([data()]), deflate: true }]), os),
  denied('old_torch.tar', tar([{ name: 'pickle', content: calling('os', 'system') }]), os),
  denied('packed.tar.gz', gzipSync(tar([{ name: 'model/model.pkl', content: calling('os', 'system') }])), os),
  sample('tar_link.tar', tar([{ name: 'model.pkl', content: Buffer.alloc(0), link: '/etc/passwd' }]), 'archive-path'),
  sample('model.7z', join('7z\xbc\xaf\x27\x1c', Buffer.alloc(64)), 'unreadable', { verdict: 'review' }),
  denied('objects.npy', npy("'|O'", '(1,)', calling('os', 'system')), os),
  denied(
    'objects.npz',
    zip([{ name: 'a.npy', content: npy("'|O'", '(1,)', calling('os', 'system')), deflate: true }]),
    os,
  ),
  sample('cut_off.npy', npy("'<f8'", '(1000000,)', Buffer.alloc(8)), 'malformed'),
  denied('after_numbers.npy', npy("'<f8'", '(1,)', join(Buffer.alloc(8), calling('os', 'system'))), os),
];

/** An array of NumPy with the type, shape and content as written. */
export function npy(type: string, shape: string, content: Buffer): Buffer {
  const header = `{'descr': ${type}, 'fortran_order': False, 'shape': ${shape}, }\n`;
  return join(
    '\x93NUMPY\x01\x00',
    Buffer.from([header.length % 256, Math.floor(header.length / 256)]),
    header,
    content,
  );
}
