import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser, openFile } from './support/browser';
import { runMain } from './support/cli';
import { fourPluginOptions } from './support/fourPlugins';
import { root } from './support/root';

interface Shot {
  readonly options: BrowserContextOptions;
  /** What a reader does first. */
  readonly act?: (page: Page) => Promise<void>;
}

/** The pictures of docs/page.md, by their names there. */
const shots: Readonly<Record<string, Shot>> = {
  page: { options: { viewport: { width: 1280, height: 800 } } },
  'page-dark': {
    options: { viewport: { width: 1280, height: 1000 }, colorScheme: 'dark' },
    async act(page) {
      await page.getByRole('button', { name: 'FAIL' }).click();
      await page.getByRole('button', { name: 'shop-payments' }).click();
      await page.evaluate(`document.querySelector('#results').scrollIntoView()`);
    },
  },
  'page-phone': { options: { viewport: { width: 390, height: 800 }, isMobile: true } },
};

/** Takes them of the sample tenant, in a real browser: `npm run screenshots`. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pgposture-'));
  const file = join(folder, 'report.html');
  const images = join(root, 'docs', 'images');
  mkdirSync(images, { recursive: true });
  await runMain(['scan', '--demo', '--quiet', '--console', 'none', '--html', file, ...fourPluginOptions]);
  const browser = await launchBrowser();
  try {
    for (const [name, { options, act }] of Object.entries(shots)) {
      const { page } = await openFile(browser, pathToFileURL(file).href, options);
      await act?.(page);
      writeFileSync(join(images, `${name}.png`), await page.screenshot());
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

void main();
