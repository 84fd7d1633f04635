import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { root } from '../test/support/root';

/** What something took, in milliseconds, until its frame was handed to the screen: script, style, layout and paint. */
export interface Taken {
  readonly wall: number;
  /** Of the thread of the page. */
  readonly cpu: number;
}

/** What scrolling took. */
interface Scrolled {
  /** CPU of the thread of the page for each screen, in milliseconds. */
  readonly scroll: number;
  /** Frames longer than 50 ms. */
  readonly slow: number;
  /** The longest frame, in milliseconds. */
  readonly longest: number;
  /** Frames with no row where one should be. */
  readonly blank: number;
}

/** A file in a browser, which is measured from inside. */
export class OpenedPage {
  private constructor(
    private readonly page: Page,
    private readonly devtools: CDPSession,
    private readonly rest: number,
  ) {}

  /** @param rest milliseconds that it is left alone after all that is done to it. */
  static async open(browser: Browser, url: string, rest: number): Promise<OpenedPage> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await page.addInitScript({ path: join(root, 'bench/inPage.cjs') });
    await page.goto(url, { waitUntil: 'commit' });
    await devtools.send('Performance.enable');
    return new OpenedPage(page, devtools, rest);
  }

  #ask<T>(expression: string): Promise<T> {
    return this.page.evaluate<T>(expression);
  }

  /** Milliseconds from the navigation to the first paint of anything, and to the first of results. */
  loaded = () => this.#ask<{ readonly first: number; readonly shown: number }>('bench.loaded()');

  async #metric(wanted: string): Promise<number> {
    const { metrics } = await this.devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  }

  /** MB of JavaScript objects, and nodes of the document. */
  async size(): Promise<{ readonly heap: number; readonly nodes: number }> {
    await this.devtools.send('HeapProfiler.collectGarbage');
    return { heap: (await this.#metric('JSHeapUsedSize')) / 1024 / 1024, nodes: await this.#metric('Nodes') };
  }

  /** @param act JavaScript. */
  async time(act: string): Promise<Taken> {
    const before = await this.#metric('ThreadTime');
    const wall = await this.#ask<number>(`bench.time(() => { ${act} })`);
    const cpu = 1000 * ((await this.#metric('ThreadTime')) - before);
    await this.page.waitForTimeout(this.rest);
    return { wall, cpu };
  }

  count = () => this.#ask<number>('bench.count()');

  /** From its first row on, by the wheel. */
  async scroll(screens: number): Promise<Scrolled> {
    await this.#ask('scrollBy(0, bench.top())');
    await this.page.mouse.move(640, 360);
    await this.page.waitForTimeout(this.rest);
    const before = await this.#metric('ThreadTime');
    await this.#ask('bench.watch()');
    for (let screen = 0; screen < screens; screen++) {
      await this.page.mouse.wheel(0, 720);
      await this.page.waitForTimeout(50);
    }
    await this.page.waitForTimeout(this.rest);
    const frames = await this.#ask<Omit<Scrolled, 'scroll'>>('bench.watched()');
    return { ...frames, scroll: (1000 * ((await this.#metric('ThreadTime')) - before)) / screens };
  }

  close = () => this.page.context().close();
}
