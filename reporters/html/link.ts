/** What makes a link of an address out of the page; undefined if it is none of the web. A plugin may be anybody's. */
export const linkOf = (address: string | undefined) =>
  address?.startsWith('https://') ? { href: address, target: '_blank', rel: 'noreferrer' } : undefined;
