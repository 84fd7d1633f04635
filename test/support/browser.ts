import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where Debian, Ubuntu, Fedora, macOS and Windows have one. */
const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The program of a Chromium: that of PGPOSTURE_CHROMIUM, or one in its usual place. */
export const chromiumPath = process.env.PGPOSTURE_CHROMIUM ?? usual.find((path) => existsSync(path));

/** Why tests in a browser are skipped; false if they run. Where PGPOSTURE_TOOLS is `required`, they always do. */
export const noBrowser =
  chromiumPath || process.env.PGPOSTURE_TOOLS === 'required'
    ? false
    : 'no Chromium here: install it, or name one by PGPOSTURE_CHROMIUM';

/** A real Chromium, without a window, that asks nobody for anything by itself. */
export function launchBrowser(): Promise<Browser> {
  assert.ok(chromiumPath, 'there is no Chromium');
  const quiet = ['quic', 'background-networking', 'component-update', 'sync'].map((what) => `--disable-${what}`);
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet],
  });
}

/** A page in a browser, and all that it should not do: what it says, asks for or is refused. */
export interface OpenedPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** Opens a file as a reader does, in a profile of its own. */
export async function openFile(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  const page = await context.newPage();
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url.split('#')[0]) complaints.push(`request: ${request.url()}`);
  });
  await page.exposeFunction('complain', (what: string) => complaints.push(`policy: ${what}`));
  await page.addInitScript(`addEventListener('securitypolicyviolation',
    ({ violatedDirective, blockedURI, sample }) => complain([violatedDirective, blockedURI, sample].join(' ')))`);
  await page.goto(url);
  return { page, complaints };
}

/** Waits for a JavaScript expression to be true. playwright's own way evaluates text in the page, which its policy refuses. */
export async function until(page: Page, expression: string): Promise<void> {
  for (const end = Date.now() + 30_000; !(await page.evaluate<boolean>(expression)); await setTimeout(10)) {
    assert.ok(Date.now() < end, `never true: ${expression}`);
  }
}

/** Clicks on the first so many of what a selector finds, as fast as it goes. */
export const clickAll = (page: Page, selector: string, most: number): Promise<void> =>
  page.evaluate(
    `for (const each of [...document.querySelectorAll(${JSON.stringify(selector)})].slice(0, ${most})) each.click()`,
  );
