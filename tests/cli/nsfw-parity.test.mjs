// SPDX-License-Identifier: Apache-2.0
// Winnow's picture model against nsfwjs itself: the same tensor must give the same five scores, and
// what Winnow's own decoding and resizing changes is measured and printed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';

const root = process.env.WINNOW_SOURCE_ROOT;
const tool = process.env.WINNOW_NSFW_TENSOR;
const helper = process.env.WINNOW_PICTURE_HELPER;
const deps = join(root, '.deps');
const model = 'mobilenet_v2_mid';
const onnx = join(deps, 'models', `nsfw_${model}.onnx`);
const library = join(deps, 'lib/libonnxruntime.so');
const photos = join(deps, 'photos');

const LIMIT = 1e-4;
// nsfwjs holds a whole photograph as floats, so only pictures up to this size are compared with its resizing.
const MAX_PIXELS = 2.2e6;

function missing() {
  for (const path of [tool, onnx, library, photos, join(deps, 'node_modules/@tensorflow/tfjs-core')]) {
    if (!path || !existsSync(path)) return `skipped: ${path} is not here (tools/setup check fetches it)`;
  }
  return false;
}

/** Run a command that prints a line of JSON a picture. */
function lines(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, timeout: 500_000 });
  assert.equal(result.status, 0, `${basename(command)}: ${result.error ?? ''} ${result.stderr}`);
  return result.stdout.trim().split('\n').map((line) => JSON.parse(line));
}

function nsfwjs(...args) {
  return lines(process.execPath, [join(root, 'tools/nsfwjs-reference.mjs'), model, ...args]);
}

/** The largest difference between two sets of class scores. */
function apart(a, b) {
  return Math.max(...Object.keys(b).map((name) => Math.abs(a[name] - b[name])));
}

test('parity with nsfwjs', { skip: missing() }, async (t) => {
  const out = mkdtempSync(join(tmpdir(), 'winnow-nsfw-'));
  after(() => rmSync(out, { recursive: true, force: true }));
  const files = readdirSync(photos).filter((name) => name.endsWith('.jpg')).sort().map((name) => join(photos, name));
  const ours = lines(tool, [helper, library, onnx, out, ...files]);

  await t.test('the same tensor gives the same scores', () => {
    assert.ok(ours.length >= 10, `only ${ours.length} photographs`);
    const theirs = nsfwjs(...ours.map((o) => o.f32));
    const worst = Math.max(...ours.map((o, i) => apart(o.scores, theirs[i].scores)));
    for (const [i, o] of ours.entries()) {
      const by = apart(o.scores, theirs[i].scores);
      assert.ok(by <= LIMIT, `${basename(o.file)}: a class score differs by ${by}`);
    }
    t.diagnostic(`${ours.length} photographs, largest difference of a class score: ${worst.toExponential(1)}`);
  });

  await t.test('what our decoding and resizing change is small where it matters', () => {
    const small = ours.filter((o) => o.width * o.height <= MAX_PIXELS);
    const theirs = nsfwjs('--photo', ...small.map((o) => o.rgb));
    const classes = small.map((o, i) => apart(o.scores, theirs[i].scores));
    const explicit = small.map((o, i) =>
      apart(o.scores, Object.fromEntries(['Hentai', 'Porn', 'Sexy'].map((name) => [name, theirs[i].scores[name]]))),
    );
    const mean = (values) => (values.reduce((a, b) => a + b, 0) / values.length).toFixed(4);
    t.diagnostic(
      `drift from nsfwjs's own resizing, ${small.length} photographs: any class mean ${mean(classes)}, ` +
        `largest ${Math.max(...classes).toFixed(4)}; the three sexual classes mean ${mean(explicit)}, ` +
        `largest ${Math.max(...explicit).toFixed(4)}`,
    );
    assert.ok(Math.max(...explicit) <= 0.1, 'a sexual class of a harmless photograph moved by more than 0.1');
  });

  await t.test('harmless photographs stay below every threshold', () => {
    const highest = ours.reduce((a, b) => (b.sexual > a.sexual ? b : a));
    t.diagnostic(`highest score of sexual: ${highest.sexual} (${basename(highest.file)})`);
    assert.ok(highest.sexual < 0.3, `${basename(highest.file)} scores ${highest.sexual}`);
  });
});
