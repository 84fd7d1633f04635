// Runs in a page before all that is in it, and measures it from inside. Milliseconds, since the navigation unless said otherwise.
globalThis.bench = (() => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const page = (selector) => document.querySelector(`#live ${selector}`);
  const bareRows = () => [...document.querySelectorAll('body > table > tbody > tr')];
  const firstPaint = new Promise((resolve) => {
    new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime);
    }).observe({ type: 'paint', buffered: true });
  });
  let watched;

  return {
    /** When anything was painted first, and when a frame was that shows results: of the bare table, all of them. */
    async loaded() {
      while (!page('tbody[data-status]') && !(document.readyState === 'complete' && bareRows().length > 0))
        await frame();
      await frame();
      await frame();
      const shown = performance.now();
      return { first: await firstPaint, shown };
    },

    /** Does it as a frame begins, and tells how long it is until that frame was handed to the screen: script, style, layout, paint. */
    async time(act) {
      await frame();
      const began = performance.now();
      act();
      const { port1, port2 } = new MessageChannel();
      return new Promise((resolve) => {
        port1.onmessage = () => resolve(performance.now() - began);
        port2.postMessage(null);
      });
    },

    press: (selector) => page(selector).click(),
    type(text) {
      page('#text').value = text;
      page('#text').dispatchEvent(new Event('input', { bubbles: true }));
    },
    choose(label, value) {
      const select = [...document.querySelectorAll('#live label')]
        .find(({ firstChild }) => firstChild.textContent === label)
        .querySelector('select');
      select.value = value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    },
    showAll: () =>
      [...document.querySelectorAll('#live button')].find((each) => each.textContent === 'Show all').click(),

    /** How many results are shown now. */
    count() {
      const table = page('table');
      return table ? Number(table.getAttribute('aria-rowcount')) - 1 : bareRows().filter((row) => !row.hidden).length;
    },

    /** Where the first row is in the window, in CSS pixels. */
    top: () => document.querySelector('#live tbody[data-status], body > table > tbody').getBoundingClientRect().top,

    /** Notes each frame from now on. */
    watch() {
      const mine = { frames: [], blank: 0, last: performance.now() };
      watched = mine;
      requestAnimationFrame(function note(now) {
        if (watched !== mine) return;
        mine.frames.push(now - mine.last);
        mine.last = now;
        // Where a row should be in the middle of the window, but is not yet.
        if (document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('[aria-hidden]')) mine.blank += 1;
        requestAnimationFrame(note);
      });
    },
    watched() {
      const { frames, blank } = watched;
      watched = undefined;
      return { slow: frames.filter((each) => each > 50).length, longest: Math.max(...frames), blank };
    },
  };
})();
