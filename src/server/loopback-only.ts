import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';

/** Holds what is looked at to decide whether a request comes from this machine's own user. */
export interface RequestOrigin {
  readonly remoteAddress: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

const LOOPBACK = /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/;
const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;
const FORWARDED = /^(?:x-forwarded-.*|forwarded|x-real-ip)$/i;

/**
 * Tells why a request must not reach the simulator, or undefined when it may: it has to come from this machine,
 * through no proxy, under a local name (which stops DNS rebinding), and from no other site's page.
 */
export function reasonToRefuse({ remoteAddress, headers }: RequestOrigin): string | undefined {
  if (!LOOPBACK.test(remoteAddress ?? '')) return 'the simulator answers this machine only';
  if (Object.keys(headers).some((name) => FORWARDED.test(name)))
    return 'the simulator does not answer through a proxy (forwarded headers are set)';
  const host = headers.host ?? '';
  if (!LOCAL_HOST.test(host)) return 'the simulator answers only under localhost or 127.0.0.1; open it by that name';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'the simulator does not answer other sites; type its address into the address bar';
  if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${host.toLowerCase()}`)
    return 'the simulator does not answer other sites (Origin is another one)';
  return undefined;
}

/** Lets only requests through that `reasonToRefuse` has nothing against; the rest goes to `refuse` with the reason. */
export function loopbackOnly(refuse: (reason: string) => RequestHandler): RequestHandler {
  return (req, res, next) => {
    const reason = reasonToRefuse({ remoteAddress: req.socket.remoteAddress, headers: req.headers });
    if (reason === undefined) next();
    else refuse(reason)(req, res, next);
  };
}
