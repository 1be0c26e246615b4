import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, startBrowser, startPretendedShop } from './page-fixtures.ts';

const suite = chromiumPath ? describe : describe.skip;
if (!chromiumPath) console.warn('No chromium found: the tests of the simulator page are skipped.');

suite('the simulator page', () => {
  let browser: Browser;
  let shop: Awaited<ReturnType<typeof startPretendedShop>>;
  const problems: string[] = [];

  beforeAll(async () => {
    [browser, shop] = await Promise.all([startBrowser(), startPretendedShop()]);
  });
  afterAll(async () => {
    await browser.close();
    await shop.close();
  });

  async function openPage(options: BrowserContextOptions = {}, path = '/simulator'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('console', (line) => line.type() === 'error' && problems.push(line.text()));
    await page.goto(shop.url + path);
    return page;
  }
  const phone = (page: Page, name: string) => page.getByRole('region', { name: `${name}’s phone` });
  async function say(page: Page, name: string, text: string): Promise<void> {
    const box = phone(page, name).getByRole('textbox');
    await box.fill(text);
    await box.press('Enter');
  }

  it('says what to type first, and a tap on an example sends it', async () => {
    const page = await openPage();
    await phone(page, 'Meena').getByRole('button', { name: 'नमस्ते' }).click();
    await phone(page, 'Meena').getByRole('button', { name: 'टोली शुरू करें' }).waitFor();
    expect(shop.heard.at(-1)).toMatchObject({ from: '+919812345603', text: 'नमस्ते', kind: 'text' });
    expect(await phone(page, 'Meena').getByText('Nothing here yet').count()).toBe(0);
    await page.context().close();
  });

  it('shows the picture, sends a tapped option, quotes an older menu, and ticks what was read', async () => {
    const page = await openPage();
    const asha = phone(page, 'Asha');
    await say(page, 'Asha', 'hi');
    const picture = asha.getByRole('img', { name: 'A sack of rice' });
    await picture.waitFor();
    await expect.poll(() => picture.evaluate((image: { naturalWidth: number }) => image.naturalWidth)).toBe(1200);
    await asha.getByRole('button', { name: 'टोली शुरू करें' }).click();
    await asha.getByText('Your seat is held').waitFor();
    expect(shop.heard.at(-1)).toMatchObject({ kind: 'option', option: 'join', text: 'टोली शुरू करें' });
    expect(shop.heard.at(-1)?.replyTo).toBeUndefined();
    await asha.getByRole('button', { name: 'अकेले खरीदें ₹420' }).click();
    await expect.poll(() => shop.heard.at(-1)?.replyTo).toMatch(/^reply:/);
    await asha.locator('.ticks[data-state=read]').first().waitFor();
    await page.context().close();
  });

  it('shows the history again after a reload, each message once', async () => {
    const page = await openPage();
    await phone(page, 'Asha').getByText('Your seat is held').first().waitFor();
    const count = await phone(page, 'Asha').locator('.bubble').count();
    await page.reload();
    await expect.poll(() => phone(page, 'Asha').locator('.bubble').count()).toBe(count);
    await page.context().close();
  });

  it('forwards an invite to another phone, whose link writes the message there', async () => {
    const page = await openPage();
    await say(page, 'Asha', 'invite');
    const invite = phone(page, 'Asha').locator('.bubble', { hasText: 'Forward this' });
    await invite.hover();
    await invite.getByRole('button', { name: 'Forward' }).click();
    await page.getByRole('button', { name: /^Ravi/ }).click();
    const ravi = phone(page, 'Ravi');
    await ravi.getByText('From Asha').waitFor();
    await ravi.getByRole('link', { name: /wa\.me/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: /^Ravi/ }).click();
    await expect.poll(() => ravi.getByRole('textbox').inputValue()).toBe('JOIN AB2C4D');
    await ravi.getByRole('textbox').press('Enter');
    await expect.poll(() => shop.heard.at(-1)).toMatchObject({ from: '+919812345602', text: 'JOIN AB2C4D' });
    await page.reload();
    await ravi.locator('.bubble.in').waitFor();
    expect(await ravi.locator('.bubble').first().getAttribute('class')).toContain('forward');
    await page.context().close();
  });

  it('opens a team link in the phone and comes back with the message written', async () => {
    const page = await openPage();
    const asha = phone(page, 'Asha');
    await say(page, 'Asha', 'invite');
    await asha
      .getByRole('link', { name: /\/t\/AB2C4D/ })
      .last()
      .click();
    const inside = asha.frameLocator('iframe');
    await inside.getByRole('heading', { name: 'Join Asha’s team' }).waitFor();
    await inside.getByRole('link', { name: 'Open the chat' }).click();
    await expect.poll(() => asha.getByRole('textbox').inputValue()).toBe('JOIN AB2C4D');
    await page.context().close();
  });

  it('pays in the phone: in full, and twice', async () => {
    const page = await openPage();
    const asha = phone(page, 'Asha');
    await say(page, 'Asha', '1');
    await asha
      .getByRole('link', { name: /\/pay\/o_1/ })
      .last()
      .click();
    const inside = asha.frameLocator('iframe');
    await inside.getByRole('button', { name: 'Pay ₹349' }).click();
    await inside.getByText('Done.').waitFor();
    expect(shop.payments.at(-1)).toMatchObject({ orderId: 'o_1', event: 'paid', amount: 34_900, currency: 'INR' });
    const before = shop.payments.length;
    await inside.getByRole('button', { name: 'Pay twice' }).click();
    await expect.poll(() => shop.payments.length).toBe(before + 2);
    const ids = shop.payments.map(({ paymentId }) => paymentId);
    expect(new Set(ids).size).toBe(ids.length);
    await inside.getByRole('link', { name: 'Back to the chat' }).click();
    await asha.getByText('₹349 received').first().waitFor();
    await page.context().close();
  });

  it('sends a photo, a voice note, a location and a sticker as such', async () => {
    const page = await openPage();
    for (const [name, kind] of [
      ['Photo', 'image'],
      ['Voice note', 'voice'],
      ['Location', 'location'],
      ['Sticker', 'sticker'],
    ] as const) {
      await phone(page, 'Asha').getByTitle('Send something else').click();
      await phone(page, 'Asha').getByRole('menuitem', { name }).click();
      await expect.poll(() => shop.heard.at(-1)?.kind).toBe(kind);
    }
    await page.context().close();
  });

  it('quotes a message on reply and lets go of it on Escape', async () => {
    const page = await openPage();
    const asha = phone(page, 'Asha');
    const menu = asha.locator('.bubble.out').first();
    await menu.hover();
    await menu.getByRole('button', { name: 'Reply' }).click();
    await asha.getByRole('textbox').press('Escape');
    await menu.hover();
    await menu.getByRole('button', { name: 'Reply' }).click();
    await say(page, 'Asha', '1');
    await expect.poll(() => shop.heard.at(-1)?.replyTo).toBe(await menu.getAttribute('data-id'));
    await page.context().close();
  });

  it('moves the clock and writes as an imported customer, or says why not', async () => {
    const page = await openPage();
    const shown = page.locator('#now');
    const before = await shown.textContent();
    await page.getByRole('button', { name: '+1 day' }).click();
    await expect.poll(() => shown.textContent()).not.toBe(before);
    for (const [importId, words] of [
      ['1', 'There is no imported customer 1'],
      ['17850', 'now writes as customer 17850'],
    ] as const) {
      await phone(page, 'Ravi').getByTitle('More about this phone').click();
      await phone(page, 'Ravi')
        .getByRole('menuitem', { name: /imported/ })
        .click();
      await page.getByLabel('Customer').fill(importId);
      await page.getByRole('button', { name: 'Write as her' }).click();
      await page.getByText(words).waitFor();
    }
    await page.context().close();
  });

  it('adds a phone, keeps it over a reload, and removes it', async () => {
    const page = await openPage();
    await page.getByRole('button', { name: 'Add a phone' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Lata');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await say(page, 'Lata', 'hi');
    await phone(page, 'Lata').getByRole('button', { name: 'टोली शुरू करें' }).waitFor();
    await page.reload();
    await phone(page, 'Lata').getByRole('button', { name: 'टोली शुरू करें' }).waitFor();
    await phone(page, 'Lata').getByTitle('More about this phone').click();
    await phone(page, 'Lata').getByRole('menuitem', { name: 'Remove this phone' }).click();
    await page.reload();
    await phone(page, 'Asha').waitFor();
    expect(await phone(page, 'Lata').count()).toBe(0);
    await page.context().close();
  });

  it('reads nothing in a message as HTML', async () => {
    const page = await openPage();
    await say(page, 'Ravi', '<img src=x onerror=alert(1)> *bold* javascript:alert(1)');
    await phone(page, 'Ravi').getByText('that I did not understand').first().waitFor();
    expect(await phone(page, 'Ravi').locator('.text img').count()).toBe(0);
    expect(await phone(page, 'Ravi').locator('.text a[href^=javascript]').count()).toBe(0);
    await page.context().close();
  });

  it.each([360, 768, 1280])('needs no sideways scrolling of the page at %d pixels', async (width) => {
    const page = await openPage({ viewport: { width, height: 740 } });
    await phone(page, 'Asha').waitFor();
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(overflow).toBe(0);
    const send = await phone(page, 'Asha').getByTitle('Send', { exact: true }).boundingBox();
    expect((send?.y ?? 0) + (send?.height ?? 0)).toBeLessThanOrEqual(740);
    await page.context().close();
  });

  it('prefills the message of a link from elsewhere in the phone that is chosen', async () => {
    const page = await openPage({}, '/simulator?text=JOIN%20AB2C4D');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Meena/ })
      .click();
    await expect.poll(() => phone(page, 'Meena').getByRole('textbox').inputValue()).toBe('JOIN AB2C4D');
    await page.context().close();
  });

  it('did all of this without an error in the console', () => {
    expect(problems.filter((text) => !text.includes('400 (Bad Request)'))).toEqual([]);
  });
});
