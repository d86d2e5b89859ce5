import { onnx } from 'onnx-proto';
import { elementTypes, type Constant, type ElementType } from './tensors';

export type Attribute =
  | number
  | string
  | readonly string[]
  | { readonly ints: readonly number[] }
  | { readonly tensor: Constant };

/** Name of a tensor that flows through the graph. */
export type Flow = string;

/** A text stands for a size known only at run time. */
export type Dims = readonly (number | string)[];

/** ai.onnx 17 and ai.onnx.ml 3: ONNX Runtime runs them since 1.12. */
const opsets = { '': 17, 'ai.onnx.ml': 3 } as const;
const irVersion = 8;
/** Before every name but those of inputs and outputs, which users choose: so they cannot collide. */
const prefix = 'modelyard:';

interface NewNode {
  readonly domain: keyof typeof opsets;
  readonly opType: string;
  readonly input: Flow[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Collects nodes and constants in the order in which they are added, which has to be topological. */
export class GraphBuilder {
  private readonly nodes: onnx.INodeProto[] = [];
  private readonly constants: onnx.ITensorProto[] = [];
  private readonly inputs: onnx.IValueInfoProto[] = [];
  private readonly outputs: onnx.IValueInfoProto[] = [];
  private count = 0;

  /** @param versions of the operators; other ones where a graph is included that needs them */
  constructor(private readonly versions: Readonly<Record<string, number>> = opsets) {}

  input(name: string, type: ElementType, dims: Dims): Flow {
    this.inputs.push(valueInfo(name, type, dims));
    return name;
  }

  constant(value: Constant): Flow {
    const name = this.newName('constant');
    this.constants.push({ ...value, name });
    return name;
  }

  /** Adds a node of the standard operators. @returns its only output. */
  node(opType: string, input: Flow[], attributes: Readonly<Record<string, Attribute>> = {}): Flow {
    return this.add({ domain: '', opType, input, attributes });
  }

  /** The same for the machine-learning operators (`ai.onnx.ml`). */
  mlNode(opType: string, input: Flow[], attributes: Readonly<Record<string, Attribute>>): Flow {
    return this.add({ domain: 'ai.onnx.ml', opType, input, attributes });
  }

  /** Gives a flow a name of its own. */
  rename(from: Flow, name: string): void {
    this.nodes.push({ opType: 'Identity', name: this.newName('Identity'), input: [from], output: [name] });
  }

  /** Adds the nodes and constants of another graph, whose names must be none of ours. */
  include({ node, initializer }: Pick<onnx.IGraphProto, 'node' | 'initializer'>): void {
    this.nodes.push(...(node ?? []));
    this.constants.push(...(initializer ?? []));
  }

  output(name: string, from: Flow, { type, dims }: { readonly type: ElementType; readonly dims: Dims }): void {
    this.rename(from, name);
    this.outputs.push(valueInfo(name, type, dims));
  }

  /** The bytes of the model file; the same graph gives the same bytes. */
  encode(metadata: Readonly<Record<string, string>>): Uint8Array {
    return onnx.ModelProto.encode({
      irVersion,
      producerName: 'modelyard',
      opsetImport: Object.entries(this.versions).map(([domain, version]) => ({ domain, version })),
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name: 'modelyard',
        node: this.nodes,
        initializer: this.constants,
        input: this.inputs,
        output: this.outputs,
      },
    }).finish();
  }

  private add({ attributes, ...node }: NewNode): Flow {
    const output = this.newName(node.opType);
    const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
    this.nodes.push({ ...node, name: output, output: [output], attribute });
    return output;
  }

  private newName(kind: string): string {
    return `${prefix}${kind}${++this.count}`;
  }
}

function attributeProto(name: string, value: Attribute): onnx.IAttributeProto {
  const types = onnx.AttributeProto.AttributeType;
  if (typeof value === 'number') return { name, type: types.INT, i: value };
  if (typeof value === 'string') return { name, type: types.STRING, s: Buffer.from(value) };
  if ('tensor' in value) return { name, type: types.TENSOR, t: value.tensor };
  if ('ints' in value) return { name, type: types.INTS, ints: [...value.ints] };
  return { name, type: types.STRINGS, strings: value.map(text => Buffer.from(text)) };
}

const valueInfo = (name: string, type: ElementType, dims: Dims): onnx.IValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType: elementTypes[type],
      shape: { dim: dims.map(size => (typeof size === 'string' ? { dimParam: size } : { dimValue: size })) },
    },
  },
});
