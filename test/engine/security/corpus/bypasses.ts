import { npy } from './archived';
import { tar, zip } from './archives';
import type { ZipPart } from './archives';
import {
  call,
  calling,
  frame,
  get,
  global,
  join,
  memoize,
  newobj,
  none,
  proto,
  stackGlobal,
  stop,
  text,
  tuple1,
  tuple2,
  tuple3,
  u32,
} from './assemble';
import { denied, sample } from './sample';
import type { Sample } from './sample';

/*
 * Ways past an earlier version of this scan. Most were seen to run with the reader of their name (Python 3.11, joblib 1.6,
 * PyTorch 2.15, PyYAML 6); the frame, the text of a scalar and the configs of Keras are closed without a run of them.
 */
const os = 'os:system';
const evil = call('os', 'system', 'true');
const run = "cmy_package\nrun\n(S'true'\ntR.";
const unknown = { verdict: 'review', global: 'my_package:run' } as const;
const estimator = join(proto(4), global('sklearn.base', 'BaseEstimator'), ')', newobj);
const later = global('numpy.random', 'RandomState');

/** Texts that are put under new numbers of the memo; the names are then those of the numbers 0 and 1. */
const byMemo = (module: string, name: string): Buffer =>
  join(text(module), memoize, '0', text(name), memoize, '0', get(0), get(1), stackGlobal, text('true'), tuple1, 'R');

const wrapper = global('joblib.numpy_pickle', 'NumpyArrayWrapper');
const objects = join(
  join(global('numpy', 'dtype'), text('O8'), '\x89\x88', tuple3, 'R(K\x03', text('|'), 'NNN'),
  join('J\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb'),
);
const array = (dtype: Buffer): Buffer =>
  join('}(', text('subclass'), global('numpy', 'ndarray'), text('shape'), 'K\x01', tuple1, text('dtype'), dtype, 'ub');
/** An array of objects of joblib: its own reader begins there with an empty memo. */
const joblibBy = (make: Buffer): Buffer =>
  join(
    join(proto(4), text('collections'), memoize, '0', text('OrderedDict'), memoize, '0', make, array(objects)),
    join(byMemo('os', 'system'), stop),
  );
const oldState = join(
  join(global('numpy', 'dtype'), text('V8'), '\x89\x88', tuple3, 'R(K\x01', text('|'), 'NNK\x08M\xe8\x03tb'),
);

/** After its end the frame goes on: some readers begin the next pickle behind it. */
const longFrame = (): Buffer => {
  const hidden = join(proto(4), 'B', u32(700), Buffer.alloc(700 - calling('os', 'system').length, 'z'));
  const body = join(none, stop, hidden);
  return join(proto(4), frame(body.length), body, calling('os', 'system'), stop);
};

const keras = (config: string): Buffer => zip([{ name: 'config.json', content: Buffer.from(config) }]);
const lambda = '{"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda", "config": {}}]}}';
const escaped = lambda.replaceAll('class_name', 'cl\\u0061ss_name').replaceAll('Lambda', 'L\\u0061mbda');
const data: ZipPart = { name: 'archive/data.pkl', content: calling('os', 'system') };

/** A second archive in the comment of the first, whose own comment is said to be longer than the file. */
function inComment(): Buffer {
  const first = zip([{ name: 'archive/data.pkl', content: join(proto(2), '}.') }]);
  const second = zip([data], first).subarray(first.length);
  second.writeUInt16LE(0xff_ff, second.length - 2);
  first.writeUInt16LE(second.length, first.length - 2);
  return join(first, second);
}

const folderWithContent = (): Buffer => {
  const inner = tar([{ name: 'pickle', content: calling('os', 'system') }]);
  return tar([{ name: 'folder', content: inner, kind: '5' }]);
};

