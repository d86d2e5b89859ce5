import type {
  BoostingEvaluation,
  CalibrationTests,
  ClassEvaluation,
  ErrorsEvaluation,
  GroupsEvaluation,
  LevelIntervals,
  RivalEvaluation,
  TrainingPartEvaluation,
  TrivialEvaluation,
} from './evaluationParts';
import type { Dependence, ExplanationSummary } from './explanation';

/** The file `evaluation.json` among a run's artifacts: all that the run page draws. */
export interface Evaluation {
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly label: string;
  readonly classes?: readonly string[];
  readonly positive?: string;
  /** Rows of the test part. */
  readonly rows: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** 95 % bootstrap interval of some metrics. */
  readonly intervals?: Readonly<Record<string, readonly [number, number]>>;
  /** At other confidences that gates ask for. */
  readonly intervalsAt?: LevelIntervals;
  readonly binary?: BinaryEvaluation;
  /** `matrix[true][predicted]`, in the order of `classes`. */
  readonly confusion?: readonly (readonly number[])[];
  readonly importance?: readonly FeatureImportance[];
  /** Test rows that importance was measured on; of many a part. */
  readonly importanceRows?: number;
  /** Absent for models that can only be asked. */
  readonly explanation?: ExplanationSummary;
  readonly dependence?: Dependence;
  readonly slices?: readonly SliceEvaluation[];
  /** Groups that were found to be worse than all other rows. */
  readonly worstSlices?: WorstSlicesEvaluation;
  /** How the intervals were made. */
  readonly intervalsBy?: {
    readonly method: 'bca' | 'percentile';
    readonly rounds: number;
    /** As many rows of each class were drawn as there are. */
    readonly stratified: boolean;
    /** Rows drawn from. */
    readonly rows: number;
  };
  readonly residuals?: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  readonly training?: TrainingPartEvaluation;
  readonly groups?: readonly GroupsEvaluation[];
  readonly trivial?: readonly TrivialEvaluation[];
  /** Versions that gates compare with. */
  readonly rivals?: readonly RivalEvaluation[];
  readonly calibration?: CalibrationTests;
  readonly errors?: ErrorsEvaluation;
  readonly byClass?: readonly ClassEvaluation[];
  readonly boosting?: BoostingEvaluation;
}

/** The file `champion.json` among a run's artifacts: the model beside a registered one, on the same rows. */
export interface ChampionComparison {
  readonly version: 1;
  readonly model: string;
  readonly modelVersion: number;
  readonly stage: string;
  readonly rows: number;
  /** Rows of the test part that the registered model learnt from, as far as is known. */
  readonly seen: number;
  readonly metrics: Readonly<Record<string, ChampionDifference>>;
  /** Of the AUC: own − champion's, by DeLong's test for correlated curves. */
  readonly delong?: {
    readonly difference: number;
    readonly standardError: number;
    readonly interval: readonly [number, number];
    readonly p: number;
  };
}
export interface ChampionDifference {
  readonly own: number;
  readonly champion: number;
  /** own − champion */
  readonly difference: number;
  /** 95 %, of the difference: the same rows were drawn for both. */
  readonly interval?: readonly [number, number];
  /** Share of the draws in which the own value is higher. */
  readonly higher?: number;
}

export interface BinaryEvaluation {
  /** P(positive) at and above which a row counts as positive. */
  readonly threshold: number;
  readonly thresholdReason: string;
  /** Cost of one false negative / false positive. */
  readonly cost?: { readonly falseNegative: number; readonly falsePositive: number };
  readonly roc: CurvePoints;
  /** Of the AUC, by DeLong's variance. */
  readonly delong?: {
    readonly auc: number;
    readonly standardError: number;
    readonly interval: readonly [number, number];
  };
  readonly precisionRecall: CurvePoints;
  readonly calibration: readonly CalibrationBin[];
  /** What the scores were before the model's calibration. */
  readonly uncalibrated?: {
    readonly calibration: readonly CalibrationBin[];
    /** `calibration_error`, `brier`, `log_loss` */
    readonly metrics: Readonly<Record<string, number>>;
  };
  /** At each of up to 201 thresholds: what the slider of the run page moves over. */
  readonly thresholds: readonly ThresholdPoint[];
  /** Counts of scores in 20 bins over [0, 1], by true class. */
  readonly scores: { readonly positive: readonly number[]; readonly negative: readonly number[] };
}
/** ROC: x = false positive rate, y = true positive rate. Precision-recall: x = recall, y = precision. At most 500 points. */
export interface CurvePoints {
  readonly x: readonly number[];
  readonly y: readonly number[];
}
export interface CalibrationBin {
  readonly predicted: number;
  readonly observed: number;
  readonly count: number;
}
export interface ThresholdPoint {
  readonly threshold: number;
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
  /** Cost a row, when a cost matrix is given. */
  readonly cost?: number;
}
export interface FeatureImportance {
  readonly feature: string;
  /** Mean fall of the main metric when the column is shuffled. */
  readonly importance: number;
  readonly std: number;
}
export interface SliceEvaluation {
  /** The condition as written: `age_in_years <= 25` */
  readonly slice: string;
  readonly rows: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of named slices. */
  readonly intervals?: LevelIntervals;
  readonly loss?: SliceLoss;
  /** The same for all other rows. */
  readonly rest: { readonly rows: number; readonly metrics: Readonly<Record<string, number>> };
  /** What other thresholds would do, by rising threshold: the trade-off that a fairness gate speaks of. */
  readonly byThreshold?: readonly SliceAtThreshold[];
}
/** Mean loss of a row (−ln P(true class), of a regression the squared error) in the slice and outside. */
export interface SliceLoss {
  readonly mean: number;
  readonly rest: number;
  readonly difference: number;
  /** 95 %, of the difference, by Welch's test. */
  readonly interval: readonly [number, number];
  /** Two-sided, of no difference. */
  readonly p: number;
  /** The same with the share of false findings among all slices of the list in mind (Benjamini & Hochberg 1995). */
  readonly adjustedP: number;
}
export interface WorstSlicesEvaluation {
  /** Groups of one and two columns that were looked at, and the rows each had at least. */
  readonly tested: number;
  readonly support: number;
  /** The worst first; `adjustedP` of their loss is one-sided and counts all groups that were looked at (Holm 1979). */
  readonly slices: readonly SliceEvaluation[];
}
export interface SliceAtThreshold {
  readonly threshold: number;
  /** min / max of the selection rates of slice and rest. */
  readonly selectionRateRatio: number;
  /** Of the whole test part, a row. */
  readonly cost?: number;
}
