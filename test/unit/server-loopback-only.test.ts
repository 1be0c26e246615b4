import { describe, expect, it } from 'vitest';
import { reasonToRefuse } from '#server/loopback-only';

const host = { host: 'localhost:3000' };
const reason = (headers: Record<string, string>, remoteAddress: string | undefined = '127.0.0.1') =>
  reasonToRefuse({ remoteAddress, headers });

describe('who may talk to the simulator', () => {
  it.each(['localhost', 'localhost:3000', '127.0.0.1:80', '[::1]:3000', 'LocalHost:3000'])('lets %s in', (name) => {
    expect(reason({ host: name })).toBeUndefined();
  });

  it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('lets the address %s in', (address) => {
    expect(reason(host, address)).toBeUndefined();
  });

  it.each(['192.168.1.4', '10.0.0.1', '::ffff:192.168.1.4', '2001:db8::1', '1127.0.0.1', ''])(
    'refuses %s',
    (address) => {
      expect(reason(host, address)).toContain('this machine only');
    },
  );

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    'localhost:3000@evil.example',
    'localhost:',
    '',
    '0.0.0.0:3000',
  ])('refuses the host name %j', (name) => {
    expect(reason({ host: name })).toContain('localhost or 127.0.0.1');
  });

  it.each(['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-anything', 'forwarded', 'x-real-ip'])(
    'refuses %s, whatever it says',
    (name) => {
      expect(reason({ ...host, [name]: '127.0.0.1' })).toContain('proxy');
    },
  );

  it.each(['cross-site', 'same-site', 'anything'])('refuses a request whose site is %s', (site) => {
    expect(reason({ ...host, 'sec-fetch-site': site })).toContain('other sites');
  });

  it('takes requests of its own pages and of the address bar', () => {
    expect(reason({ ...host, 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3000' })).toBeUndefined();
    expect(reason({ ...host, 'sec-fetch-site': 'none' })).toBeUndefined();
  });

  it.each(['null', 'http://evil.example', 'https://localhost:3000', 'http://localhost:4000'])(
    'refuses the origin %s',
    (origin) => {
      expect(reason({ ...host, origin })).toContain('Origin');
    },
  );
});
