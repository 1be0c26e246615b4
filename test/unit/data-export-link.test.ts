import { describe, expect, it } from 'vitest';
import { customerOfExport, EXPORT_LINK_MS, exportLink } from '#domain/data-export-link';
import { testDeps } from '#test/support/deps';

const tokenOf = (url: string) => url.split('/').at(-1) ?? '';

describe('a link to somebody’s own data', () => {
  it('leads to her data for a day and to nothing after it', () => {
    const deps = testDeps();
    const { url, until } = exportLink(deps, 'c_asha');
    expect(customerOfExport(deps, tokenOf(url))).toBe('c_asha');
    deps.clock.adopt(EXPORT_LINK_MS + 1_000);
    expect(customerOfExport(deps, tokenOf(url))).toBeNull();
    expect(until.getTime()).toBeLessThan(deps.clock.now().getTime());
  });

  it('leads to nobody once a single sign of it was changed', () => {
    const deps = testDeps();
    const token = tokenOf(exportLink(deps, 'c_asha').url);
    for (let i = 0; i < token.length; i++) {
      const changed = `${token.slice(0, i)}${token[i] === 'x' ? 'y' : 'x'}${token.slice(i + 1)}`;
      expect(customerOfExport(deps, changed)).toBeNull();
    }
    expect(['', '.', '..', 'c_asha', 'a.b.c.d'].map((other) => customerOfExport(deps, other))).toEqual(
      Array(5).fill(null),
    );
  });
});
