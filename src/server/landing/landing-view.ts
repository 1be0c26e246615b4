/** Says how a team stands at this moment; `until` is a time ready to read in the page's language. */
export type LandingState =
  | { readonly kind: 'open'; readonly missing: number; readonly until?: string }
  | { readonly kind: 'full' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'invite' };

/** Describes what a landing page shows. All texts are ready to read; none may hold a customer's phone number. */
export interface LandingView {
  readonly kind: 'found';
  /** The product's name, or what the invitation is about. */
  readonly title: string;
  /** How the person who shared the link is called. */
  readonly inviter?: string;
  readonly teamPrice?: string;
  readonly soloPrice?: string;
  readonly saving?: string;
  readonly size?: number;
  readonly state: LandingState;
  /** The link into the chat; made from the bot's number when left out. */
  readonly waLink?: string;
  /** A picture, as an address or a path under the public one. */
  readonly imageUrl?: string;
}

/** Looks up what is behind the code of a link, in a language. */
export type FindLanding = (code: string, language: 'en' | 'hi') => Promise<LandingView | { readonly kind: 'unknown' }>;

/** Finds what the landing pages show. */
export interface LandingSource {
  readonly invite: FindLanding;
  readonly team: FindLanding;
}
