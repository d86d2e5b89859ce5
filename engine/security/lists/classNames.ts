/**
 * Classes of scikit-learn that a fitted model can consist of: estimators, what they hold, splitters, kernels and losses.
 * They only keep what they learnt; none has a `__setstate__` or `__new__` that does more. Modules have moved from version
 * to version, so a class counts wherever in the package it is.
 */
export const sklearnClasses = words(`
  ARDRegression AbsoluteError AdaBoostClassifier AdaBoostRegressor AdamOptimizer AdditiveChi2Sampler
  AffinityPropagation AgglomerativeClustering BaggingClassifier BaggingRegressor BaseBagging BaseDecisionTree
  BaseEnsemble BaseEstimator BaseForest BaseGradientBoosting BaseGraphicalLasso BaseHistGradientBoosting
  BaseLabelPropagation BaseLibSVM BaseMixture BaseMultilayerPerceptron BaseRandomProjection BaseSGD
  BaseSGDClassifier BaseSGDRegressor BaseSVC BaseSearchCV BaseSpectral BaseSuccessiveHalving BaseThresholdClassifier
  BaseWeightBoosting BayesianGaussianMixture BayesianRidge BernoulliNB BernoulliRBM Binarizer BinaryCrossEntropy
  BinomialDeviance Birch BisectingKMeans Bunch CCA CalibratedClassifierCV CategoricalCrossEntropy CategoricalNB
  ClassicalMDS ClassifierChain ColumnTransformer ComplementNB CompoundKernel ConstantKernel CountVectorizer DBSCAN
  DecisionTreeClassifier DecisionTreeRegressor DictVectorizer DictionaryLearning DotProduct DummyClassifier
  DummyRegressor ElasticNet ElasticNetCV EllipticEnvelope EmpiricalCovariance ExpSineSquared ExponentialLoss
  Exponentiation ExtraTreeClassifier ExtraTreeRegressor ExtraTreesClassifier ExtraTreesRegressor FactorAnalysis
  FastICA FeatureAgglomeration FeatureHasher FeatureUnion FixedThresholdClassifier ForestClassifier ForestRegressor
  FrozenEstimator FunctionTransformer GammaRegressor GaussianMixture GaussianNB GaussianProcess
  GaussianProcessClassifier GaussianProcessRegressor GaussianRandomProjection GenericUnivariateSelect
  GradientBoostingClassifier GradientBoostingRegressor GraphicalLasso GraphicalLassoCV GridSearchCV GroupKFold
  HDBSCAN HalfBinomialLoss HalfGammaLoss HalfLogitLink HalfMultinomialLoss HalfPoissonLoss HalfSquaredError
  HalfTweedieLoss HalfTweedieLossIdentity HalvingGridSearchCV HalvingRandomSearchCV HashingVectorizer
  HistGradientBoostingClassifier HistGradientBoostingRegressor HuberLoss HuberLossFunction HuberRegressor
  IdentityLink Imputer IncrementalPCA Interval IsolationForest Isomap IsotonicRegression IterativeImputer
  KBinsDiscretizer KDTree KFold KMeans KNNImputer KNeighborsClassifier KNeighborsRegressor KNeighborsTransformer
  KernelCenterer KernelDensity KernelPCA KernelRidge LSHForest LabelBinarizer LabelEncoder LabelPropagation
  LabelSpreading Lars LarsCV Lasso LassoCV LassoLars LassoLarsCV LassoLarsIC LatentDirichletAllocation
  LeastAbsoluteError LeastSquares LeastSquaresError LeaveOneOut LedoitWolf LinearDiscriminantAnalysis LinearModel
  LinearModelCV LinearRegression LinearSVC LinearSVR LocalOutlierFactor LocallyLinearEmbedding LogLink
  LogOddsEstimator LogisticRegression LogisticRegressionCV LogitLink MDS MLPClassifier MLPRegressor Matern
  MaxAbsScaler MeanEstimator MeanShift MetadataRequest MethodMetadataRequest MinCovDet MinMaxScaler
  MiniBatchDictionaryLearning MiniBatchKMeans MiniBatchNMF MiniBatchSparsePCA MissingIndicator MultiLabelBinarizer
  MultiOutputClassifier MultiOutputLinearModel MultiOutputRegressor MultiTaskElasticNet MultiTaskElasticNetCV
  MultiTaskLasso MultiTaskLassoCV MultinomialDeviance MultinomialLogit MultinomialNB NMF NearestCentroid
  NearestNeighbors NeighborhoodComponentsAnalysis NeighborsBase Normalizer NuSVC NuSVR Nystroem OAS OPTICS
  OneClassSVM OneHotEncoder OneVsOneClassifier OneVsRestClassifier OrdinalEncoder OrthogonalMatchingPursuit
  OrthogonalMatchingPursuitCV OutputCodeClassifier PCA PLSCanonical PLSRegression PLSSVD PairwiseKernel
  PassiveAggressiveClassifier PassiveAggressiveRegressor PatchExtractor Perceptron PinballLoss Pipeline Poisson
  PoissonRegressor PolynomialCountSketch PolynomialFeatures PowerTransformer PredefinedSplit
  PriorProbabilityEstimator Product QuadraticDiscriminantAnalysis QuantileEstimator QuantileLossFunction
  QuantileRegressor QuantileTransformer RANSACRegressor RBF RBFSampler RFE RFECV RadiusNeighborsClassifier
  RadiusNeighborsRegressor RadiusNeighborsTransformer RandomForestClassifier RandomForestRegressor
  RandomTreesEmbedding RandomizedLasso RandomizedSearchCV RationalQuadratic RegressorChain RepeatedKFold
  RepeatedStratifiedKFold Ridge RidgeCV RidgeClassifier RidgeClassifierCV RobustScaler SGDClassifier SGDOneClassSVM
  SGDOptimizer SGDRegressor SVC SVR ScaledLogOddsEstimator SelectFdr SelectFpr SelectFromModel SelectFwe SelectKBest
  SelectPercentile SelfTrainingClassifier SequentialFeatureSelector ShrunkCovariance ShuffleSplit SimpleImputer
  SkewedChi2Sampler SparseCoder SparsePCA SparseRandomProjection SpectralBiclustering SpectralClustering
  SpectralCoclustering SpectralEmbedding SplineTransformer StackingClassifier StackingRegressor StandardScaler
  StratifiedKFold StratifiedShuffleSplit Sum TSNE TargetEncoder TfidfTransformer TfidfVectorizer TheilSenRegressor
  TimeSeriesSplit TransformedTargetRegressor TreePredictor TruncatedSVD TunedThresholdClassifierCV TweedieRegressor
  VarianceThreshold VotingClassifier VotingRegressor WhiteKernel ZeroEstimator _BaseChain _BaseComposition
  _BaseDiscreteNB _BaseEncoder _BaseFilter _BaseHeterogeneousEnsemble _BaseImputer _BaseKMeans _BaseNB _BaseNMF
  _BasePCA _BaseRidge _BaseRidgeCV _BaseSparsePCA _BaseStacking _BaseVoting _BinMapper
  _BinaryGaussianProcessClassifierLaplace _BisectingTree _CFNode _CFSubcluster _CVIterableWrapper
  _CalibratedClassifier _ConstantPredictor _CurveScorer _GeneralizedLinearRegressor _IdentityRegressor
  _ImputerTriplet _IsotonicRegression _MultiOutputEstimator _MultimetricScorer _PLS _PassthroughScorer
  _PredictScorer _ProbaScorer _RidgeGCV _Scorer _SigmoidCalibration _TemperatureScaling _ThresholdScorer
`);

