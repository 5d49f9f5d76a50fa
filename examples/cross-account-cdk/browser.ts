/** A page in Chromium, of another origin than the API's, that sends a request under AWS's own https address, which leads to a gate. */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import type { SignedRequest } from 'sigv4kit';
import type { Gate } from 'sigv4kit/gate';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** Whether this machine has a browser for {@link sendFromPage}. */
export const hasBrowser = executablePath !== undefined;

/** What the page's `fetch` gives: status and body, or its error. The gate must have been started with `https`. */
export async function sendFromPage(
  gate: Gate,
  { url, headers: { host: _, ...headers } }: SignedRequest,
): Promise<string> {
  const pages = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<title>Shop</title>'),
  );
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({
    executablePath: executablePath as string,
    args: [
      ...'--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync'.split(' '),
      ...'--disable-background-networking --disable-component-update'.split(' '),
      `--host-resolver-rules=MAP *.amazonaws.com ${new URL(gate.url).host}`,
    ],
  });
  try {
    // The certificate is vouched for by an authority that the browser has not heard of.
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
    return await page.evaluate(
      async ([url, headers]) => {
        const response = await fetch(url, { headers }).catch((error: Error) => error);
        return response instanceof Error ? String(response) : `${response.status} ${await response.text()}`;
      },
      [url, headers] as const,
    );
  } finally {
    await browser.close();
    pages.closeAllConnections();
    await new Promise((resolve) => pages.close(resolve));
  }
}
