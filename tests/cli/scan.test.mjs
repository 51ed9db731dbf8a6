// SPDX-License-Identifier: Apache-2.0
// `winnow scan` as a user sees it: verdicts, order, exit statuses, marked evidence.
import assert from 'node:assert/strict';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import test from 'node:test';
import { hasPictures, root, run, scan, scratch } from './winnow.mjs';

const policy = join(root, 'examples/policy.yaml');
const items = join(root, 'examples/items');

test('a harmless line gives one verdict and exit status 0', () => {
  const { status, verdicts } = scan(['--lines', '-'], { input: 'hello world\n' });
  assert.equal(status, 0);
  assert.equal(verdicts.length, 1);
  assert.equal(verdicts[0].action, 'allow');
  assert.equal(verdicts[0].item, 0);
  assert.equal(verdicts[0].media, 'text/plain');
  assert.equal(verdicts[0].error, null);
  assert.equal(verdicts[0].sha256, createHash('sha256').update('hello world').digest('hex'));
  assert.ok(Object.keys(verdicts[0].categories).length >= 5, 'categories are scored below thresholds too');
});

test('a house term is found, marked in place, and asks for review', () => {
  const text = 'héllo, who wants to trade zorblax?';
  const { status, verdicts } = scan(['--policy', policy, '--text', text]);
  assert.equal(status, 1);
  const reason = verdicts[0].reasons.find((r) => r.rule === 'list:house-terms');
  assert.equal(verdicts[0].action, 'review');
  const { start, end } = reason.evidence[0].place;
  assert.equal(Buffer.from(text).subarray(start, end).toString(), 'zorblax');
  assert.deepEqual(reason.evidence[0].path.map((step) => step.view), ['file', 'text']);
});

test('human output underlines the evidence and sums up', () => {
  const { status, stdout } = run(['scan', '--policy', policy, '--text', 'buy zorblax today']);
  assert.equal(status, 1);
  assert.match(stdout, /^review {2}#0$/m);
  assert.match(stdout, /list:house-terms/);
  assert.match(stdout, /^ +buy zorblax today\n +\^{7}$/m);
  assert.match(stdout, /^1 item: {2}review 1$/m);
});

test('no control character of an item reaches the terminal', () => {
  const { stdout } = run(['scan', '--policy', policy, '--text', 'zorblax \u001b[2J\u202e gone \u0007']);
  assert.doesNotMatch(stdout, /[\u001b\u0007\u202e]/);
});

test('the same input gives the same bytes, whatever the number of threads', () => {
  const lines = [];
  for (let i = 0; i < 200; i++) lines.push(`message ${i}: zorblax ${'!'.repeat(i % 7)} http://example.com/${i}`);
  const input = `${lines.join('\n')}\n`;
  const one = scan(['--policy', policy, '--jobs', '1', '--lines', '-'], { input });
  const two = scan(['--policy', policy, '--jobs', '2', '--lines', '-'], { input });
  const again = scan(['--policy', policy, '--jobs', '2', '--lines', '-'], { input });
  assert.equal(one.stdout, two.stdout);
  assert.equal(two.stdout, again.stdout);
  assert.deepEqual(one.verdicts.map((v) => v.item), lines.map((_, i) => i));
  const folder = ['1', '2'].map((n) => scan(['--policy', policy, '--jobs', n, items]).stdout);
  assert.equal(folder[0], folder[1]);
});

test('the verdict digest covers the judgement, not the name of the item', () => {
  const folder = scratch();
  const files = ['a.txt', 'b.txt'].map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, 'see you at the library');
  const { verdicts } = scan(files);
  assert.notEqual(verdicts[0].item, verdicts[1].item);
  assert.equal(verdicts[0].verdict_digest, verdicts[1].verdict_digest);
  const { item, annotations, verdict_digest, ...body } = verdicts[0];
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  assert.equal(digest, verdict_digest, 'the digest can be checked from the JSON alone');
  const other = scan(['--meta', 'report_count=2', files[0]]).verdicts[0];
  assert.notEqual(other.verdict_digest, verdict_digest);
});

