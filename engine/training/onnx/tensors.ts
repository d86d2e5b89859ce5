import type { onnx } from 'onnx-proto';

/** TensorProto.DataType of ONNX: the few that are used. */
export const elementTypes = { double: 11, int64: 7, string: 8 } as const;
export type ElementType = keyof typeof elementTypes;

/** A constant of the graph, still without a name. */
export type Constant = Pick<onnx.ITensorProto, 'dims' | 'dataType' | 'rawData' | 'stringData'>;

export function doubles(values: ArrayLike<number>, dims: number[]): Constant {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  for (let i = 0; i < values.length; i++) view.setFloat64(i * 8, values[i]!, true);
  return { dims, dataType: elementTypes.double, rawData: new Uint8Array(view.buffer) };
}

export function int64s(values: readonly number[], dims: number[]): Constant {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  for (let i = 0; i < values.length; i++) view.setBigInt64(i * 8, BigInt(values[i]!), true);
  return { dims, dataType: elementTypes.int64, rawData: new Uint8Array(view.buffer) };
}

export const strings = (values: readonly string[], dims: number[]): Constant => ({
  dims,
  dataType: elementTypes.string,
  stringData: values.map(value => Buffer.from(value)),
});
