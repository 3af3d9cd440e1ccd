/** Where a token is shown once, and what stands there when something is not as it should be. */
import { html, type Markup } from '../../text/markup.ts';

/** @param next where to go after it @param trouble what was wrong; '' at the first look */
export function loginMain(next: string, trouble: string): Markup {
  const said = trouble === '' ? '' : html`<p class="advice" role="alert">${trouble}</p>\n`;
  return html`<h1>Page token</h1>
${said}<form class="login" method="post" action="/login"><input type="hidden" name="next" value="${next}">
<label>Token <input type="password" name="token" autocomplete="current-password" required></label>
<button>Show the page</button></form>
`;
}

/** @param advice what to do about it; '' where nothing helps */
export function troubleMain(message: string, advice: string): Markup {
  return html`<h1>${message}</h1>
${advice === '' ? '' : html`<p>${advice}</p>\n`}<p><a href="/">All targets</a></p>
`;
}
