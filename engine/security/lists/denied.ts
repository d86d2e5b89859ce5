import type { ScanSeverity } from '../../protocol/security';

interface Denied {
  readonly verdict: 'block';
  readonly severity: ScanSeverity;
  readonly why: string;
}

const runsCode = 'which runs code or commands';
const imports = 'which reaches whatever can be imported';
const files = 'which reads or writes files';
const network = 'which talks to the network';
const loads = 'which loads another pickle or library';

/** Modules of which nothing may be asked, with all below them. */
const modules: Readonly<Record<string, readonly [ScanSeverity, string]>> = {
  ...all('critical', runsCode, [
    'os posix nt subprocess _posixsubprocess pty runpy code codeop bdb pdb cProfile profile _lsprof timeit trace',
    'doctest pydoc test unittest venv ensurepip pip site sitecustomize distutils setuptools pkg_resources idlelib lib2to3',
    'asyncio multiprocessing concurrent threading _thread signal sched atexit _osx_support _aix_support _pyrepl',
    'webbrowser antigravity mailcap pipes platform popen2 commands sh invoke fabric plumbum pexpect paramiko',
    'ctypes _ctypes cffi _cffi_backend gc inspect ast dis symtable new _interpreters _xxsubinterpreters interpreters',
    'IPython ipykernel jupyter_client nbconvert psutil rlcompleter readline cmd sysconfig faulthandler _testcapi',
    'numpy.f2py numpy.distutils numpy.testing numpy.ctypeslib pandas.core.computation pandas.eval numexpr',
    'torch.utils.collect_env torch.utils.bottleneck torch.utils.cpp_extension torch.utils._config_module',
    'torch._dynamo torch._inductor torch.hub torch.jit torch.distributed torch.testing torch.package torch.fx.experimental',
    'torch.utils.data.datapipes tensorflow.python.ops.script_ops mlflow.projects mlflow.utils.process jinja2 mako',
    'celery fire click.testing',
  ]),
  ...all('critical', imports, [
    'sys importlib _frozen_importlib _frozen_importlib_external imp pkgutil zipimport modulefinder zipapp',
    '_imp',
  ]),
  ...all('critical', loads, [
    'pickle _pickle cPickle marshal shelve dill joblib.numpy_pickle_utils pickletools dbm yaml ruamel',
    'jsonpickle pandas.io.pickle pandas.compat.pickle_compat torch.serialization _pyio',
  ]),
  ...all('critical', files, ['shutil tempfile fileinput glob linecache tarfile zipfile']),
  ...all('high', network, [
    'socket _socket ssl _ssl socketserver http httplib urllib urllib2 urllib3 requests aiohttp httpx websocket websockets',
    'ftplib telnetlib smtplib poplib imaplib nntplib xmlrpc xmlrpclib wsgiref cgi cgitb boto3 botocore fsspec s3fs',
    'logging.config logging.handlers tornado twisted flask django',
  ]),
};

/** What may not be asked of a module that also has harmless names. */
const names: Readonly<Record<string, readonly [ScanSeverity, string, string]>> = {
  builtins: [
    'critical',
    runsCode,
    'eval exec execfile compile open file getattr setattr delattr apply breakpoint __import__ input raw_input globals locals vars help reload map filter reduce __build_class__ classmethod staticmethod property super type exit quit license copyright credits sorted',
  ],
  operator: ['critical', imports, 'attrgetter itemgetter methodcaller call setitem getitem delitem'],
  _operator: ['critical', imports, 'attrgetter itemgetter methodcaller call setitem getitem delitem'],
  functools: ['high', runsCode, 'reduce partial partialmethod'],
  _functools: ['high', runsCode, 'reduce partial'],
  itertools: ['high', runsCode, 'starmap accumulate takewhile dropwhile filterfalse groupby'],
  io: ['critical', files, 'open open_code FileIO'],
  _io: ['critical', files, 'open open_code FileIO'],
  codecs: ['critical', files, 'open EncodedFile register'],
  _codecs: ['high', runsCode, 'register decode'],
  copyreg: ['critical', runsCode, 'add_extension pickle constructor __newobj_ex__'],
  numpy: [
    'high',
    files,
    'load save savez fromfile memmap loadtxt savetxt genfromtxt DataSource fromregex vectorize apply_along_axis',
  ],
  'numpy.lib.npyio': ['high', files, 'load save savez loadtxt genfromtxt DataSource'],
  pandas: [
    'high',
    files,
    'read_csv read_pickle read_json read_html read_sql read_excel read_table read_parquet read_xml eval',
  ],
  'pandas.io.parsers.readers': ['high', network, 'read_csv read_table read_fwf TextFileReader'],
  torch: ['critical', loads, 'load save compile'],
  joblib: ['critical', loads, 'load dump Parallel delayed'],
  'joblib.numpy_pickle': ['critical', loads, 'load load_temporary_memmap dump NumpyUnpickler _unpickle'],
  types: [
    'critical',
    runsCode,
    'CodeType FunctionType LambdaType MethodType BuiltinFunctionType ModuleType CellType coroutine new_class prepare_class resolve_bases DynamicClassAttribute GenericAlias',
  ],
  uuid: [
    'high',
    runsCode,
    '_get_command_stdout _popen _find_mac getnode uuid1 _ifconfig_getter _ip_getter _arp_getter _lanscan_getter _netstat_getter',
  ],
  logging: ['high', files, 'FileHandler basicConfig Formatter LogRecord'],
  weakref: ['high', runsCode, 'finalize ref'],
  string: ['high', runsCode, 'Formatter Template'],
  re: ['high', runsCode, 'sub subn Scanner'],
  collections: ['high', runsCode, 'namedtuple'],
  typing: ['high', runsCode, 'NamedTuple get_type_hints _eval_type ForwardRef'],
  dataclasses: ['high', runsCode, 'make_dataclass'],
  enum: ['high', runsCode, 'Enum'],
  cloudpickle: ['critical', runsCode, 'load loads'],
};

