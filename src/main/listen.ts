import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

/** Is an express app that listens. */
export interface Listening {
  readonly port: number;
  /** Stops taking connections and ends idle ones; requests under way finish. */
  close(): Promise<void>;
}

/** Listens on a host and port; port 0 takes any free one. Rejects with EADDRINUSE when the port is taken. */
export function listen(app: Express, host: string, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server: Server = app.listen(port, host);
    server.once('error', reject);
    server.once('listening', () => {
      const close = () =>
        new Promise<void>((done) => {
          server.close(() => done());
          server.closeIdleConnections();
          setTimeout(() => server.closeAllConnections(), 1_000).unref();
        });
      resolve({ port: (server.address() as AddressInfo).port, close });
    });
  });
}
