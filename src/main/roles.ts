/** Lists what a Toli process can be; `all` is the three others in one. */
export const ROLES = ['all', 'bot', 'server', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/** Tells whether a process of this role does the work of another. */
export function does(role: Role, part: Exclude<Role, 'all'>): boolean {
  return role === 'all' || role === part;
}
