import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import type { ServerOptions } from '#server/server';

/** Is a server with nothing behind it: no codes, no pictures, no simulator. */
export const bareServer: ServerOptions = {
  publicUrl: 'http://localhost',
  health: async () => ({ ok: true }),
  landing: { invite: async () => ({ kind: 'unknown' }), team: async () => ({ kind: 'unknown' }) },
  pictures: { deal: async () => undefined, upi: async () => undefined },
  ownData: async () => null,
};

/** Listens on a free port of this machine; returns the address and how to stop. */
export async function listen(app: Express): Promise<{ url: string; close: () => void }> {
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, close };
}
