/** The page in a real browser, with AWS's own names: nothing of it knows that the gate answers. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Gate, startGate } from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../../test/support/chromium';
import { openWorld, PASSWORDS } from './world';

if (!hasChromium) console.log('No Chromium on this machine: the tests of the page are left out.');

/** The alias: private DNS is not for every office. */
const PAGE = 'https://abc1234567-vpce-0a1b2c3d4e5f60718.execute-api.us-east-1.amazonaws.com/dev/';

describe.skipIf(!hasChromium)('the page', () => {
  let opened: Awaited<ReturnType<typeof openWorld>>;
  let gate: Gate;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    opened = await openWorld();
    gate = await startGate(opened.world, { https: true });
    gate.intercept();
    const there = new URL(gate.url).host;
    browser = await launchChromium({ '*.amazonaws.com': there, '*.sagemaker.aws': there });
  });
  afterAll(async () => {
    await browser?.close();
    await gate?.close();
    await opened?.close();
  });

  beforeEach(async () => {
    // The gate's certificates are of an authority of its own.
    context = await browser.newContext({ ignoreHTTPSErrors: true });
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    gate.log.length = 0;
  });
  afterEach(() => context.close());

  const field = (name: string) => page.getByLabel(name);
  const button = (name: string) => page.getByRole('button', { name });
  const message = () => page.getByRole('status').textContent();
  async function signIn(username: keyof typeof PASSWORDS, password = PASSWORDS[username]): Promise<void> {
    await field('User name').fill(username);
    await field('Password').fill(password);
    await button('Sign in').click();
  }

  test('lets an employee sign in, press one button, and be in Studio, in a new tab', async () => {
    await page.goto(PAGE);
    await signIn('alice');
    await expect.poll(() => page.locator('#who').textContent()).toBe('alice');
    expect(await field('User name').isVisible()).toBe(false);
    const [studio] = await Promise.all([context.waitForEvent('page'), button('Open Studio').click()]);
    await studio.waitForURL('https://d-abcdef123456.studio.us-east-1.sagemaker.aws/auth?token=*');
    expect(await studio.getByText('User profile: alice').isVisible()).toBe(true);
    expect(await studio.evaluate('window.opener')).toBeNull();
    expect(await studio.evaluate('document.referrer')).toBe('');
    // The page, the sign-in, the pool's keys, the URL, Studio; that the browser looks for an icon there too is its own affair.
    const answered = gate.log.filter(({ outcome }) => outcome === 'answered').map(({ service }) => service);
    expect([...new Set(answered)].sort()).toEqual(['cognito-idp', 'container', 'execute-api', 'sagemaker', 'studio']);
    expect(complaints).toEqual([]);
  });

  test('keeps the token nowhere: a page that is loaded again asks for the password again', async () => {
    await page.goto(PAGE);
    await signIn('bob');
    await expect.poll(() => page.locator('#who').textContent()).toBe('bob');
    expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
    await page.reload();
    expect(await field('Password').isVisible()).toBe(true);
    expect(await button('Open Studio').isVisible()).toBe(false);
  });

  test('says that a password is wrong, and has it typed again', async () => {
    await page.goto(PAGE);
    await signIn('alice', 'a guess');
    await expect.poll(message).toMatch(/^Sign-in failed: /);
    expect(await field('User name').inputValue()).toBe('alice');
    expect(await field('Password').inputValue()).toBe('');
    await signIn('alice');
    await expect.poll(message).toBe('');
    expect(await button('Open Studio').isVisible()).toBe(true);
  });

  test('says so where an employee has no profile, and leaves no tab behind', async () => {
    await page.goto(PAGE);
    await signIn('carol');
    await button('Open Studio').click();
    await expect.poll(message).toBe('Studio has no profile of your name. (404)');
    await expect.poll(() => context.pages().length).toBe(1);
  });

  test('asks for the password again when the sign-in has ended', async () => {
    await page.goto(PAGE);
    await signIn('alice');
    await page.route('**/dev/alice', (route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer e.n.d' } }),
    );
    await button('Open Studio').click();
    await expect.poll(message).toBe('Your sign-in has ended. Sign in again.');
    expect(await field('Password').isVisible()).toBe(true);
  });

  test('can be used by the keyboard alone', async () => {
    await page.goto(PAGE);
    await page.keyboard.press('Tab');
    await page.keyboard.type('alice');
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORDS.alice);
    await page.keyboard.press('Enter');
    await expect.poll(() => button('Open Studio').evaluate((element) => element === document.activeElement)).toBe(true);
    const [studio] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Enter')]);
    await studio.waitForURL(/auth\?token=/);
  });

  test('finds the API without a slash at the end of its address too', async () => {
    await page.goto(PAGE.replace(/\/$/, ''));
    await signIn('alice');
    const [studio] = await Promise.all([context.waitForEvent('page'), button('Open Studio').click()]);
    await studio.waitForURL(/auth\?token=/);
  });

  test('runs no script but its own', async () => {
    await page.goto(PAGE);
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.added = true';
      document.body.append(script);
    });
    expect(await page.evaluate('window.added')).toBeUndefined();
    expect(complaints.join('\n')).toMatch(/Content Security Policy/);
  });

  test('is not to be had from outside of the network', async () => {
    await page.setExtraHTTPHeaders({ 'x-sigv4kit-gate-from': 'vpc=none; sourceIp=198.51.100.9' });
    await expect(page.goto(PAGE)).rejects.toThrow(/net::ERR_/);
  });
});
