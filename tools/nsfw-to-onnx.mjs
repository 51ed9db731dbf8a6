#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Converts a model of the npm package nsfwjs to ONNX.
//
//   nsfw-to-onnx.mjs PACKAGE_DIR MODEL OUT.onnx [--fp32]
//
// MODEL is mobilenet_v2_mid, mobilenet_v2 or inception_v3. A manifest, OUT.json, goes beside it.
//
// nsfwjs ships TensorFlow.js models in two shapes: a list of Keras layers (mobilenet_v2,
// inception_v3) or a frozen TensorFlow graph (mobilenet_v2_mid), both with weights as bytes and a
// scale. Either becomes an ONNX graph (opset 13) with one input, `input`: float [N, 3, size, size],
// RGB in 0..1, and one output, `probs`: float [N, 5], the classes in nsfwjs's order.
//
// TensorFlow keeps pictures as rows × columns × channels (NHWC), ONNX as channels × rows × columns
// (NCHW). Kernels are reordered here, once; activations are NCHW throughout.
//
// Kernels stay bytes in the file, which is a quarter of the size, and are scaled by three nodes
// that ONNX Runtime folds away when it loads the model. (DequantizeLinear would say the same in one
// node, but the runtime leaves that one in place, for its integer kernels.) --fp32 stores floats.
//
// The bytes written depend on nothing but the bundle and --fp32.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const CLASSES = ['Drawing', 'Hentai', 'Neutral', 'Porn', 'Sexy'];
const OPSET = 13;
const IR_VERSION = 8;
// Below this many values a tensor is stored as floats: bytes and their nodes would save nothing.
const BYTES_FROM = 1024;

// --- Protocol buffers ----------------------------------------------------------------------------
// The four wire forms that ONNX needs; each function returns the bytes of one field.

function varint(value) {
  const out = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Buffer.from(out);
}

const key = (field, wire) => varint(field * 8 + wire);

const intField = (field, value) => Buffer.concat([key(field, 0), varint(value)]);

// A string, bytes, or a message given as the list of its fields.
function bytesField(field, value) {
  const body = Array.isArray(value) ? Buffer.concat(value) : Buffer.from(value);
  return Buffer.concat([key(field, 2), varint(body.length), body]);
}

function floatField(field, value) {
  const body = Buffer.alloc(4);
  body.writeFloatLE(value);
  return Buffer.concat([key(field, 5), body]);
}

// --- ONNX ----------------------------------------------------------------------------------------
// Field numbers and codes are those of onnx.proto.

const TYPE = { float: 1, uint8: 2 };
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 };

// An attribute whose value is a whole number, a list of them, a string, or { float: x }.
function attribute(name, value) {
  const fields = [bytesField(1, name)];
  if (typeof value === 'string') {
    fields.push(bytesField(4, value), intField(20, ATTRIBUTE.string));
  } else if (Array.isArray(value)) {
    fields.push(...value.map((v) => intField(8, v)), intField(20, ATTRIBUTE.ints));
  } else if (typeof value === 'object') {
    fields.push(floatField(2, value.float), intField(20, ATTRIBUTE.float));
  } else {
    fields.push(intField(3, value), intField(20, ATTRIBUTE.int));
  }
  return fields;
}

// The type of an input or output: a float tensor whose dimensions are numbers or names.
function valueInfo(name, dims) {
  const shape = dims.map((d) =>
    bytesField(1, [typeof d === 'string' ? bytesField(2, d) : intField(1, d)]),
  );
  const tensorType = [intField(1, TYPE.float), bytesField(2, shape)];
  return [bytesField(1, name), bytesField(2, [bytesField(1, tensorType)])];
}

// Collects nodes and stored tensors, and writes the model. Nodes are added in the order they run.
class Graph {
  #nodes = [];
  #tensors = [];

  constructor(keepBytes) {
    this.keepBytes = keepBytes;
  }

