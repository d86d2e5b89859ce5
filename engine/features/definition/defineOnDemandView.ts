import type { ColumnType } from '../../protocol/data';
import type { OnDemandViewConfig } from '../../protocol/featureConfig';
import type { FeatureViewDefinition } from '../../protocol/features';
import { wrongView, type DefinedView, type DefiningContext } from './defined';
import { FeatureTypes } from './featureTypes';
import { referenceText } from './reference';
import { viewHash } from './viewHash';

/** A feature of another view that is computed with. */
export interface UsedFeature {
  readonly view: string;
  readonly version: number;
  readonly feature: string;
  readonly type: ColumnType;
  /** Which entry of `uses` asks for it, from 0. */
  readonly index: number;
}

export interface OnDemandParts extends DefiningContext {
  readonly view: OnDemandViewConfig;
  readonly used: readonly UsedFeature[];
}

/** @throws ModelyardError `config.invalid` with the key that is wrong */
export function defineOnDemandView(parts: OnDemandParts): DefinedView {
  const { view, used, expressions } = parts;
  const columns = new Map<string, ColumnType>(Object.entries(view.request));
  const owners = new Map<string, string>();
  for (const one of used) {
    const reference = referenceText(one);
    const other = columns.has(one.feature) ? (owners.get(one.feature) ?? 'what the request gives') : undefined;
    if (other === reference) continue;
    if (other !== undefined)
      throw wrongView(parts, `uses.${one.index}`, {
        message: `\`${one.feature}\` would be both ${reference} and ${other}.`,
        fix: 'Use one of them, and name features one by one.',
      });
    columns.set(one.feature, one.type);
    owners.set(one.feature, reference);
  }
  const features = new FeatureTypes(parts, view.features, columns).all();
  const definition: FeatureViewDefinition = {
    kind: 'on-demand',
    request: view.request,
    uses: [...owners.values()],
    features,
  };
  return {
    definition,
    hash: viewHash(definition, { features: view.features, plain: text => expressions.plain(text) }),
  };
}
