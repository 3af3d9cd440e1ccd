/**
 * What keeps somebody from using a page, found by looking at it: a small part of what axe looks for, in words. Runs in
 * the browser, as a text: nothing of this program is there.
 */
export const findings: string = `(() => {
  const found = [];
  const name = (one) => one.outerHTML.slice(0, 90);
  const visible = (one) => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const nameOf = (one) => (one.getAttribute('aria-label')
    ?? (one.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
    ).trim() || one.textContent.trim();

  if (document.documentElement.lang === '') found.push('no language');
  if (document.title.trim() === '') found.push('no title');
  if (document.querySelectorAll('main').length !== 1) found.push('not one main');
  if (document.querySelectorAll('h1').length !== 1) found.push('not one h1');

  let level = 0;
  for (const heading of document.querySelectorAll('main :is(h1,h2,h3,h4)')) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) found.push('heading left out before ' + name(heading));
    if (heading.textContent.trim() === '') found.push('empty ' + name(heading));
    level = own;
  }

  for (const field of document.querySelectorAll('input:not([type=hidden])')) {
    if (field.labels.length === 0 && nameOf(field) === '') found.push('no label: ' + name(field));
  }
  for (const one of document.querySelectorAll('a[href], button, summary, nav, [role=region], [role=log], svg[role=img]')) {
    if (nameOf(one) === '') found.push('no name: ' + name(one));
  }
  for (const one of document.querySelectorAll('svg:not([role=img])')) found.push('picture without words: ' + name(one));
  for (const head of document.querySelectorAll('th')) {
    if (!['row', 'col'].includes(head.scope)) found.push('no scope: ' + name(head));
  }
  for (const table of document.querySelectorAll('table')) {
    if (table.caption === null) found.push('no caption: ' + name(table));
  }
  const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) found.push('twice: #' + id);
  for (const one of document.querySelectorAll('[aria-labelledby], [aria-describedby]')) {
    const ref = one.getAttribute('aria-labelledby') ?? one.getAttribute('aria-describedby');
    if (document.getElementById(ref) === null) found.push('labelled by nothing: ' + name(one));
  }
  if (document.querySelector('[role=status], [role=log]') === null && document.querySelector('[data-live]') !== null) {
    found.push('changes are told to nobody');
  }

  // WCAG 2.2, 1.4.3: 4.5 to 1, and 3 to 1 for large letters.
  const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].reduce((sum, channel, i) => {
    const c = channel / 255;
    return sum + [0.2126, 0.7152, 0.0722][i] * (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  }, 0);
  const ground = (one) => {
    for (let at = one; at !== null; at = at.parentElement) {
      const [r, g, b, a = 1] = numbers(getComputedStyle(at).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const seen = new Set();
  for (const one of document.querySelectorAll('body *')) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    if (!own || !visible(one) || one.closest('.skip') !== null) continue;
    const style = getComputedStyle(one);
    const ink = numbers(one instanceof SVGElement ? style.fill : style.color);
    const [light, dark] = [luminance(ink), luminance(ground(one))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) seen.add('contrast ' + ratio.toFixed(1) + ': ' + name(one));
  }
  found.push(...seen);

  // What is reached by the keyboard is seen to be.
  for (const one of document.querySelectorAll('main a[href], main button, main input:not([type=hidden]), summary, [tabindex="0"]')) {
    if (!visible(one)) continue;
    one.focus({ focusVisible: true, preventScroll: true });
    if (document.activeElement !== one) found.push('no focus: ' + name(one));
    else if (getComputedStyle(one).outlineStyle === 'none') found.push('focus is not seen: ' + name(one));
  }
  document.activeElement?.blur();

  // WCAG 2.2, 2.5.8: what is not within a line of text is 24 px high.
  for (const one of document.querySelectorAll('button, .zooms a, input:not([type=hidden],[type=checkbox])')) {
    if (visible(one) && one.getBoundingClientRect().height < 24) found.push('too small: ' + name(one));
  }
  return found;
})()`;