  // Adds a node with one output and returns that output's name.
  node(op, inputs, output, attributes = {}) {
    this.#nodes.push([
      ...inputs.map((name) => bytesField(1, name)),
      bytesField(2, output),
      bytesField(3, output),
      bytesField(4, op),
      ...Object.entries(attributes).map(([name, value]) => bytesField(5, attribute(name, value))),
    ]);
    return output;
  }

  #tensor(name, dims, type, raw) {
    this.#tensors.push([
      ...dims.map((d) => intField(1, d)),
      intField(2, type),
      bytesField(8, name),
      bytesField(9, raw),
    ]);
    return name;
  }

  floats(name, dims, values) {
    const raw = Buffer.alloc(values.length * 4);
    values.forEach((v, i) => raw.writeFloatLE(v, i * 4));
    return this.#tensor(name, dims, TYPE.float, raw);
  }

  // Stores a weight, as it is or reordered, and returns the name of its float value.
  weight(name, weight, order = inOrder) {
    const { dims, source } = order(weight.shape);
    const pick = (values) => (source ? values.constructor.from(source, (i) => values[i]) : values);
    if (!this.keepBytes || weight.zero === undefined || weight.bytes.length <= BYTES_FROM) {
      return this.floats(name, dims, pick(weight.values));
    }
    const bytes = this.#tensor(`${name}:bytes`, dims, TYPE.uint8, Buffer.from(pick(weight.bytes)));
    const asFloat = this.node('Cast', [bytes], `${name}:float`, { to: TYPE.float });
    const centred = this.node(
      'Sub',
      [asFloat, this.floats(`${name}:zero`, [], [weight.zero])],
      `${name}:centred`,
    );
    return this.node('Mul', [centred, this.floats(`${name}:scale`, [], [weight.scale])], name);
  }

  model(size) {
    const graph = [
      ...this.#nodes.map((n) => bytesField(1, n)),
      bytesField(2, 'nsfw'),
      ...this.#tensors.map((t) => bytesField(5, t)),
      bytesField(11, valueInfo('input', ['N', 3, size, size])),
      bytesField(12, valueInfo('probs', ['N', CLASSES.length])),
    ];
    const opset = [bytesField(1, ''), intField(2, OPSET)];
    return Buffer.concat([
      intField(1, IR_VERSION),
      bytesField(2, 'winnow nsfw-to-onnx'),
      bytesField(7, graph),
      bytesField(8, opset),
    ]);
  }
}

// --- Order of weights ----------------------------------------------------------------------------
// Each takes TensorFlow's shape and returns ONNX's, with the source index of every value.

const inOrder = (shape) => ({ dims: shape, source: null });

// rows, columns, in, out → out, in, rows, columns
function convOrder([rows, columns, ins, outs]) {
  const source = [];
  for (let o = 0; o < outs; o++) {
    for (let i = 0; i < ins; i++) {
      for (let at = 0; at < rows * columns; at++) {
        source.push((at * ins + i) * outs + o);
      }
    }
  }
  return { dims: [outs, ins, rows, columns], source };
}

// rows, columns, channels, multiplier → channels × multiplier, 1, rows, columns
function depthwiseOrder([rows, columns, channels, multiplier]) {
  const source = [];
  for (let c = 0; c < channels * multiplier; c++) {
    for (let at = 0; at < rows * columns; at++) {
      source.push(at * channels * multiplier + c);
    }
  }
  return { dims: [channels * multiplier, 1, rows, columns], source };
}

// --- The bundle ----------------------------------------------------------------------------------

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// The byte that stands for 0, where one does (undefined where none does). Then a value is
// (byte - zero) * scale, which rounds once; byte * scale + min rounds twice, and worst near 0.
function zeroByte({ min, scale }) {
  const zero = Math.round(-min / scale);
  return zero >= 0 && zero <= 255 && Math.abs(zero * scale + min) < scale * 1e-6 ? zero : undefined;
}

function readWeight(spec, data, offset) {
  const count = spec.shape.reduce((a, b) => a * b, 1);
  const q = spec.quantization;
  if (q && q.dtype === 'uint8') {
    const bytes = Uint8Array.from(data.subarray(offset, offset + count));
    // TensorFlow.js computes in doubles and stores a float.
    const values = Float32Array.from(bytes, (b) => b * q.scale + q.min);
    return {
      weight: { shape: spec.shape, values, bytes, scale: q.scale, zero: zeroByte(q) },
      size: count,
    };
  }
  if (!q && spec.dtype === 'float32') {
    const values = Float32Array.from({ length: count }, (_, i) => data.readFloatLE(offset + 4 * i));
    return { weight: { shape: spec.shape, values }, size: 4 * count };
  }
  throw new Error(
    `weight ${spec.name}: ${spec.dtype} stored as ${q ? q.dtype : 'itself'} is not supported`,
  );
}

