// SPDX-License-Identifier: Apache-2.0
// What the command-line tests share: running the program, checking verdicts against the schema.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

export const program = process.env.WINNOW;
export const root = process.env.WINNOW_SOURCE_ROOT;
export const hasPictures = process.env.WINNOW_PICTURES === '1';
export const sanitized = process.env.WINNOW_SANITIZED === '1';

assert.ok(program && root, 'run through `meson test`: WINNOW and WINNOW_SOURCE_ROOT are not set');

/** Run the program; returns { status, stdout, stderr } with texts as strings. */
export function run(args, options = {}) {
  const result = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 300_000,
    ...options,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
  });
  assert.equal(result.error, undefined, `${args.join(' ')}: ${result.error}`);
  assert.equal(result.signal, null, `${args.join(' ')} died by ${result.signal}: ${result.stderr}`);
  return result;
}

/** Scan with --json; returns { status, verdicts, stderr }, each verdict valid by the schema. */
export function scan(args, options = {}) {
  const { status, stdout, stderr } = run(['scan', '--json', ...args], options);
  const verdicts = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  for (const verdict of verdicts) checkVerdict(verdict);
  return { status, verdicts, stderr, stdout };
}

const schema = JSON.parse(readFileSync(join(root, 'docs/verdict.schema.json'), 'utf8'));
let validate;
try {
  const { default: Ajv } = await import('ajv/dist/2020.js');
  validate = new Ajv({ strict: true, strictTypes: false, allowUnionTypes: true }).compile(schema);
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.log('# skipped: verdicts are not checked against the schema, as ajv is not installed');
}

/** Fail unless the verdict follows docs/verdict.schema.json. */
export function checkVerdict(verdict) {
  if (validate && !validate(verdict)) {
    assert.fail(`${JSON.stringify(validate.errors, null, 1)}\n${JSON.stringify(verdict)}`);
  }
}

/** A folder that goes away after the tests of the file. */
export function scratch() {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
