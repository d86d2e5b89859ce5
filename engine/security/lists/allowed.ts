import type { GlobalRule, Value } from '../pickle/values';
import { isKind } from '../pickle/values';
import { sklearnClasses, torchLayers, torchOptimisers } from './classNames';

type Allowed = Extract<GlobalRule, { verdict: 'pass' }>;

const kept: Allowed = { verdict: 'pass', call: false };
const called: Allowed = { verdict: 'pass', call: true };

/** Whether a global is on the reviewed list. `module` by its name in Python 3. */
export function allowedRule(module: string, name: string): Allowed | undefined {
  const found = tables.get(module)?.get(name);
  if (found !== undefined) return found;
  const top = module.split('.')[0];
  if (module === 'torch.optim' && torchOptimisers.has(name)) return kept;
  // Classes whose code TorchScript has beside the pickle; for Python there is no such module.
  if (top === '__torch__' && /^\w+$/.test(name) && !name.startsWith('__')) return kept;
  if (top === 'sklearn' && sklearnClasses.has(name) && !module.includes('.datasets')) return kept;
  if (module.startsWith('torch.nn.modules.') && torchLayers.has(name)) return kept;
  if (module.startsWith('torch.optim.') && torchOptimisers.has(name)) return kept;
  if (module.startsWith('scipy.sparse.') && sparse.test(name)) return kept;
  return undefined;
}

const sparse = /^(?:bsr|coo|csc|csr|dia|dok|lil)_(?:matrix|array)$/;

