import type { Deps } from '#domain/deps';

/** Makes the address of a deal's picture. */
export function dealPicture({ publicUrl }: Deps, dealId: string): { readonly url: string } {
  return { url: `${publicUrl}/pictures/deal/${dealId}.png` };
}
