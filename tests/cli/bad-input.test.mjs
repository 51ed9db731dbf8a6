// SPDX-License-Identifier: Apache-2.0
// Items that cannot, or can hardly, be judged: each gets its own honest verdict, and the run goes on.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { hasPictures, root, run, scan, scratch } from './winnow.mjs';

const folder = scratch();
const file = (name, content = '') => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** The verdict of one item that must be an error, with this code and message. */
function refused(path, code, message, args = []) {
  const { status, verdicts } = scan([...args, path]);
  assert.equal(status, 2, path);
  assert.equal(verdicts.length, 1);
  assert.equal(verdicts[0].action, 'error');
  assert.equal(verdicts[0].error.code, code, JSON.stringify(verdicts[0].error));
  assert.match(verdicts[0].error.message, message);
  return verdicts[0];
}

test('an empty file', () => refused(file('empty'), 'format', /empty/));

test('a missing file', () => refused(join(folder, 'nowhere'), 'io', /No such file/));

test('a FIFO does not block', () => {
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  refused(join(folder, 'fifo'), 'io', /not a regular file/);
});

test('a sparse file of 2 GB is refused by its size, unread', () => {
  const path = file('sparse');
  truncateSync(path, 2 * 2 ** 30);
  refused(path, 'limit', /2147483648 bytes; the limit is 268435456/);
});

test('symbolic links that lead nowhere or to themselves', () => {
  symlinkSync('loop', join(folder, 'loop'));
  refused(join(folder, 'loop'), 'io', /symbolic link leads to itself/);
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  writeFileSync(join(tree, 'fine.txt'), 'see you at the library');
  symlinkSync('..', join(tree, 'up'));
  symlinkSync('gone', join(tree, 'dangling'));
  mkdirSync(join(tree, 'sub'));
  symlinkSync('..', join(tree, 'sub', 'back'));
  const inner = join(tree, 'sub');
  const { status, verdicts } = scan([inner]);
  assert.equal(status, 2);
  assert.ok(verdicts.some((v) => v.error?.message.includes('leads back into its own folder') ||
    v.error?.message.includes('symbolic link')), JSON.stringify(verdicts));
  assert.ok(verdicts.some((v) => v.item.endsWith('fine.txt') && v.action === 'allow'), 'the others are judged');
});

test('a folder without read permission', (t) => {
  if (process.getuid() === 0) return t.skip('root may read everything');
  const closed = join(folder, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0);
  refused(closed, 'io', /Permission denied/);
  chmodSync(closed, 0o755);
});

test('invalid UTF-8 and NUL bytes are judged, and the text is not lost', () => {
  const policy = join(root, 'examples/policy.yaml');
  const bad = file('bad.txt', Buffer.from([0x62, 0x75, 0x79, 0x20, 0xff, 0xfe, 0x20, ...Buffer.from('zorblax now, good people of the town')]));
  let { verdicts } = scan(['--policy', policy, bad]);
  assert.equal(verdicts[0].action, 'review');
  const nul = Buffer.from('buy zor\0blax now, all of you');
  ({ verdicts } = scan(['--policy', policy, '--lines', '-'], { input: nul }));
  assert.equal(verdicts[0].action, 'review');
  const { start, end } = verdicts[0].reasons[0].evidence[0].place;
  assert.equal(nul.subarray(start, end).toString(), 'zor\0blax');
});

test('bytes that are nothing known are not allowed', () => {
  const noise = Buffer.alloc(4096);
  for (let i = 0; i < noise.length; i++) noise[i] = (i * 2654435761) >>> 13;
  refused(file('noise', noise), 'unsupported', /neither text nor a media format/);
  refused(file('a.pdf', '%PDF-1.7\n1 0 obj\n'), 'unsupported', /not read by this build/);
});

test('a line of 50 MB is judged in bounded memory', () => {
  const policy = join(root, 'examples/policy.yaml');
  const line = Buffer.alloc(50 * 2 ** 20, 'see you at the library ');
  line.write(' zorblax ', 40 * 2 ** 20);
  const path = file('line.txt', line);
  const { verdicts } = scan(['--policy', policy, '--lines', path]);
  assert.equal(verdicts.length, 1);
  assert.equal(verdicts[0].action, 'review');
  assert.equal(verdicts[0].reasons[0].evidence[0].place.start, 40 * 2 ** 20 + 1);
});

test('a line over the limit costs that line only', () => {
  const { status, verdicts } = scan(['--max-bytes', '100', '--lines', '-'],
    { input: `short\n${'x'.repeat(500)}\nalso short\n` });
  assert.equal(status, 2);
  assert.deepEqual(verdicts.map((v) => v.action), ['allow', 'error', 'allow']);
  assert.match(verdicts[1].error.message, /500 bytes; the limit is 100/);
});

test('a text named .jpg is judged as the text it is', () => {
  const { status, verdicts } = scan([file('text.jpg', 'see you at the library')]);
  assert.equal(status, 0);
  assert.equal(verdicts[0].media, 'text/plain');
});

test('error messages hold no content', () => {
  const secret = 'unrepeatable-words';
  const path = file('secret.bin', Buffer.concat([Buffer.from([0, 1, 2, 3, 0xff, 0xd8]), Buffer.from(secret), Buffer.alloc(600, 7)]));
  const r = run(['scan', path]);
  assert.doesNotMatch(r.stdout + r.stderr, new RegExp(secret));
});

test('hostile pictures', { skip: !hasPictures && 'pictures are not built' }, () => {
  const hostile = join(folder, 'hostile');
  mkdirSync(hostile);
  execFileSync('python3', [join(root, 'tools/make-hostile.py'), hostile]);
  const { verdicts } = scan([hostile]);
  assert.ok(verdicts.length >= 5);
  for (const v of verdicts) {
    if (v.error) assert.equal(v.action, 'error', v.item);
    assert.ok(v.error === null || v.error.message.length > 0);
  }
  const huge = verdicts.find((v) => /100000|huge|bomb/.test(v.item) && v.error?.code === 'limit');
  assert.ok(huge, `the enormous PNG is refused from its header: ${JSON.stringify(verdicts.map((v) => [v.item, v.error]))}`);
});