// Reads a bundle: { topology, weights: Map of name → weight, digest of all its files }.
function readBundle(packageDir, model) {
  const dir = path.resolve(packageDir, 'dist', 'models', model);
  const require = createRequire(path.join(dir, 'model.min.js'));
  const json = require('./model.min.js');
  const weights = new Map();
  for (const group of json.weightsManifest) {
    const data = Buffer.concat(
      group.paths.map((shard) => Buffer.from(require(`./${shard}.min.js`), 'base64')),
    );
    let offset = 0;
    for (const spec of group.weights) {
      const { weight, size } = readWeight(spec, data, offset);
      weights.set(spec.name, weight);
      offset += size;
    }
    if (offset !== data.length) {
      throw new Error(
        `${model}: the weights take ${offset} bytes and the shards hold ${data.length}`,
      );
    }
  }
  const files = readdirSync(dir)
    .filter((f) => f.endsWith('.min.js'))
    .sort();
  const digest = sha256(Buffer.concat(files.map((f) => readFileSync(path.join(dir, f)))));
  return { topology: json.modelTopology, weights, digest };
}

// --- Parts that both kinds of model share --------------------------------------------------------

function activation(graph, kind, input) {
  const output = `${input}:${kind}`;
  switch (kind) {
    case 'linear':
      return input;
    case 'relu':
      return graph.node('Relu', [input], output);
    case 'relu6':
      return graph.node(
        'Clip',
        [input, graph.floats(`${output}:low`, [], [0]), graph.floats(`${output}:high`, [], [6])],
        output,
      );
    case 'softmax':
      return graph.node('Softmax', [input], output, { axis: -1 });
    default:
      throw new Error(`activation ${kind} is not supported`);
  }
}

// TensorFlow's SAME puts the odd row or column of padding at the end.
const SAME = { auto_pad: 'SAME_UPPER' };

// --- Keras layers --------------------------------------------------------------------------------

class LayersModel {
  constructor(bundle, graph) {
    this.layers = bundle.topology.model_config.config.layers;
    this.weights = bundle.weights;
    this.graph = graph;
    this.values = new Map(); // layer → name of its output in the graph
    this.pads = new Map(); // ZeroPadding2D layer → pads for the one layer that reads it
  }

  convert() {
    let last;
    for (const layer of this.layers) {
      const convert = LayersModel.#kinds[layer.class_name];
      if (!convert) {
        throw new Error(`layer ${layer.name}: ${layer.class_name} is not supported`);
      }
      layer.from = (layer.inbound_nodes[0] ?? []).map(([name]) => name);
      layer.inputs = layer.from.map((name) => this.values.get(name));
      last = convert(this, layer, layer.config);
      this.values.set(layer.name, last);
    }
    return { output: last, size: this.size };
  }

