import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Sets the headers that keep pages to themselves: nothing inline, nothing from elsewhere, frames of our own only
 * (a simulator phone shows landing and payment pages in one). Strict transport only where the address is https.
 */
export function securityHeaders(publicUrl: string): RequestHandler {
  const { origin, protocol } = new URL(publicUrl);
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', origin],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        frameSrc: ["'self'"],
        frameAncestors: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
      },
    },
    strictTransportSecurity: protocol === 'https:',
    referrerPolicy: { policy: 'no-referrer' },
  });
}
