import { externalTensor, field, node, onnx, zip } from './archives';
import { join, u32 } from './assemble';
import { sample } from './sample';
import type { Sample } from './sample';

const layer = (fields: object): string => JSON.stringify({ class_name: 'Sequential', config: { layers: [fields] } });
const lambda = layer({ class_name: 'Lambda', config: { function: ['4wEAAAA=', null, null] } });
const keras = (config: string): Buffer =>
  zip([
    { name: 'config.json', content: Buffer.from(config) },
    { name: 'metadata.json', content: Buffer.from('{}') },
  ]);
const h5 = (config: string): Buffer => join('\x89HDF\r\n\x1a\n', Buffer.alloc(1000), config, Buffer.alloc(1000));
const savedModel = (operator: string): Buffer =>
  Buffer.concat([
    field(1, 1),
    field(2, Buffer.concat([field(2, Buffer.concat([field(1, Buffer.concat([field(1, 'n'), field(2, operator)]))]))])),
  ]);

/** Models whose graph or config runs something. */
export const graphSamples: readonly Sample[] = [
  sample('lambda.keras', keras(lambda), 'keras-code'),
  sample('lambda.h5', h5(lambda), 'keras-code'),
  sample('lambda_escaped.h5', h5(lambda.replace('Lambda', '\\u004cambda')), 'keras-code'),
  sample(
    'all_escaped.h5',
    h5(lambda.replaceAll('class_name', 'cl\\u0061ss_name').replaceAll('Lambda', 'L\\u0061mbda')),
    'keras-code',
  ),
  sample('lambda_cut_off.h5', h5(lambda.slice(0, -4)), 'keras-code'),
  // CVE-2025-1550: any function by its module.
  sample(
    'cve_2025_1550.keras',
    keras(layer({ class_name: 'function', module: 'os', config: 'system', registered_name: 'system' })),
    'keras-code',
  ),
  // CVE-2025-8747: a function of Keras that loads files.
  sample(
    'cve_2025_8747.keras',
    keras(layer({ class_name: 'function', module: 'keras.utils', config: 'get_file', registered_name: 'get_file' })),
    'keras-code',
  ),
  // CVE-2025-12058: a vocabulary that is a path or an address.
  sample(
    'cve_2025_12058.keras',
    keras(layer({ class_name: 'StringLookup', module: 'keras.layers', config: { vocabulary: 'http://127.0.0.1/x' } })),
    'keras-code',
  ),
  sample(
    'cve_2025_49655.keras',
    keras(layer({ class_name: 'TorchModuleWrapper', module: 'keras.layers', config: { module: 'gASV' } })),
    'keras-code',
  ),
  sample(
    'custom_class.keras',
    keras(layer({ class_name: 'Net', module: 'my_package.layers', config: {} })),
    'keras-code',
    { verdict: 'review' },
  ),
  sample(
    'keras_metadata.pb',
    field(
      1,
      Buffer.concat([
        field(2, 1),
        field(3, 'root.layer'),
        field(4, '_tf_keras_layer'),
        field(5, JSON.stringify({ class_name: 'Lambda', config: {} })),
      ]),
    ),
    'keras-code',
  ),
  sample('saved_model.pb', savedModel('ReadFile'), 'tensorflow-operator'),
  sample('write/saved_model.pb', savedModel('WriteFile'), 'tensorflow-operator'),
  sample('python/saved_model.pb', savedModel('PyFunc'), 'tensorflow-operator'),
  sample('absolute.onnx', onnx(externalTensor('/etc/passwd')), 'external-data'),
  sample('outside.onnx', onnx(externalTensor('../../secret.bin')), 'external-data'),
  sample('drive.onnx', onnx(externalTensor('C:\\secret.bin')), 'external-data'),
  sample('missing.onnx', onnx(externalTensor('absent.bin')), 'external-data', { verdict: 'review' }),
  sample('custom.onnx', onnx(Buffer.alloc(0), 'my.company'), 'custom-operator', { verdict: 'review' }),
  sample('python_op.onnx', onnx(node('PyOp', 'ai.onnx.contrib')), 'custom-operator', { verdict: 'review' }),
  sample('cut_off.onnx', onnx(externalTensor('weights.bin')).subarray(0, 20), 'malformed'),
  sample(
    'oversize.onnx',
    onnx(
      field(
        5,
        Buffer.concat([field(1, 2 ** 40), field(1, 2 ** 40), field(2, 1), field(8, 'w'), field(9, Buffer.alloc(4))]),
      ),
    ),
    'malformed',
  ),
  sample(
    'short.onnx',
    onnx(field(5, Buffer.concat([field(1, 4), field(2, 1), field(8, 'w'), field(9, Buffer.alloc(4))]))),
    'malformed',
  ),
  sample(
    'cut_off.safetensors',
    join(
      Buffer.from([80, 0, 0, 0, 0, 0, 0, 0]),
      '{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}'.padEnd(80),
      Buffer.alloc(8),
    ),
    'malformed',
  ),
  sample('template.gguf', gguf("{{ ''.__class__.__mro__ }}"), 'template-code'),
  sample('model.yaml', Buffer.from('model: !!python/object/apply:os.system ["true"]\n'), 'object-text'),
  sample(
    'model.json',
    Buffer.from('{"py/reduce": [{"py/function": "os.system"}, {"py/tuple": ["true"]}]}'),
    'object-text',
  ),
  sample(
    'skops.skops',
    zip([
      {
        name: 'schema.json',
        content: Buffer.from(
          '{"__class__": "attrgetter", "__module__": "_operator", "__loader__": "OperatorFuncNode", "content": {}}',
        ),
      },
    ]),
    'denied-global',
    { global: '_operator:attrgetter' },
  ),
  sample('library.so', join('\x7fELF', Buffer.alloc(64)), 'program', { verdict: 'review' }),
  sample('loader.py', Buffer.from('import os\n'), 'program', { verdict: 'review' }),
  sample('noise.bin', Buffer.from('00ff8f1c22aa00ff8f1c22aa', 'hex'), 'unknown-format', { verdict: 'review' }),
];

function gguf(template: string): Buffer {
  const entry = (value: string): Buffer => Buffer.concat([u64Text(value)]);
  return join(
    'GGUF',
    u32(3),
    Buffer.alloc(8),
    u32(1),
    u32(0),
    entry('tokenizer.chat_template'),
    u32(8),
    entry(template),
  );
}

function u64Text(value: string): Buffer {
  return join(u32(value.length), u32(0), value);
}