export const bypassSamples: readonly Sample[] = [
  sample('frame_after_stop.bin', longFrame(), 'malformed'),
  denied(
    'joblib_reconstructor.joblib',
    joblibBy(join(global('copyreg', '_reconstructor'), wrapper, global('builtins', 'object'), none, tuple3, 'R')),
    os,
  ),
  denied('joblib_newobj_call.joblib', joblibBy(join(global('copyreg', '__newobj__'), wrapper, tuple1, 'R')), os),
  sample(
    'joblib_new_index.joblib',
    joblibBy(join(global('pandas.core.indexes.base', '_new_Index'), wrapper, '}', tuple2, 'R')),
    'malformed',
  ),
  sample(
    'joblib_new_obj.joblib',
    joblibBy(join(global('sklearn.neighbors._kd_tree', 'newObj'), wrapper, tuple1, 'R')),
    'malformed',
  ),
  sample(
    'joblib_old_state.joblib',
    join(
      proto(4),
      wrapper,
      ')',
      newobj,
      array(oldState),
      Buffer.alloc(8, 0xff),
      evil,
      stop,
      Buffer.alloc(1000, 0xff),
      stop,
    ),
    'malformed',
  ),
  denied(
    'kept_memo.pkl',
    join(
      proto(4),
      text('os'),
      memoize,
      text('system'),
      memoize,
      tuple2,
      stop,
      proto(4),
      byMemo('collections', 'OrderedDict'),
      stop,
    ),
    os,
  ),
  sample('hexadecimal.txt', join('I0x10\n0', run), 'unknown-global', unknown),
  sample('long_number.txt', join(`F1.${'0'.repeat(5000)}\n0`, run), 'unknown-global', unknown),
  sample('state_of_nothing.txt', join('(lNb0', run), 'unknown-global', unknown),
  sample('append_calls.pkl', join(estimator, '}', text('append'), later, 'sbK\x05a.'), 'computed-call', {
    verdict: 'review',
  }),
  sample(
    'ordered_state.pkl',
    join(estimator, global('collections', 'OrderedDict'), ')R', text('__setstate__'), later, 'sbK\x05b.'),
    'computed-call',
    { verdict: 'review' },
  ),
  sample(
    'fortieth_key.pkl',
    join(
      estimator,
      '}(',
      ...Array.from({ length: 40 }, (_, key) => join(text(`k${key}`), none)),
      text('__setstate__'),
      later,
      'ubK\x05b.',
    ),
    'patched-class',
  ),
  sample(
    'generator_calls.pkl',
    join(proto(4), global('numpy.random._pickle', '__generator_ctor'), 'K\x05', later, tuple2, 'R.'),
    'unsafe-call',
    { verdict: 'review' },
  ),
  sample(
    'scalar_text.bin',
    join(
      '(',
      global('numpy.core.multiarray', 'scalar'),
      global('numpy', 'dtype'),
      '(X\x02\0\0\0O8\x89\x88tR',
      text('os'),
      tuple2,
      'R',
      text('system'),
      stackGlobal,
      text('true'),
      tuple1,
      'R.',
    ),
    'unresolved-global',
  ),
  sample('zip_comment.pt', inComment(), 'malformed'),
  denied('zip_comment_within.pt', inComment(), os),
  denied('tar_kind.tar', tar([{ name: 'pickle', content: calling('os', 'system'), kind: 'Q' }]), os),
  sample('tar_folder.tar', folderWithContent(), 'malformed'),
  denied('tar_folder_within.tar', folderWithContent(), os),
  denied('object_word.npy', npy("'object'", '(1,)', calling('os', 'system')), os),
  sample('escaped_nan.keras', keras(`${escaped.slice(0, -1)}, "x": NaN}`), 'keras-code'),
  sample('nan.keras', keras(`${lambda.slice(0, -1)}, "x": NaN}`), 'keras-code'),
  sample('blanks.keras', keras(' '.repeat(100) + lambda), 'keras-code'),
  sample(
    'typespec.keras',
    keras('{"class_name": "__typespec__", "spec_name": "load_library", "config": ["/tmp/x"]}'),
    'keras-code',
  ),
  sample(
    'tag_prefix.yaml',
    Buffer.from("%TAG !p! tag:yaml.org,2002:pyth\n---\n!p!on/object/apply:os.system ['true']\n"),
    'object-text',
  ),
  sample('tag_percent.yaml', Buffer.from("!!%70ython/object/apply:os.system ['true']\n"), 'object-text'),
];
