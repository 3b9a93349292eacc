// npm run build -- --out DIR [--data FILE...]
//
// Writes DIR/report.html: the page with its scripts, styles and licences inside, and one
// placeholder for the data. For each data FILE it also writes DIR/NAME.html, the page with that
// data in place, as render_page of the C++ build would.
//
// The content security policy names the one script and the one style sheet by their hashes and
// forbids everything else: a report cannot reach the network, nor can its data run anything.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const kPlaceholder = '/*LIFEBOAT_DATA*/';
const kLargest = 1024 * 1024;
const here = dirname(fileURLToPath(import.meta.url));

function option(name) {
  const values = [];
  const at = process.argv.indexOf(`--${name}`);
  for (
    let i = at + 1;
    at > 0 && i < process.argv.length && !process.argv[i].startsWith('--');
    ++i
  ) {
    values.push(process.argv[i]);
  }
  return values;
}

async function bundle(entry) {
  const result = await build({
    entryPoints: [join(here, 'src', entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['es2021', 'chrome111', 'firefox113', 'safari16.2'], // 2023: color-mix()
    charset: 'utf8',
    legalComments: 'none', // licences stand in the page itself, as text
    alias: { 'uplot-licence': join(here, 'node_modules', 'uplot', 'LICENSE') },
    plugins: [
      {
        name: 'licence-text',
        setup(b) {
          b.onLoad({ filter: /LICENSE$/ }, (file) => ({
            contents: readFileSync(file.path, 'utf8'),
            loader: 'text',
          }));
        },
      },
    ],
    logLevel: 'warning',
  });
  return result.outputFiles[0].text.trim();
}

const hash = (text) => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

const script = (await bundle('main.js')).replaceAll('</script', '<\\/script');
const style = await bundle('style.css');
const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:`;
const parts = { '{{POLICY}}': policy, '{{STYLE}}': style, '{{SCRIPT}}': script };
const frame = readFileSync(join(here, 'src', 'page.html'), 'utf8');
const page = frame.replace(/\{\{[A-Z]+\}\}/g, (name) => parts[name]);

if (page.split(kPlaceholder).length !== 2)
  throw new Error('the page must hold its placeholder exactly once');
if (Buffer.byteLength(page) >= kLargest)
  throw new Error(`the page without data is over ${kLargest} bytes`);
const [out] = option('out');
if (out === undefined) throw new Error('usage: npm run build -- --out DIR [--data FILE...]');
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'report.html'), page);
for (const file of option('data')) {
  const data = readFileSync(file, 'utf8').replaceAll('<', '\\u003c');
  writeFileSync(
    join(out, `${basename(file, '.json')}.html`),
    page.replace(kPlaceholder, () => data),
  );
}
console.log(`report.html: ${Math.ceil(Buffer.byteLength(page) / 1024)} KiB`);
