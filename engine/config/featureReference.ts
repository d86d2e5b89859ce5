/** A view, or a feature of it, as it is now or of an earlier version: `loans`, `loans:income`, `loans@v2:income`. */
export interface FeatureReference {
  readonly view: string;
  /** Absent: as the file has it. */
  readonly version?: number;
  /** Absent: all features of the view. */
  readonly feature?: string;
}

const pattern = /^([A-Za-z][\w-]{0,63})(?:@v([1-9]\d{0,8}))?(?::(.{1,200}))?$/su;

/** Undefined when it is none. */
export function readFeatureReference(text: string): FeatureReference | undefined {
  const [, view, version, feature] = pattern.exec(text) ?? [];
  if (view === undefined) return undefined;
  return {
    view,
    ...(version !== undefined && { version: Number(version) }),
    ...(feature !== undefined && { feature }),
  };
}