  // Stores a weight of a layer; null when the layer has none of that name.
  #stored(layer, which, order) {
    const name = `${layer.name}/${which}`;
    const weight = this.weights.get(name);
    return weight ? this.graph.weight(name, weight, order) : null;
  }

  #padding(layer) {
    if (layer.config.padding === 'same') {
      return SAME;
    }
    return { pads: this.pads.get(layer.from[0]) ?? [0, 0, 0, 0] };
  }

  #conv(layer, kernel, order, group) {
    const { config } = layer;
    const inputs = [layer.inputs[0], this.#stored(layer, kernel, order)];
    if (config.use_bias) {
      inputs.push(this.#stored(layer, 'bias'));
    }
    const output = this.graph.node('Conv', inputs, layer.name, {
      kernel_shape: config.kernel_size,
      strides: config.strides,
      group,
      ...this.#padding(layer),
    });
    return activation(this.graph, config.activation, output);
  }

  #batchNormalization(layer) {
    const { shape } = this.weights.get(`${layer.name}/moving_variance`);
    const constant = (which, value) =>
      this.graph.floats(`${layer.name}/${which}`, shape, new Array(shape[0]).fill(value));
    const inputs = [
      layer.inputs[0],
      this.#stored(layer, 'gamma') ?? constant('gamma', 1),
      this.#stored(layer, 'beta') ?? constant('beta', 0),
      this.#stored(layer, 'moving_mean'),
      this.#stored(layer, 'moving_variance'),
    ];
    return this.graph.node('BatchNormalization', inputs, layer.name, {
      epsilon: { float: layer.config.epsilon },
    });
  }

  #pool(layer, op, attributes = {}) {
    return this.graph.node(op, layer.inputs, layer.name, {
      kernel_shape: layer.config.pool_size,
      strides: layer.config.strides,
      ...this.#padding(layer),
      ...attributes,
    });
  }

  #dense(layer) {
    const inputs = [layer.inputs[0], this.#stored(layer, 'kernel'), this.#stored(layer, 'bias')];
    return activation(
      this.graph,
      layer.config.activation,
      this.graph.node('Gemm', inputs, layer.name),
    );
  }

  // ONNX pads inside the convolution, so a padding layer only leaves a note for its one reader.
  #zeroPadding(layer) {
    const readers = this.layers.filter((other) =>
      (other.inbound_nodes[0] ?? []).some(([name]) => name === layer.name),
    );
    if (readers.length !== 1 || !/^(Depthwise)?Conv2D$/.test(readers[0].class_name)) {
      throw new Error(`layer ${layer.name}: padding is supported before one convolution only`);
    }
    const [[top, bottom], [left, right]] = layer.config.padding;
    this.pads.set(layer.name, [top, left, bottom, right]);
    return layer.inputs[0];
  }

  // The dense layers that follow were trained on values in NHWC order.
  #flatten(layer) {
    const nhwc = this.graph.node('Transpose', layer.inputs, `${layer.name}:nhwc`, {
      perm: [0, 2, 3, 1],
    });
    return this.graph.node('Flatten', [nhwc], layer.name, { axis: 1 });
  }

  #input(config) {
    this.size = config.batch_input_shape[1];
    return 'input';
  }

  static #kinds = {
    InputLayer: (m, layer, config) => m.#input(config),
    ZeroPadding2D: (m, layer) => m.#zeroPadding(layer),
    Conv2D: (m, layer) => m.#conv(layer, 'kernel', convOrder, 1),
    DepthwiseConv2D: (m, layer) =>
      m.#conv(
        layer,
        'depthwise_kernel',
        depthwiseOrder,
        m.weights.get(`${layer.name}/depthwise_kernel`).shape[2],
      ),
    BatchNormalization: (m, layer) => m.#batchNormalization(layer),
    ReLU: (m, layer, config) =>
      activation(m.graph, config.max_value === 6 ? 'relu6' : 'relu', layer.inputs[0]),
    Activation: (m, layer, config) => activation(m.graph, config.activation, layer.inputs[0]),
    Add: (m, layer) => m.graph.node('Add', layer.inputs, layer.name),
    Concatenate: (m, layer) => m.graph.node('Concat', layer.inputs, layer.name, { axis: 1 }),
    MaxPooling2D: (m, layer) => m.#pool(layer, 'MaxPool'),
    AveragePooling2D: (m, layer) => m.#pool(layer, 'AveragePool', { count_include_pad: 0 }),
    Flatten: (m, layer) => m.#flatten(layer),
    Dense: (m, layer) => m.#dense(layer),
    Dropout: (m, layer) => layer.inputs[0], // does something in training only
  };
}

// --- TensorFlow graphs ---------------------------------------------------------------------------

const text = (base64) => Buffer.from(base64 ?? '', 'base64').toString();

// Rows and columns of an attribute that TensorFlow gives for all four dimensions of NHWC.
const rowsColumns = (attr) => attr.list.i.map(Number).slice(1, 3);

class GraphModel {
  constructor(bundle, graph) {
    this.nodes = bundle.topology.node;
    this.weights = bundle.weights;
    this.graph = graph;
    this.values = new Map(); // node → name of its output in the graph
  }

  convert() {
    let last;
    for (const node of this.nodes.filter(({ op }) => op !== 'Const')) {
      const convert = GraphModel.#kinds[node.op];
      if (!convert) {
        throw new Error(`node ${node.name}: ${node.op} is not supported`);
      }
      last = convert(this, node, node.attr ?? {});
      this.values.set(node.name, last);
    }
    return { output: last, size: this.size };
  }

