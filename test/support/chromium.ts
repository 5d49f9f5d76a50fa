/** The Chromium of this machine, in which names of hosts lead to servers of a test. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

export const hasChromium = executablePath !== undefined;

/** Fails where there is none. `hosts`: by name, which may begin with `*.`, where it leads: an address, or host and port. */
export function launchChromium(hosts: Readonly<Record<string, string>>): Promise<Browser> {
  if (!executablePath) throw new Error('There is no Chromium on this machine.');
  const rules = Object.entries(hosts).map(([name, host]) => `MAP ${name} ${host}`);
  return chromium.launch({
    executablePath,
    args: [
      ...'--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync'.split(' '),
      ...'--disable-background-networking --disable-component-update'.split(' '),
      `--host-resolver-rules=${rules.join(',')}`,
    ],
  });
}
