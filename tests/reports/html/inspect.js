// Runs inside the report's page: uses everything on it, then returns what is wrong with it.
(async () => {
  const problems = [];
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));

  async function useEverything() {
    for (const opener of document.querySelectorAll('details')) opener.open = true;
    await frame();
    for (const opener of document.querySelectorAll('details')) opener.open = true; // those within
    for (const button of [...document.querySelectorAll('.segmented button, .chip')]) button.click();
    await frame();
    for (const chip of document.querySelectorAll('.chip[aria-pressed="false"]')) chip.click();
    for (const select of document.querySelectorAll('select')) {
      for (const index of [select.options.length - 1, 0]) {
        select.selectedIndex = index;
        select.dispatchEvent(new Event('change'));
        await frame();
      }
    }
    for (const plot of [...document.querySelectorAll('.plot[tabindex]')].slice(0, 3)) {
      for (const key of ['ArrowRight', 'ArrowLeft', '+', '-', '0'])
        plot.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    }
    for (const line of document.querySelectorAll('.panel .key .line:first-child')) line.click();
    await frame();
    for (const line of document.querySelectorAll('.panel .key .line[aria-pressed="false"]'))
      line.click();
    document.querySelector('.segmented button')?.click();
    for (const group of document.querySelectorAll('.segmented'))
      group.querySelector('button').click();
    await frame();
  }

  function describe(element) {
    const section = element.closest('section[id]')?.id ?? '';
    return `${element.tagName.toLowerCase()}${element.className && typeof element.className === 'string' ? `.${element.className.split(' ')[0]}` : ''} in #${section}: "${element.textContent.trim().slice(0, 40)}"`;
  }

  const rgb = (text) => {
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const cache = new Map();
  const colour = (text) => cache.get(text) ?? cache.set(text, rgb(text)).get(text);
  const over = (top, bottom) => [0, 1, 2].map((i) => top[i] * top[3] + bottom[i] * (1 - top[3]));
  const luminance = (c) =>
    c
      .slice(0, 3)
      .map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);

  /** Colour behind an element; null where a picture or gradient makes it unknown. */
  function ground(element) {
    const layers = [];
    for (let e = element; e !== null; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.backgroundImage !== 'none') return null;
      const c = colour(style.backgroundColor);
      layers.push(c);
      if (c[3] === 1) break;
    }
    return layers.reverse().reduce((below, c) => over(c, below), [255, 255, 255]);
  }

  function contrast() {
    const seen = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement,
        style = getComputedStyle(element);
      if (
        node.data.trim() === '' ||
        seen.has(element) ||
        element.closest('script, style, noscript, .hidden') ||
        style.visibility === 'hidden' ||
        element.getClientRects().length === 0
      )
        continue;
      seen.add(element);
      const back = ground(element);
      if (back === null || element.closest('.line[aria-pressed="false"]')) continue;
      const [a, b] = [luminance(over(colour(style.color), back)), luminance(back)].sort(
        (x, y) => y - x,
      );
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < 4.5) problems.push(`contrast ${ratio.toFixed(2)} of ${describe(element)}`);
    }
  }

  function structure() {
    const ids = new Map();
    for (const e of document.querySelectorAll('[id]')) ids.set(e.id, (ids.get(e.id) ?? 0) + 1);
    for (const [id, n] of ids) if (n > 1) problems.push(`the id ${id} is given ${n} times`);
    for (const e of document.querySelectorAll('button, a, summary'))
      if ((e.textContent.trim() || e.getAttribute('aria-label') || '') === '')
        problems.push(`no name: ${describe(e)}`);
    for (const e of document.querySelectorAll('input, select'))
      if (e.labels.length === 0) problems.push(`no label: ${e.id || e.type}`);
    for (const e of document.querySelectorAll('table'))
      if (e.caption === null) problems.push(`no caption: ${describe(e)}`);
    for (const e of document.querySelectorAll('a[href^="#"]'))
      if (document.getElementById(e.getAttribute('href').slice(1)) === null)
        problems.push(`a link to nothing: ${e.getAttribute('href')}`);
    for (const e of document.querySelectorAll('[src], link[href], [srcset]'))
      if (!/^data:/.test(e.getAttribute('src') ?? e.getAttribute('href') ?? ''))
        problems.push(`refers outside: ${e.outerHTML.slice(0, 80)}`);
    if (document.querySelectorAll('h1').length !== 1)
      problems.push('the page has not exactly one h1');
  }

  function layout() {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) {
      const wide = [...document.body.querySelectorAll('*')].filter(
        (e) =>
          e.getBoundingClientRect().right > width + 1 &&
          e.closest('.scroller, nav, pre, .hidden, .skip, .path') === null,
      );
      problems.push(
        `the page scrolls sideways: ${document.documentElement.scrollWidth} > ${width}; ${wide.slice(0, 3).map(describe).join('; ')}`,
      );
    }
    for (const figure of document.querySelectorAll('.panel:not(.empty)'))
      if (figure.querySelector('canvas') === null)
        problems.push(`no chart drawn: ${describe(figure)}`);
    if (/\b(NaN|undefined|Infinity|\[object)/.test(document.body.innerText)) {
      problems.push(
        `unreadable value: "${/.{0,40}(NaN|undefined|Infinity|\[object).{0,20}/.exec(document.body.innerText)[0]}"`,
      );
    }
  }

  if (document.documentElement.dataset.ready !== 'true')
    problems.push(`the report did not show: ${document.body.innerText.slice(0, 200)}`);
  else {
    structure();
    contrast();
    layout();
    await useEverything();
    contrast();
    structure();
    layout();
    if (document.querySelector('.verdict .word')?.textContent.trim() === '')
      problems.push('no verdict');
  }
  return [...new Set(problems)];
})();
