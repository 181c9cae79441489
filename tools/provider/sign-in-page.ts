/** The one page of the development provider: whom of the development people you are. */
import type { DevelopmentToken } from '../../db/development-tokens.js';

export const PAGE_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.3rem .8rem;margin:.15rem 0;width:100%;text-align:left}';

/** @param strong the sign-in is asked to have a second factor */
export function signInPage(action: string, people: readonly DevelopmentToken[], strong: boolean): string {
  const buttons = people.map(({ token, actorId, role, center }) => {
    const words = `<strong>${text(token.replace(/^dev-/, ''))}</strong> · ${text(role.replaceAll('_', ' '))} · ${text(center)}`;
    return `<button name="person" value="${text(actorId)}">${words}</button>`;
  });
  return page(
    'Development sign-in',
    `<p>This is the <strong>development provider</strong> of Tirek. It asks nobody for a password and proves nothing: it is for a machine without real cases.</p>
     ${strong ? '<p>A second factor was asked for. Here it is only played.</p>' : ''}
     <form method="post" action="${text(action)}">${buttons.join('\n')}</form>`,
  );
}

/** @param form of the provider, which ends its session once it is sent */
export function signOutPage(form: string): string {
  return page('Development sign-out', `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out of the development provider, too</button>`);
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${text(title)}</title><style>${STYLE}</style></head><body><h1>${text(title)}</h1>${content}</body></html>`;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
