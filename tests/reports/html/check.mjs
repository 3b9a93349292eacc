// node check.mjs [--shots DIR] [--views NAME,...] REPORT.html...
// node check.mjs [--shots DIR] [--views NAME,...] --template REPORT.html DATA.json...
//
// Loads a report (or the built template with each data file in it) in headless Chromium, at desk and phone width, in light and dark, uses every
// control on it, prints it, and fails on: an error or warning on the console, a request to the
// network, text of low contrast, a page that scrolls sideways, a chart that is not drawn, a value
// that prints as NaN. Works on any report. Status 0: fine; 1: problems, one a line; 77: skipped,
// there is no Chromium. --shots keeps pictures of what it saw.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Chromium, findChromium } from './chromium.mjs';

const kViews = [
  { name: 'desk-light', width: 1280, height: 900, scheme: 'light', mobile: false },
  { name: 'desk-dark', width: 1280, height: 900, scheme: 'dark', mobile: false },
  { name: 'phone-light', width: 390, height: 844, scheme: 'light', mobile: true },
  { name: 'phone-dark', width: 390, height: 844, scheme: 'dark', mobile: true },
];
const kPrinted = 'desk-light'; // the view that is printed too: it takes longest
const kPatience = 30000; // milliseconds for a page to draw itself
const inspect = readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'inspect.js'), 'utf8');
const outside = (url) => !/^(file|data|blob|about):/.test(url);

async function until(condition, what) {
  for (
    const end = Date.now() + kPatience;
    Date.now() < end;
    await new Promise((r) => setTimeout(r, 50))
  )
    if (await condition()) return;
  throw new Error(`gave up waiting for ${what}`);
}

/** Problems of one view, each a line. */
async function look(browser, url, view, shots) {
  const page = await browser.page(),
    problems = [];
  page.on((method, params) => {
    if (method === 'Network.requestWillBeSent' && outside(params.request.url))
      problems.push(`request to ${params.request.url}`);
    if (method === 'Network.webSocketCreated') problems.push(`socket to ${params.url}`);
    if (method === 'Runtime.exceptionThrown')
      problems.push(
        `exception: ${params.exceptionDetails.exception?.description ?? params.exceptionDetails.text}`,
      );
    if (
      method === 'Runtime.consoleAPICalled' &&
      ['error', 'warning', 'assert'].includes(params.type)
    )
      problems.push(
        `console ${params.type}: ${params.args.map((a) => a.value ?? a.description).join(' ')}`,
      );
    if (method === 'Log.entryAdded' && ['error', 'warning'].includes(params.entry.level))
      problems.push(`${params.entry.source} ${params.entry.level}: ${params.entry.text}`);
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.call(`${domain}.enable`);
  await page.call('Emulation.setDeviceMetricsOverride', {
    width: view.width,
    height: view.height,
    deviceScaleFactor: view.mobile ? 2 : 1,
    mobile: view.mobile,
  });
  await page.call('Emulation.setEmulatedMedia', {
    features: [
      { name: 'prefers-color-scheme', value: view.scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ],
  });
  await page.call('Page.navigate', { url });
  await until(
    () =>
      page.evaluate(
        'document.readyState === "complete" && document.documentElement.dataset.ready !== undefined',
      ),
    'the report to draw itself',
  );
  await page.evaluate('new Promise((r) => requestAnimationFrame(() => setTimeout(r, 100)))');
  if (shots !== undefined) await shoot(page, view, join(shots, view.name));
  problems.push(...(await page.evaluate(inspect)));
  if (view.name === kPrinted) await print(page, shots);
  await page.close();
  return problems.map((p) => `${view.name}: ${p}`);
}

async function print(page, shots) {
  const { data } = await page.call('Page.printToPDF', {
    printBackground: true,
    preferCSSPageSize: true,
  });
  if (shots !== undefined) writeFileSync(join(shots, 'print.pdf'), Buffer.from(data, 'base64'));
}

/** The page in pieces of a few screens each, so that pictures stay readable. */
async function shoot(page, view, stem) {
  const height = await page.evaluate('document.documentElement.scrollHeight'),
    piece = view.mobile ? 1700 : 1500;
  await page.evaluate(
    'document.querySelectorAll("nav, .toolbar").forEach((e) => e.style.setProperty("position", "static"))',
  );
  for (let i = 0, top = 0; top < height; ++i, top += piece) {
    const clip = {
      x: 0,
      y: top,
      width: view.width,
      height: Math.min(piece, height - top),
      scale: 1,
    };
    const { data } = await page.call('Page.captureScreenshot', {
      format: 'png',
      clip,
      captureBeyondViewport: true,
    });
    writeFileSync(`${stem}-${String(i).padStart(2, '0')}.png`, Buffer.from(data, 'base64'));
  }
  await page.evaluate(
    'document.querySelectorAll("nav, .toolbar").forEach((e) => e.style.removeProperty("position"))',
  );
}

function readArguments(given) {
  const options = { shots: undefined, template: undefined, views: undefined, files: [] };
  for (let i = 0; i < given.length; ++i) {
    if (['--shots', '--template', '--views'].includes(given[i]))
      options[given[i].slice(2)] = given[++i] ?? '';
    else options.files.push(given[i]);
  }
  if (options.files.length === 0 || options.shots === '' || options.template === '')
    throw new Error(
      'usage: node check.mjs [--shots DIR] [--views NAME,...] [--template REPORT.html] FILE...',
    );
  const names = options.views?.split(',') ?? kViews.map((v) => v.name);
  options.views = kViews.filter((v) => names.includes(v.name));
  if (options.views.length !== names.length)
    throw new Error(`views are ${kViews.map((v) => v.name).join(', ')}`);
  return options;
}

/** The files as pages: as they are, or in the template, written to `directory`. */
function pagesOf({ template, files }, directory) {
  if (template === undefined)
    return files.map((file) => ({
      name: file,
      path: resolve(file),
      size: readFileSync(file).length,
    }));
  const frame = readFileSync(template, 'utf8');
  return files.map((file) => {
    const path = join(directory, `${basename(file)}.html`);
    writeFileSync(
      path,
      frame.replace('/*LIFEBOAT_DATA*/', () =>
        readFileSync(file, 'utf8').replaceAll('<', '\\u003c'),
      ),
    );
    return { name: file, path };
  });
}

async function main() {
  const options = readArguments(process.argv.slice(2)),
    { shots, views } = options;
  const path = findChromium();
  if (path === null) {
    console.log('skipped: no Chromium on this machine');
    return 77;
  }
  if (shots !== undefined) mkdirSync(shots, { recursive: true });
  const directory = mkdtempSync(join(tmpdir(), 'lifeboat-pages-')),
    browser = new Chromium(path);
  let bad = 0;
  try {
    for (const page of pagesOf(options, directory)) {
      const problems = [];
      for (const view of views)
        problems.push(...(await look(browser, pathToFileURL(page.path).href, view, shots)));
      for (const problem of problems) console.log(problem);
      console.log(
        problems.length === 0
          ? `${page.name}: fine in ${views.length} views`
          : `${page.name}: ${problems.length} problems`,
      );
      bad += problems.length;
    }
  } finally {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  }
  return bad === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error) => {
  console.error(`check.mjs: ${error.message}`);
  return 1;
});