  // The value of a node's input: another node's output, or a stored weight.
  #in(node, index, order) {
    const name = node.input[index].replace(/^\^/, '').replace(/:\d+$/, '');
    if (!this.values.has(name)) {
      this.values.set(name, this.graph.weight(name, this.weights.get(name), order));
    }
    return this.values.get(name);
  }

  #padding(attr) {
    return text(attr.padding.s) === 'SAME' ? SAME : {};
  }

  // A fused node ends with a bias, which ONNX takes as an input, and maybe an activation.
  #fused(node, attr, output) {
    const steps = attr.fused_ops.list.s.map(text).filter((step) => step !== 'BiasAdd');
    return steps.reduce((value, step) => activation(this.graph, step.toLowerCase(), value), output);
  }

  #conv(node, attr, order, groupOf) {
    const { shape } = this.weights.get(node.input[1]);
    const inputs = [this.#in(node, 0), this.#in(node, 1, order), this.#in(node, 2)];
    const output = this.graph.node('Conv', inputs, node.name, {
      kernel_shape: shape.slice(0, 2),
      strides: rowsColumns(attr.strides),
      group: groupOf(shape),
      ...this.#padding(attr),
    });
    return this.#fused(node, attr, output);
  }

  #averagePool(node, attr) {
    return this.graph.node('AveragePool', [this.#in(node, 0)], node.name, {
      kernel_shape: rowsColumns(attr.ksize),
      strides: rowsColumns(attr.strides),
      count_include_pad: 0,
      ...this.#padding(attr),
    });
  }

  #matMul(node, attr) {
    const inputs = [0, 1, 2].map((i) => this.#in(node, i));
    return this.#fused(node, attr, this.graph.node('Gemm', inputs, node.name));
  }

  #input(attr) {
    this.size = Number(attr.shape.shape.dim[1].size);
    return 'input';
  }

  #binary(node, op) {
    return this.graph.node(op, [this.#in(node, 0), this.#in(node, 1)], node.name);
  }

  static #kinds = {
    Placeholder: (m, node, attr) => m.#input(attr),
    Mul: (m, node) => m.#binary(node, 'Mul'),
    Sub: (m, node) => m.#binary(node, 'Sub'),
    AddV2: (m, node) => m.#binary(node, 'Add'),
    _FusedConv2D: (m, node, attr) => m.#conv(node, attr, convOrder, () => 1),
    FusedDepthwiseConv2dNative: (m, node, attr) =>
      m.#conv(node, attr, depthwiseOrder, (shape) => shape[2]),
    AvgPool: (m, node, attr) => m.#averagePool(node, attr),
    Squeeze: (m, node) => m.graph.node('Flatten', [m.#in(node, 0)], node.name, { axis: 1 }), // [N, C, 1, 1] → [N, C]
    _FusedMatMul: (m, node, attr) => m.#matMul(node, attr),
    Softmax: (m, node) => activation(m.graph, 'softmax', m.#in(node, 0)),
    Identity: (m, node) => m.#in(node, 0),
  };
}

// --- The command ---------------------------------------------------------------------------------

function convert(bundle, keepBytes) {
  const graph = new Graph(keepBytes);
  const Model = bundle.topology.node ? GraphModel : LayersModel;
  const { output, size } = new Model(bundle, graph).convert();
  graph.node('Identity', [output], 'probs');
  return { onnx: graph.model(size), size };
}

function manifest(packageDir, model, bundle, { onnx, size }, keepBytes) {
  const source = JSON.parse(readFileSync(path.join(packageDir, 'package.json')));
  return {
    name: `nsfw_${model}`,
    source: {
      package: source.name,
      version: source.version,
      model,
      sha256: bundle.digest,
      licence: source.license,
    },
    sha256: sha256(onnx),
    classes: CLASSES,
    input: { name: 'input', layout: 'NCHW', size, channels: 'RGB', range: [0, 1] },
    output: { name: 'probs' },
    weights: keepBytes ? 'uint8' : 'float32',
  };
}

function main(args) {
  const keepBytes = !args.includes('--fp32');
  const [packageDir, model, out, ...rest] = args.filter((arg) => arg !== '--fp32');
  if (!out?.endsWith('.onnx') || rest.length > 0) {
    console.error('usage: nsfw-to-onnx.mjs PACKAGE_DIR MODEL OUT.onnx [--fp32]');
    return 2;
  }
  const bundle = readBundle(packageDir, model);
  const converted = convert(bundle, keepBytes);
  const facts = manifest(packageDir, model, bundle, converted, keepBytes);
  writeFileSync(out, converted.onnx);
  writeFileSync(out.replace(/\.onnx$/, '.json'), `${JSON.stringify(facts, null, 2)}\n`);
  console.log(
    `${out}: ${converted.onnx.length} bytes, input ${facts.input.size} x ${facts.input.size}`,
  );
  return 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`nsfw-to-onnx: ${error.message}`);
  process.exitCode = 1;
}
