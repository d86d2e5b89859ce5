import type { Draft } from '../scan/scan';
import { shown } from '../pickle/streamWatcher';

const block = (severity: Draft['severity'], sentence: string): Draft => ({
  kind: 'keras-code',
  verdict: 'block',
  severity,
  sentence,
});
const review = (sentence: string): Draft => ({ kind: 'keras-code', verdict: 'review', severity: 'medium', sentence });

/** Modules of Keras whose functions are only arithmetic. */
const arithmetic =
  /^(?:tf_keras|keras|tensorflow\.keras|keras_core)(?:\.src|\.api)?\.(?:activations|initializers|losses|metrics|regularizers|constraints|ops|optimizers)(?:\.|$)/;
const ours =
  /^(?:tf_keras|keras|keras_core|keras_nlp|keras_hub|keras_cv|tensorflow\.keras|tensorflow\.python\.keras)(?:\.|$)/;
/** Layers that run what is not in the config, and why. */
const dangerous: Readonly<Record<string, string>> = {
  Lambda: 'runs Python code of its own',
  __typespec__: 'calls a function of TensorFlow by its name',
  __lambda__: 'is a function whose code is in the config',
  TFSMLayer: 'loads another model from a path',
  TorchModuleWrapper: 'unpickles a PyTorch model',
  TorchModule: 'unpickles a PyTorch model',
  TFOpLambda: 'calls an operation of TensorFlow by its name',
  SlicingOpLambda: 'calls an operation of TensorFlow by its name',
  JaxLayer: 'calls a function by its name',
  FlaxLayer: 'calls a function by its name',
};
/** Made by Keras itself from every functional model that uses arithmetic on tensors. */
const usual = new Set(['TFOpLambda', 'SlicingOpLambda']);
const vocabularies = new Set(['StringLookup', 'IntegerLookup', 'TextVectorization', 'IndexLookup']);
const mostNodes = 2_000_000;

/** What of a Keras model's config (parsed JSON) runs or loads more than layers of Keras. */
export function kerasFindings(config: unknown): Draft[] {
  const found = new Map<string, Draft>();
  const waiting: unknown[] = [config];
  for (let nodes = 0; waiting.length > 0; nodes += 1) {
    if (nodes > mostNodes)
      return [
        ...found.values(),
        { ...block('high', 'The config of the model is too large to be scanned.'), kind: 'limit' },
      ];
    const node = waiting.pop();
    if (Array.isArray(node)) for (const item of node) waiting.push(item);
    else if (typeof node === 'object' && node !== null) {
      const fields = new Map<string, unknown>(Object.entries(node));
      for (const draft of judge(fields)) found.set(draft.sentence, draft);
      for (const value of fields.values()) if (typeof value === 'object') waiting.push(value);
    }
  }
  return [...found.values()];
}

function* judge(fields: ReadonlyMap<string, unknown>): Generator<Draft> {
  const className = fields.get('class_name');
  const module = fields.get('module');
  const registered = fields.get('registered_name');
  if (typeof className !== 'string') return;
  const name = className.split('>').at(-1) ?? className;
  const why = Object.hasOwn(dangerous, name) ? dangerous[name] : undefined;
  if (why !== undefined)
    yield usual.has(name) ? review(`A layer ${name} ${why}.`) : block('critical', `A layer ${name} ${why}.`);
  if (className === 'function') yield* judgeFunction(module, fields.get('config') ?? registered);
  else if (typeof module === 'string' && !ours.test(module) && !plainTypes.has(`${module}:${className}`))
    yield modules.test(module)
      ? block(
          'critical',
          `It makes a ${shown(`${module}:${className}`)}, which is no part of Keras and reaches what runs code.`,
        )
      : review(`It makes a ${shown(`${module}:${className}`)}, which is no part of Keras.`);
  else if (className.includes('>') && !ours.test(className.split('>')[0] ?? '') && className.split('>')[0] !== 'Keras')
    yield review(`It makes a ${shown(className)}, a class that must be registered by code of its own.`);
  if (vocabularies.has(name)) yield* judgeVocabulary(name, fields.get('config'));
}

const plainTypes = new Set([
  'builtins:dict',
  'builtins:list',
  'builtins:tuple',
  'builtins:slice',
  'builtins:str',
  'builtins:int',
  'builtins:float',
]);
/** Modules that no model needs, and that run or load anything. */
const modules =
  /^(?:builtins|os|posix|nt|sys|subprocess|importlib|runpy|pickle|marshal|shutil|socket|ctypes|types|pty|code|pdb|tempfile|webbrowser|urllib|requests|numpy|torch|tensorflow)(?:\.|$)/;

function* judgeFunction(module: unknown, config: unknown): Generator<Draft> {
  const place = typeof module === 'string' ? module : '';
  const called = shown(`${place}:${typeof config === 'string' ? config : ''}`);
  if (place === '' || place === 'None') {
    yield review(`It refers to the function ${called}, which must be registered by code of its own.`);
    return;
  }
  if (arithmetic.test(place)) return;
  yield block(
    'critical',
    `It refers to the function ${called}, which is no arithmetic of Keras: loading the model can call it.`,
  );
}

/** A text in the place of the vocabulary is the path or address of a file that is read. */
function* judgeVocabulary(name: string, config: unknown): Generator<Draft> {
  if (typeof config !== 'object' || config === null || !('vocabulary' in config)) return;
  const { vocabulary } = config;
  if (typeof vocabulary === 'string')
    yield block('high', `The layer ${name} reads its vocabulary from ${shown(vocabulary)} when the model is loaded.`);
}