/** One line a module: what a pickle calls, then after a bar what it only refers to or makes without the constructor. */
const lines = `
builtins: bytearray bytes complex dict float frozenset int list object range xrange set slice str bool tuple unicode long | Ellipsis NotImplemented
collections: OrderedDict Counter defaultdict deque |
copyreg: _reconstructor __newobj__ |
_codecs: encode |
datetime: date datetime time timedelta timezone |
decimal: Decimal |
fractions: Fraction |
pathlib: PosixPath PurePosixPath WindowsPath PureWindowsPath Path |
uuid: UUID |
pytz: _UTC | utc
zoneinfo: ZoneInfo._unpickle |
numpy: dtype | ndarray float16 float32 float64 longdouble int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool bool_ str_ bytes_ object_ void datetime64 timedelta64 intp complex64 complex128 matrix recarray record mean median sum std var min max log log1p exp expm1 sqrt square abs
numpy.core.multiarray: _reconstruct scalar |
numpy._core.multiarray: _reconstruct scalar |
numpy.core._multiarray_umath: _reconstruct scalar |
numpy._core._multiarray_umath: _reconstruct scalar |
numpy.core.numeric: _frombuffer |
numpy._core.numeric: _frombuffer |
numpy.ma.core: _mareconstruct | MaskedArray MaskedConstant
numpy.ma: | MaskedArray
numpy.rec: | recarray record
numpy.core.records: | recarray record
numpy._core.records: | recarray record
numpy.matrixlib.defmatrix: | matrix
numpy.random: | RandomState Generator
numpy.random.mtrand: | RandomState
numpy.random._pickle: __randomstate_ctor __generator_ctor __bit_generator_ctor |
numpy.random._mt19937: | MT19937
numpy.random._pcg64: | PCG64 PCG64DXSM
numpy.random._philox: | Philox
numpy.random._sfc64: | SFC64
numpy.random.bit_generator: __pyx_unpickle_SeedSequence | SeedSequence
scipy.interpolate._bsplines: | BSpline
scipy.interpolate._interpolate: | interp1d PPoly
scipy.interpolate.interpolate: | interp1d PPoly
scipy._lib.array_api_compat.numpy._aliases: | asarray
scipy.stats._distn_infrastructure: | rv_frozen rv_continuous_frozen rv_discrete_frozen
pandas: Index RangeIndex MultiIndex CategoricalDtype StringDtype Int64Dtype Timestamp Timedelta DatetimeTZDtype PeriodDtype IntervalDtype | DataFrame Series Categorical Int8Dtype Int16Dtype Int32Dtype UInt8Dtype UInt16Dtype UInt32Dtype UInt64Dtype Float32Dtype Float64Dtype BooleanDtype NaT NA
pandas.core.frame: | DataFrame
pandas.core.series: | Series
pandas.core.indexes.base: _new_Index Index |
pandas.core.indexes.range: | RangeIndex
pandas.core.indexes.multi: | MultiIndex
pandas.core.indexes.category: | CategoricalIndex
pandas.core.indexes.numeric: | Int64Index Float64Index UInt64Index
pandas.core.indexes.datetimes: _new_DatetimeIndex | DatetimeIndex
pandas.core.indexes.timedeltas: | TimedeltaIndex
pandas.core.indexes.period: _new_PeriodIndex | PeriodIndex
pandas.core.indexes.interval: | IntervalIndex
pandas.core.indexes.frozen: FrozenList |
pandas.core.internals.managers: BlockManager SingleBlockManager |
pandas.core.internals.blocks: new_block |
pandas._libs.internals: _unpickle_block |
pandas._libs.arrays: __pyx_unpickle_NDArrayBacked | NDArrayBacked
pandas._libs.tslibs.timestamps: _unpickle_timestamp | Timestamp
pandas._libs.tslibs.timedeltas: _timedelta_unpickle | Timedelta
pandas._libs.tslibs.nattype: _nat_unpickle |
pandas._libs.missing: NAType |
pandas.core.dtypes.dtypes: CategoricalDtype DatetimeTZDtype PeriodDtype IntervalDtype | ExtensionDtype
pandas.core.arrays.categorical: | Categorical
pandas.core.arrays.integer: | IntegerArray Int8Dtype Int16Dtype Int32Dtype Int64Dtype UInt8Dtype UInt16Dtype UInt32Dtype UInt64Dtype
pandas.core.arrays.floating: | FloatingArray Float32Dtype Float64Dtype
pandas.core.arrays.boolean: | BooleanArray BooleanDtype
pandas.core.arrays.datetimes: | DatetimeArray
pandas.core.arrays.string_: StringDtype | StringArray
pandas.arrays: | DatetimeArray TimedeltaArray PeriodArray IntegerArray FloatingArray BooleanArray StringArray ArrowStringArray IntervalArray SparseArray
joblib.numpy_pickle: | NumpyArrayWrapper
sklearn.externals.joblib.numpy_pickle: | NumpyArrayWrapper
sklearn.tree._tree: Tree |
sklearn._loss._loss: CyHalfBinomialLoss CyHalfPoissonLoss CyHalfSquaredError CyAbsoluteError CyPinballLoss CyHalfGammaLoss CyHalfTweedieLoss CyHalfTweedieLossIdentity CyHalfMultinomialLoss CyExponentialLoss CyHuberLoss |
sklearn.linear_model._sgd_fast: Hinge SquaredHinge Log SquaredLoss Huber EpsilonInsensitive SquaredEpsilonInsensitive ModifiedHuber |
sklearn.linear_model.sgd_fast: Hinge SquaredHinge Log SquaredLoss Huber EpsilonInsensitive SquaredEpsilonInsensitive ModifiedHuber |
sklearn.neighbors._kd_tree: newObj | KDTree KDTree64 KDTree32
sklearn.neighbors._ball_tree: newObj | BallTree BallTree64 BallTree32
sklearn.neighbors.kd_tree: newObj | KDTree
sklearn.neighbors.ball_tree: newObj | BallTree
sklearn.metrics._dist_metrics: newObj | EuclideanDistance EuclideanDistance64 EuclideanDistance32 ManhattanDistance ManhattanDistance64 MinkowskiDistance MinkowskiDistance64 ChebyshevDistance ChebyshevDistance64 HaversineDistance HaversineDistance64
sklearn.utils: | Bunch
sklearn.utils._bunch: | Bunch
sklearn.feature_selection._univariate_selection: | f_classif f_regression chi2
sklearn.feature_selection.univariate_selection: | f_classif f_regression chi2
sklearn.feature_selection._mutual_info: | mutual_info_classif mutual_info_regression
sklearn.metrics._classification: | accuracy_score balanced_accuracy_score f1_score precision_score recall_score log_loss brier_score_loss matthews_corrcoef
sklearn.metrics._ranking: | roc_auc_score average_precision_score top_k_accuracy_score
sklearn.metrics._regression: | r2_score mean_squared_error mean_absolute_error root_mean_squared_error mean_absolute_percentage_error median_absolute_error explained_variance_score max_error
sklearn.cluster._kmeans: | _kmeans_single_lloyd _kmeans_single_elkan lloyd_iter_chunked_dense elkan_iter_chunked_dense
sklearn.preprocessing._function_transformer: | _identity
lightgbm.basic: | Booster
lightgbm.sklearn: | LGBMModel LGBMClassifier LGBMRegressor LGBMRanker _ObjectiveFunctionWrapper _EvalFunctionWrapper
xgboost.core: | Booster
xgboost.sklearn: | XGBModel XGBClassifier XGBRegressor XGBRanker XGBRFClassifier XGBRFRegressor XGBClassifierBase XGBRegressorBase XGBModelBase
xgboost.compat: | XGBoostLabelEncoder
torch: Size device | FloatStorage DoubleStorage HalfStorage BFloat16Storage LongStorage IntStorage ShortStorage CharStorage ByteStorage BoolStorage ComplexFloatStorage ComplexDoubleStorage QUInt8Storage QInt8Storage QInt32Storage Tensor float32 float64 float16 bfloat16 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool complex64 complex128 float8_e4m3fn float8_e5m2 strided sparse_coo per_tensor_affine per_channel_affine contiguous_format
torch.storage: _load_from_bytes | UntypedStorage TypedStorage _UntypedStorage _TypedStorage
torch._utils: _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter _rebuild_sparse_tensor _rebuild_qtensor _rebuild_meta_tensor_no_storage _rebuild_nested_tensor _rebuild_device_tensor_from_numpy _rebuild_device_tensor_from_cpu_tensor |
torch.nn.functional: | relu gelu silu elu selu leaky_relu softplus mish hardswish hardtanh relu6 celu glu logsigmoid softsign sigmoid tanh softmax log_softmax
torch._C._nn: | gelu
torch.nn.utils.weight_norm: | WeightNorm
torch.nn.utils.spectral_norm: | SpectralNorm SpectralNormStateDictHook SpectralNormLoadStateDictPreHook
torch._tensor: _rebuild_from_type_v2 |
torch.nn.parameter: | Parameter Buffer
torch.serialization: _get_layout |
torch.jit._pickle: build_intlist build_tensorlist build_doublelist build_boollist build_tensor_from_id restore_type_tag |
`;

