import * as v from 'valibot';
import { parse } from 'yaml';
import type { SignatureColumnInfo, SignatureInfo } from '../../protocol/registryMoves';

const nothing = v.nullish(v.string());
const mlmodel = v.object({ signature: v.object({ inputs: nothing, outputs: nothing }) });
const columns = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(
    v.looseObject({
      type: v.unknown(),
      name: v.optional(v.string()),
      required: v.optional(v.boolean(), true),
      'tensor-spec': v.optional(v.looseObject({ dtype: v.string(), shape: v.array(v.number()) })),
    }),
  ),
);

/** The signature that the text of a file `MLmodel` has; undefined: none, or none that can be read. */
export function readSignature(text: string): SignatureInfo | undefined {
  const found = v.safeParse(mlmodel, parsed(text));
  if (!found.success) return undefined;
  const { inputs, outputs } = found.output.signature;
  const [taken, given] = [columnsOf(inputs), columnsOf(outputs)];
  return taken === undefined || given === undefined ? undefined : { inputs: taken, outputs: given };
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

/** Columns without names are known by their places. */
function columnsOf(json: string | null | undefined): readonly SignatureColumnInfo[] | undefined {
  if (json === null || json === undefined) return [];
  const found = v.safeParse(columns, json);
  if (!found.success) return undefined;
  return found.output.map(({ type, name, required, 'tensor-spec': tensor }, index) => ({
    name: name ?? `#${index + 1}`,
    type: tensor
      ? `tensor(${tensor.dtype}, ${tensor.shape.join('×')})`
      : typeof type === 'string'
        ? type
        : JSON.stringify(type),
    required,
  }));
}
