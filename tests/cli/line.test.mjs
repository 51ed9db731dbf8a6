// SPDX-License-Identifier: Apache-2.0
// The line that is never crossed: whom a text names never matters, and nothing can be made to target a group.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { run, scan, scratch } from './winnow.mjs';

const folder = scratch();

/** Check a policy that must be refused; its error names the line and the reason. */
function refused(yaml, message, files = {}) {
  const dir = join(folder, String(Math.random()).slice(2));
  mkdirSync(dir);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  const path = join(dir, 'policy.yaml');
  writeFileSync(path, yaml);
  const r = run(['scan', '--policy', path, '--text', 'see you at the library']);
  assert.equal(r.status, 2, `accepted:\n${yaml}`);
  assert.equal(r.stdout, '');
  assert.match(r.stderr, message);
  assert.match(r.stderr, /:\d+/, 'the error names a line');
}

const head = 'name: test\nversion: 1\n';
const list = (kind = 'terms') => `${head}lists:\n  - {id: house, file: list.tsv, kind: ${kind}, category: spam, action: review}\n`;

test('a category that describes people is refused', () => {
  for (const category of ['ethnicity', 'religion', 'nationality', 'immigrants']) {
    refused(`${head}thresholds:\n  ${category}: {review: 0.5}\n`, /policy\.yaml:4:.*closed list/);
    refused(list(), /list\.tsv:2.*closed list/, { 'list.tsv': `term\tcategory\nzorblax\t${category}\n` });
  }
});

test('names of policies, surfaces, lists and rules may not name a group', () => {
  refused('name: uyghur-watch\nversion: 1\n', /policy\.yaml:1/);
  refused(`${head}surfaces:\n  muslim-forum: {thresholds: {spam: {review: 0.5}}}\n`, /policy\.yaml:4/);
  refused(`${head}lists:\n  - {id: roma_terms, file: list.tsv, kind: terms, category: spam, action: review}\n`,
    /policy\.yaml:4/, { 'list.tsv': 'term\nzorblax\n' });
  refused(`${head}rules:\n  - {id: no-immigrants, if: "spam >= 0.5", then: review}\n`, /policy\.yaml:4/);
});

test('a term or pattern that names a group, or only a script, is refused with its line', () => {
  for (const term of ['Uyghurs', 'jewish', 'gay people', 'deaf', '维吾尔族', 'Black men', '/tibetan.*/',
    '/[\\x{0600}-\\x{06FF}]+/', '/\\p{Cyrillic}+/', '/.*/', '/[a-z]+/']) {
    refused(list(), /list\.tsv:3/, { 'list.tsv': `term\nzorblax\n${term}\n` });
  }
});

test('a list of everyday words is refused by the neutral corpus', () => {
  refused(list(), /neutral|everyday/i, { 'list.tsv': 'term\nthe\nand\nfor\nwith\nyou\n' });
});

test('identity swaps do not move a score by one bit', () => {
  const people = ['Uyghur', 'a Black man', 'an atheist', 'Deaf', 'French', 'a Muslim', 'Jewish', 'a trans woman',
    'gay', 'a refugee', 'Roma', 'Han', 'an autistic person', 'a Christian woman', 'White', 'Tibetan'];
  for (const sentence of ['I am X.', 'My neighbour is X and we share a garden.', 'We had tea with X yesterday',
    'you stupid X, get out of here', 'kill X now']) {
    const { verdicts } = scan(people.flatMap((p) => ['--text', sentence.replace('X', p)]));
    const scores = new Set(verdicts.map((v) => JSON.stringify(v.categories)));
    assert.equal(scores.size, 1, `${sentence}: ${[...scores].join('\n')}`);
    if (!/stupid|kill/.test(sentence)) {
      for (const v of verdicts) assert.equal(v.action, 'allow', JSON.stringify(v));
    }
  }
});

test('no evidence shows whom a text names', () => {
  const text = 'kill all Uyghurs now, kill them';
  const { verdicts } = scan(['--text', text]);
  for (const reason of verdicts[0].reasons) {
    for (const { place } of reason.evidence) {
      if (place.kind !== 'bytes') continue;
      const shown = Buffer.from(text).subarray(place.start, place.end).toString();
      assert.doesNotMatch(shown, /uyghur/i);
    }
  }
});