/** Single files of Python's library: what is below such a name can only be somebody's own package. */
const singleFiles = words(
  'runpy code codeop bdb pdb cProfile profile timeit trace doctest pydoc site sched webbrowser antigravity pipes',
  'mailcap platform popen2 commands sh cmd new sysconfig rlcompleter symtable inspect ast dis imp pkgutil modulefinder',
  'zipapp zipimport pickletools shelve shutil tempfile fileinput glob linecache tarfile cgi cgitb ftplib telnetlib nntplib',
);

/** Names that somebody's own module may well have. */
const common = words('code test cmd new sh platform commands profile trace site sched signal symtable invoke fire');

/** What cloudpickle and dill make functions and classes with: their code comes out of the pickle. */
const code =
  /^(?:dill\._dill|cloudpickle\.cloudpickle(?:_fast)?|cloudpickle|pyspark\.cloudpickle.*|ray\.cloudpickle.*)$/;

/** Harmless functions of modules that are denied otherwise. */
const exceptions = new Set([
  'torch.serialization:_get_layout',
  ...['build_intlist', 'build_tensorlist', 'build_doublelist', 'build_boollist', 'build_tensor_from_id'].map(
    name => `torch.jit._pickle:${name}`,
  ),
  'torch.jit._pickle:restore_type_tag',
]);

/** Whether a global is denied, and why; a name with dots also by what it goes through. */
export function deniedRule(module: string, name: string): Denied | undefined {
  if (exceptions.has(`${module}:${name}`)) return undefined;
  if (code.test(module)) return block('critical', 'which makes code out of bytes of the pickle');
  const parts = module.split('.');
  const top = parts[0] ?? '';
  for (let length = parts.length; length > 0; length -= 1) {
    const found = own(modules, parts.slice(0, length).join('.'));
    if (found === undefined || (length === 1 && parts.length > 1 && singleFiles.has(top))) continue;
    const isCommon = parts.length === 1 && common.has(top);
    return isCommon
      ? block(found[0], `${found[1]}; a module of your own cannot be told from it by its name`)
      : block(...found);
  }
  const listed = own(names, module);
  const steps = name.split('.');
  if (listed?.[2].split(' ').includes(steps[0] ?? '')) return block(listed[0], listed[1]);
  return reaching(steps, parts);
}

/** `numpy:f2py.os.system`, `numpy:__builtins__`: from a harmless module to others. */
function reaching(steps: readonly string[], module: readonly string[]): Denied | undefined {
  const dunder = steps.find(step => /^__\w*__$/.test(step) && !harmlessDunders.has(step));
  if (dunder !== undefined) return block('critical', imports);
  if (steps.length === 1 && own(modules, steps[0] ?? '') === undefined) return undefined;
  for (let start = 0; start < steps.length; start += 1) {
    const below = [...module, ...steps.slice(0, start + 1)].join('.');
    const found = own(modules, steps[start] ?? '') ?? own(modules, below);
    if (found !== undefined) return block(...found);
  }
  return undefined;
}

const harmlessDunders = new Set(['__newobj__', '__randomstate_ctor', '__generator_ctor', '__bit_generator_ctor']);

const block = (severity: ScanSeverity, why: string): Denied => ({ verdict: 'block', severity, why });

function words(...lines: readonly string[]): Set<string> {
  return new Set(lines.join(' ').split(' '));
}

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

function all(
  severity: ScanSeverity,
  why: string,
  lines: readonly string[],
): Readonly<Record<string, readonly [ScanSeverity, string]>> {
  return Object.fromEntries(lines.flatMap(line => line.split(' ')).map(module => [module, [severity, why]]));
}