/** Layers of PyTorch (`torch.nn.modules`), without what keeps hooks. */
export const torchLayers = words(`
  AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveLogSoftmaxWithLoss AdaptiveMaxPool1d
  AdaptiveMaxPool2d AdaptiveMaxPool3d AlphaDropout AvgPool1d AvgPool2d AvgPool3d BCELoss BCEWithLogitsLoss
  BatchNorm1d BatchNorm2d BatchNorm3d Bilinear CELU CTCLoss ChannelShuffle CircularPad1d CircularPad2d CircularPad3d
  ConstantPad1d ConstantPad2d ConstantPad3d Container Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d
  ConvTranspose3d CosineEmbeddingLoss CosineSimilarity CrossEntropyLoss CrossMapLRN2d Dropout Dropout1d Dropout2d
  Dropout3d ELU Embedding EmbeddingBag FeatureAlphaDropout Flatten Fold FractionalMaxPool2d FractionalMaxPool3d GELU
  GLU GRU GRUCell GaussianNLLLoss GroupNorm Hardshrink Hardsigmoid Hardswish Hardtanh HingeEmbeddingLoss HuberLoss
  Identity InstanceNorm1d InstanceNorm2d InstanceNorm3d KLDivLoss L1Loss LPPool1d LPPool2d LPPool3d LSTM LSTMCell
  LayerNorm LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d
  LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d LazyLinear
  LeakyReLU Linear LinearCrossEntropyLoss LinearCrossEntropyOptions LocalResponseNorm LogSigmoid LogSoftmax MSELoss
  MarginRankingLoss MaxPool1d MaxPool2d MaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d Mish Module ModuleDict
  ModuleList MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss MultiheadAttention NLLLoss NLLLoss2d
  NonDynamicallyQuantizableLinear PReLU PairwiseDistance ParameterDict ParameterList PixelShuffle PixelUnshuffle
  PoissonNLLLoss RMSNorm RNN RNNBase RNNCell RNNCellBase RReLU ReLU ReLU6 ReflectionPad1d ReflectionPad2d
  ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d SELU Sequential SiLU Sigmoid SmoothL1Loss
  SoftMarginLoss Softmax Softmax2d Softmin Softplus Softshrink Softsign SyncBatchNorm Tanh Tanhshrink Threshold
  Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer
  TripletMarginLoss TripletMarginWithDistanceLoss Unflatten Unfold Upsample UpsamplingBilinear2d UpsamplingNearest2d
  ZeroPad1d ZeroPad2d ZeroPad3d _AdaptiveAvgPoolNd _AdaptiveMaxPoolNd _AvgPoolNd _BatchNorm _CircularPadNd
  _ConstantPadNd _ConvNd _ConvTransposeNd _DropoutNd _InstanceNorm _LPPoolNd _LazyNormBase _Loss _MaxPoolNd
  _MaxUnpoolNd _NormBase _ReflectionPadNd _ReplicationPadNd _WeightedLoss
`);

/** Optimisers and schedules of PyTorch whose state is numbers. */
export const torchOptimisers = words(`
  ASGD Adadelta Adafactor Adagrad Adam AdamW Adamax LBFGS Muon NAdam Optimizer RAdam RMSprop Rprop SGD SparseAdam
  ChainedScheduler ConstantLR CosineAnnealingLR CosineAnnealingWarmRestarts CyclicLR ExponentialLR LRScheduler
  _LRScheduler LinearLR MultiStepLR OneCycleLR PolynomialLR ReduceLROnPlateau SequentialLR StepLR
`);

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
