// Whether the check notices what it is there for: a page that is wrong in every way it knows.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';

const check = fileURLToPath(new URL('check.mjs', import.meta.url));
const wrong = `<!doctype html><html data-ready="true"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head><body style="background:#ffffff">
<h1>One</h1><h1>Two</h1><p id="twice" style="color:#999999">pale</p><p id="twice" style="width:3000px">wide NaN</p><button></button><input><table><tr><td>1</td></tr></table><a href="#nowhere">link</a>
<figure class="panel"></figure><p class="verdict"><span class="word"></span></p>
<img src="http://127.0.0.1:9/picture.png" alt=""><script>console.error('complaint'); setTimeout(() => { throw new Error('thrown'); }, 0); fetch('https://example.com/data').catch(() => {});</script></body></html>`;

function run(files) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [check, ...files], {
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

test(
  'The check notices everything that is wrong with a page',
  { skip: findChromium() === null ? 'no Chromium' : false },
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'lifeboat-check-')),
      page = join(directory, 'wrong.html');
    try {
      writeFileSync(page, wrong);
      const { status, output } = run([page]);
      assert.equal(status, 1);
      for (const part of [
        'console error: complaint',
        'exception: Error: thrown',
        'request to http://127.0.0.1:9/picture.png',
        'request to https://example.com/data',
        'contrast 2.8',
        'scrolls sideways',
        'no chart drawn',
        'unreadable value',
        'the id twice',
        'no name: button',
        'no label: text',
        'no caption',
        'a link to nothing: #nowhere',
        'refers outside',
        'exactly one h1',
        'no verdict',
      ])
        assert.ok(output.includes(part), `${part} in:\n${output}`);
      for (const view of ['desk-light', 'desk-dark', 'phone-light', 'phone-dark'])
        assert.ok(output.includes(`${view}: `), view);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);

test('A file that does not exist is an error, not a page that is fine', () => {
  assert.equal(run([]).status, 1);
  const { status } = run(['no-such-report.html']);
  assert.ok(status === 1 || status === 77);
});
