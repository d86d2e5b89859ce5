import type { DataCheckName } from '../../protocol/dataChecks';
import { mixedNulls, nulls, singleValue } from './integrity/cells';
import {
  featureCorrelation,
  featureLabelCorrelation,
  identifierLabelCorrelation,
  outliers,
} from './integrity/relations';
import { classImbalance, conflictingLabels, duplicates } from './integrity/rows';
import { mixedTypes, specialCharacters, stringLength, stringMismatch } from './integrity/texts';
import type { Judge } from './outcome';
import { featureDrift, labelCorrelationChange, labelDrift, multivariateDrift } from './trainTest/drift';
import { dateLeakage, indexLeakage, newCategories, newLabels, newVariants, samplesMix, sizes } from './trainTest/parts';

interface Kind {
  readonly judge: Judge;
  /** When the entry does not say: as the category of the check's condition in Deepchecks; of those that its suites lack, `warn`. */
  readonly severity: 'error' | 'warn';
}

export const judges: Readonly<Record<DataCheckName, Kind>> = {
  'single-value': { judge: singleValue, severity: 'error' },
  'special-characters': { judge: specialCharacters, severity: 'warn' },
  'mixed-nulls': { judge: mixedNulls, severity: 'error' },
  'mixed-types': { judge: mixedTypes, severity: 'warn' },
  'string-mismatch': { judge: stringMismatch, severity: 'warn' },
  duplicates: { judge: duplicates, severity: 'warn' },
  'string-length': { judge: stringLength, severity: 'warn' },
  'conflicting-labels': { judge: conflictingLabels, severity: 'error' },
  'feature-label-correlation': { judge: featureLabelCorrelation, severity: 'error' },
  'feature-correlation': { judge: featureCorrelation, severity: 'error' },
  'identifier-label-correlation': { judge: identifierLabelCorrelation, severity: 'error' },
  outliers: { judge: outliers, severity: 'warn' },
  nulls: { judge: nulls, severity: 'warn' },
  'class-imbalance': { judge: classImbalance, severity: 'warn' },
  sizes: { judge: sizes, severity: 'error' },
  'new-labels': { judge: newLabels, severity: 'error' },
  'new-categories': { judge: newCategories, severity: 'error' },
  'new-variants': { judge: newVariants, severity: 'error' },
  'date-duplicates': { judge: dateLeakage('duplicates'), severity: 'error' },
  'date-overlap': { judge: dateLeakage('overlap'), severity: 'error' },
  'index-leakage': { judge: indexLeakage, severity: 'error' },
  'samples-mix': { judge: samplesMix, severity: 'error' },
  'label-correlation-change': { judge: labelCorrelationChange, severity: 'error' },
  'feature-drift': { judge: featureDrift, severity: 'error' },
  'label-drift': { judge: labelDrift, severity: 'error' },
  'multivariate-drift': { judge: multivariateDrift, severity: 'error' },
};

/** Of a check whose entry does not say. */
export const usualSeverity = (check: DataCheckName): 'error' | 'warn' => judges[check].severity;
