import { describe, expect, it } from 'vitest';
import { briefly } from '#lib/briefly';

describe('what is kept briefly', () => {
  it('is read once for all who ask while the reading is under way', async () => {
    const shelf = briefly<number>(60_000);
    let readings = 0;
    const load = async () => {
      readings += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return readings;
    };
    expect(await Promise.all([shelf.get('a', load), shelf.get('a', load), shelf.get('a', load)])).toEqual([1, 1, 1]);
    expect(await shelf.get('b', load)).toBe(2);
  });

  it('is read again once it was forgotten, also when a reading was under way', async () => {
    const shelf = briefly<string>(60_000);
    const old = shelf.get('a', async () => 'old');
    shelf.forget();
    expect(await shelf.get('a', async () => 'new')).toBe('new');
    expect(await old).toBe('old');
  });

  it('does not keep a reading that failed', async () => {
    const shelf = briefly<string>(60_000);
    const broken = () => Promise.reject(new Error('away'));
    await expect(shelf.get('a', broken)).rejects.toThrow('away');
    expect(await shelf.get('a', async () => 'back')).toBe('back');
  });
});
