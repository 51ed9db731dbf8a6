#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Scores pictures with nsfwjs itself: the reference that Winnow's own scores are compared with.
//
//   nsfwjs-reference.mjs MODEL FILE.f32...
//       Each file is one input tensor: float32, little-endian, [1, size, size, 3], RGB in 0..1.
//   nsfwjs-reference.mjs MODEL --photo FILE.rgb...
//       Each file is a whole picture: a line "WIDTH HEIGHT", then three bytes a pixel. nsfwjs
//       resizes it in its own way, so the scores show what another decoder and resizer change.
//
// MODEL is mobilenet_v2_mid, mobilenet_v2 or inception_v3. Each file gives one line of JSON:
// {"file": ..., "scores": {"Drawing": ..., "Hentai": ..., "Neutral": ..., "Porn": ..., "Sexy": ...}}
//
// Runs on the packages and the Node that `tools/setup check` puts into .deps; no network is used.
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const deps = new URL('../.deps/', import.meta.url);
const require = createRequire(deps);

const PRODUCT = {
  mobilenet_v2_mid: 'MobileNetV2Mid',
  mobilenet_v2: 'MobileNetV2',
  inception_v3: 'InceptionV3',
};
const CLASSES = ['Drawing', 'Hentai', 'Neutral', 'Porn', 'Sexy'];

// nsfwjs asks for the package @tensorflow/tfjs: the parts below under one name, and much that it
// does not use. Handing it the parts keeps the download small.
const PARTS = ['core', 'layers', 'converter'];

function provideTensorFlow() {
  const url = new URL('tfjs-parts.cjs', deps).href;
  const parts = PARTS.map((part) => `require('@tensorflow/tfjs-${part}')`);
  const source = `module.exports = Object.assign({}, ${parts.join(', ')});`;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@tensorflow/tfjs'
        ? { url, format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
    load: (address, context, next) =>
      address === url ? { format: 'commonjs', source, shortCircuit: true } : next(address, context),
  });
}

// The umbrella package also lets operations be called on tensors; these are the ones nsfwjs calls.
function addTensorMethods(tf) {
  Object.assign(tf.Tensor.prototype, {
    toFloat() {
      return tf.cast(this, 'float32');
    },
    div(other) {
      return tf.div(this, other);
    },
    reshape(shape) {
      return tf.reshape(this, shape);
    },
  });
}

// One thread on WebAssembly: the plain JavaScript backend takes a hundred times as long.
async function startTensorFlow() {
  const tf = require('@tensorflow/tfjs-core');
  addTensorMethods(tf);
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + path.sep);
  wasm.setThreadsCount(1);
  if (!(await tf.setBackend('wasm'))) {
    throw new Error('TensorFlow.js could not start its WebAssembly backend');
  }
  return tf;
}

async function loadModel(name) {
  const product = PRODUCT[name];
  if (!product) {
    throw new Error(`unknown model '${name}'; there are ${Object.keys(PRODUCT).join(', ')}`);
  }
  const definition = require(`nsfwjs/models/${name}`)[`${product}Model`];
  return require('nsfwjs/core').load(product, {
    modelDefinitions: [withQuickLoaders(name, definition)],
  });
}

// nsfwjs's own loaders copy each bundle letter by letter into an object and take ten seconds over
// it; these hand over the same bundles.
function withQuickLoaders(name, definition) {
  const dir = new URL(`node_modules/nsfwjs/dist/models/${name}/`, deps);
  const loader = (file) => async () => ({ default: require(fileURLToPath(new URL(file, dir))) });
  const count = definition.numOfWeightBundles;
  return {
    ...definition,
    modelJson: loader('model.min.js'),
    weightBundles: Array.from({ length: count }, (_, i) =>
      loader(`group1-shard${i + 1}of${count}.min.js`),
    ),
  };
}

function readTensor(tf, file, size) {
  const bytes = readFileSync(file);
  const count = size * size * 3;
  if (bytes.length !== count * 4) {
    throw new Error(
      `${file}: ${bytes.length} bytes, expected ${count * 4} (${size} x ${size} x 3 floats)`,
    );
  }
  return tf.tensor(
    Float32Array.from({ length: count }, (_, i) => bytes.readFloatLE(i * 4)),
    [1, size, size, 3],
  );
}

function readPhoto(tf, file) {
  const bytes = readFileSync(file);
  const [, width, height] = /^(\d+) (\d+)\n/.exec(bytes.toString('latin1', 0, 32)) ?? [];
  const start = bytes.indexOf('\n') + 1;
  if (!width || bytes.length - start !== width * height * 3) {
    throw new Error(`${file}: expected a line "WIDTH HEIGHT" and then WIDTH x HEIGHT x 3 bytes`);
  }
  return tf.tensor3d(
    new Uint8Array(bytes.subarray(start)),
    [Number(height), Number(width), 3],
    'int32',
  );
}

// Frees everything but the scores: a large photograph takes hundreds of megabytes.
function score(tf, run) {
  const values = tf.tidy(() => run().dataSync().slice());
  return Object.fromEntries(CLASSES.map((name, i) => [name, values[i]]));
}

async function main(args) {
  const [name, ...rest] = args;
  const photos = rest[0] === '--photo';
  const files = photos ? rest.slice(1) : rest;
  if (!name || files.length === 0) {
    console.error('usage: nsfwjs-reference.mjs MODEL [--photo] FILE...');
    return 2;
  }
  console.info = () => {}; // nsfwjs greets on standard output, which is ours
  provideTensorFlow();
  const tf = await startTensorFlow();
  const nsfwjs = await loadModel(name);
  for (const file of files) {
    const scores = score(tf, () =>
      photos
        ? nsfwjs.infer(readPhoto(tf, file))
        : nsfwjs.model.predict(readTensor(tf, file, nsfwjs.options.size)),
    );
    console.log(JSON.stringify({ file, scores }));
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`nsfwjs-reference: ${error.message}`);
  process.exitCode = 1;
}
