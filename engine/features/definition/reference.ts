import { ModelyardError } from '../../errors';

/** `loans`, `loans:income`, `loans@v2`, `loans@v2:income` */
export interface FeatureReference {
  readonly view: string;
  /** Absent: the one that modelyard.yaml says. */
  readonly version?: number;
  /** Absent: all of the view. */
  readonly feature?: string;
}

const pattern = /^([A-Za-z][\w-]{0,63})(?:@v([1-9]\d{0,8}))?(?::(.{1,200}))?$/su;

/** @throws ModelyardError `params.invalid` when it is no reference */
export function parseReference(text: string): FeatureReference {
  const match = pattern.exec(text);
  if (!match)
    throw new ModelyardError('params.invalid', `${JSON.stringify(text.slice(0, 100))} names no feature.`, {
      fix: 'Name a view (`loans`), a feature (`loans:income`), or that of a version (`loans@v2:income`).',
    });
  const [, view = '', version, feature] = match;
  return {
    view,
    ...(version !== undefined && { version: Number(version) }),
    ...(feature !== undefined && { feature }),
  };
}

export const referenceText = ({ view, version, feature }: FeatureReference): string =>
  view + (version === undefined ? '' : `@v${version}`) + (feature === undefined ? '' : `:${feature}`);
