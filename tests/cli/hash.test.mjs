// SPDX-License-Identifier: Apache-2.0
// `winnow hash`: digests of files, PDQ hashes of pictures, errors per file.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { deflateSync } from 'node:zlib';
import { hasPictures, run, scratch } from './winnow.mjs';

const folder = scratch();
const hex = /^[0-9a-f]{64}$/;

function crc(bytes) {
  let c = ~0;
  for (const b of bytes) {
    c ^= b;
    for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0);
  }
  return ~c >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

/** A grey PNG whose pixel at (x, y) is paint(x, y). */
function png(width, height, paint) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = paint(x, y);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function put(name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const boxes = png(320, 200, (x, y) => (((x / 23) ^ (y / 17)) & 1) * 180 + ((x * y) % 40));

function hashes(...args) {
  const { status, stdout, stderr } = run(['hash', '--json', ...args]);
  return { status, stderr, rows: stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line)) };
}

test('a file that is no picture has a digest only', () => {
  const file = put('notes.txt', 'see you at the library\n');
  const { status, rows } = hashes(file);
  assert.equal(status, 0);
  assert.deepEqual(rows, [{ file, algorithm: 'sha256', hash: sha256('see you at the library\n'), quality: null }]);
});

test('a picture has a PDQ hash with its quality', { skip: !hasPictures && 'this build reads no pictures' }, () => {
  const file = put('boxes.png', boxes);
  const { status, rows } = hashes(file);
  assert.equal(status, 0);
  assert.equal(rows.length, 2);
  assert.equal(rows[0].hash, sha256(boxes));
  assert.equal(rows[1].algorithm, 'pdq');
  assert.match(rows[1].hash, hex);
  assert.equal(rows[1].quality, 100);
  assert.deepEqual(hashes(file).rows, rows, 'the same file gives the same hashes');
});

test('for people, a line a hash, and a word about pictures without detail', { skip: !hasPictures && 'no pictures' }, () => {
  const file = put('flat.png', png(100, 100, () => 90));
  const { status, stdout } = run(['hash', file]);
  assert.equal(status, 0);
  assert.match(stdout, /^sha256 {2}[0-9a-f]{64} {2}.*flat\.png$/m);
  assert.match(stdout, /^pdq {5}[0-9a-f]{64} {2}.*flat\.png {2}\(quality 0: too little detail to be matched\)$/m);
});

test('standard input is read', () => {
  const { status, stdout } = run(['hash', '-'], { input: 'abc' });
  assert.equal(status, 0);
  assert.equal(stdout, `sha256  ${sha256('abc')}  -\n`);
});

test('what cannot be hashed is an error of its own; the others are still hashed', () => {
  mkdirSync(join(folder, 'folder'));
  const file = put('last.txt', 'x');
  const { status, rows, stderr } = hashes(join(folder, 'missing'), join(folder, 'folder'), file);
  assert.equal(status, 2);
  assert.deepEqual(rows.map((row) => row.file), [file]);
  assert.match(stderr, /missing: cannot open/);
  assert.match(stderr, /folder: this is a folder/);
});

test('a damaged picture gets no PDQ hash', { skip: !hasPictures && 'this build reads no pictures' }, () => {
  const { status, rows, stderr } = hashes(put('cut.png', boxes.subarray(0, boxes.length - 30)));
  assert.equal(status, 2);
  assert.deepEqual(rows.map((row) => row.algorithm), ['sha256']);
  assert.match(stderr, /cut\.png: /);
});

test('usage errors', () => {
  assert.equal(run(['hash']).status, 2);
  assert.equal(run(['hash', '--nonsense']).status, 2);
  assert.equal(run(['hash', '--help']).status, 0);
});