test('the examples are judged as they are meant', (t) => {
  const { verdicts, status } = scan(['--policy', policy, items]);
  const action = Object.fromEntries(verdicts.map((v) => [v.item.slice(items.length + 1), v.action]));
  assert.equal(status, hasPictures ? 1 : 2);
  for (const name of ['benign-library.txt', 'benign-many-languages.txt', 'benign-neighbours.txt']) {
    assert.equal(action[name], 'allow', name);
  }
  for (const name of ['advert-contact.txt', 'comment-insult.txt', 'house-term.txt', 'mail-spam.txt']) {
    assert.ok(['review', 'block'].includes(action[name]), `${name}: ${action[name]}`);
  }
  const profane = verdicts.find((v) => v.item.endsWith('comment-profane.txt'));
  assert.ok(profane.reasons.some((r) => r.category === 'profanity' && r.action === 'label'));
  if (!hasPictures) return t.diagnostic('pictures are not built: skipped');
  assert.equal(action['picture-known-copy.png'], 'block');
  assert.notEqual(action['picture-hills.png'], 'block');
});

test('surfaces and metadata are checked by name', () => {
  let r = run(['scan', '--policy', policy, '--surface', 'avatr', '--text', 'x']);
  assert.equal(r.status, 2);
  assert.match(r.stderr, /did you mean avatar/);
  r = run(['scan', '--meta', 'account_agedays=1', '--text', 'x']);
  assert.equal(r.status, 2);
  assert.match(r.stderr, /did you mean account_age_days/);
  r = run(['scan', '--meta', 'nationality=x', '--text', 'x']);
  assert.equal(r.status, 2);
  assert.match(r.stderr, /nothing about an author but/);
  r = run(['scan', '--meta', 'trusted=maybe', '--text', 'x']);
  assert.equal(r.status, 2);
});

test('a rule that needs metadata fires with it, and is named in the coverage without it', () => {
  const text = 'look at https://example.com/a';
  const without = scan(['--policy', policy, '--text', text]).verdicts[0];
  assert.ok(without.coverage.not_run.some((n) => n.part.includes('new-account-links')));
  const fresh = scan(['--policy', policy, '--meta', 'account_age_days=1', '--text', text]).verdicts[0];
  assert.ok(fresh.reasons.some((r) => r.rule === 'rule:new-account-links'));
  assert.equal(fresh.action, 'review');
});

test('usage errors say what to do', () => {
  for (const [args, message] of [
    [['scan'], /nothing to scan/],
    [['scna'], /did you mean "scan"/],
    [['scan', '--jobs', '0', 'x'], /--jobs takes a whole number from 1 to 256/],
    [['scan', '--meta', 'x', '--text', 'y'], /KEY=VALUE/],
    [['scan', '--policy', 'no-such.yaml', '--text', 'y'], /no-such\.yaml/],
  ]) {
    const r = run(args);
    assert.equal(r.status, 2, args.join(' '));
    assert.match(r.stderr, message);
  }
});

test('help and version', () => {
  const help = run(['--help']);
  assert.equal(help.status, 0);
  for (const command of ['scan', 'policy', 'models', 'hash', 'train', 'eval', 'version']) {
    assert.match(help.stdout, new RegExp(`^  ${command} `, 'm'));
    if (command !== 'version') assert.match(run([command, '--help']).stdout, /^usage: winnow/);
  }
  assert.match(run(['version']).stdout, /^winnow \d+\.\d+\.\d+\n$/);
  assert.equal(run(['models']).status, 0);
});

test('verdicts that cannot be written are an error', () => {
  const full = openSync('/dev/full', 'w');
  const r = run(['scan', '--json', '--text', 'x'], { stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  assert.equal(r.status, 2);
  assert.match(r.stderr, /standard output could not be written/);
});