/** What one of the allowed calls may not be given. */
const checks: Readonly<Record<string, (args: Value) => string | undefined>> = {
  'torch.storage:_load_from_bytes': args => {
    const bytes = isKind(args, 'tuple') && args.items.length === 1 ? args.items[0] : undefined;
    // Bytes that stand in a pickle are scanned as one themselves.
    return isKind(bytes, 'bytes') && bytes.isChanged !== true ? undefined : 'with bytes that are computed';
  },
  'numpy.random._pickle:__randomstate_ctor': makesGenerator,
  'numpy.random._pickle:__generator_ctor': makesGenerator,
  'copyreg:_reconstructor': args => {
    const [made, base] = isKind(args, 'tuple') ? args.items : [];
    const isPlain =
      isKind(base, 'global') &&
      /^(?:builtins|__builtin__):(?:object|dict|list|tuple|set|int|float|str)$/.test(base.name);
    return isKind(made, 'global') && isPlain
      ? undefined
      : 'with a class that is not to be known, or another base than object';
  },
  '_codecs:encode': args => {
    const codec = isKind(args, 'tuple') ? args.items[1] : undefined;
    return codec === 'latin1' || codec === 'latin-1' ? undefined : 'with another codec than latin1';
  },
  'torch._tensor:_rebuild_from_type_v2': args => {
    const [build, type] = isKind(args, 'tuple') ? args.items : [];
    const isBuilder = isKind(build, 'global') && /^torch\._utils:_rebuild_\w+$/.test(build.name);
    return isBuilder && build.rule.verdict === 'pass' && isKind(type, 'global')
      ? undefined
      : 'with something that is no builder of tensors';
  },
  'collections:defaultdict': args => {
    const [factory] = isKind(args, 'tuple') ? args.items : [{ kind: 'unknown' } as const];
    const isFine = factory === undefined || factory === null || isKind(factory, 'global');
    return isFine ? undefined : 'with a factory that is computed';
  },
  'builtins:bytearray': tooMany,
  'builtins:bytes': tooMany,
};

function makesGenerator(args: Value): string | undefined {
  const [, make] = isKind(args, 'tuple') ? args.items : [null, null];
  const isOwn = isKind(make, 'global') && make.name === 'numpy.random._pickle:__bit_generator_ctor';
  return make === undefined || isOwn ? undefined : 'with a function of its own';
}

function tooMany(args: Value): string | undefined {
  if (!isKind(args, 'tuple')) return 'with arguments that are computed';
  const [size] = args.items;
  return typeof size === 'number' && size > 1 << 28 ? `for ${size} bytes, to use up the memory` : undefined;
}

const tables = new Map(lines.trim().split('\n').map(table));

function table(line: string): [string, ReadonlyMap<string, Allowed>] {
  const [module = '', names = ''] = line.split(': ');
  const [calls = '', rest = ''] = ` ${names} `.split('|');
  const rules = new Map<string, Allowed>();
  for (const name of rest.trim().split(/\s+/)) rules.set(name, kept);
  for (const name of calls.trim().split(/\s+/)) {
    const check = checks[`${module}:${name}`];
    rules.set(name, check === undefined ? called : { ...called, check });
  }
  rules.delete('');
  return [module, rules];
}
