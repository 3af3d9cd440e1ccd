/**
 * The script of the page, which does nothing that the page could not do without it: it asks for the page again when something
 * has changed and takes over the parts of it that have, lets keys follow links, and lets a span be drawn out of a chart.
 * It is a text, as the style sheet is: what it runs in is no program of this one.
 */

export const SCRIPT: string = `'use strict';
(() => {
  const LEAST_PAUSE_MS = 2000;
  const DRAG_PX = 8;
  const main = document.getElementById('main');
  const link = document.getElementById('link');
  // What each part was when it came, before anything here touched it.
  const texts = new WeakMap();
  const isLive = document.querySelector('[data-live]') !== null;
  let source;
  let asking = false;
  let again = false;
  let askedMs = 0;

  // Only what differs is replaced: what is open, focused or being read stays as it is.
  function takeOver(fresh) {
    const parts = [...main.querySelectorAll('[data-live]')];
    const freshParts = [...fresh.querySelectorAll('[data-live]')];
    const ids = (list) => list.map((part) => part.id).join(' ');
    if (ids(parts) !== ids(freshParts)) {
      main.replaceChildren(...fresh.childNodes);
      remember();
      prepare();
      return;
    }
    parts.forEach((part, i) => {
      const other = freshParts[i];
      const text = other.outerHTML;
      if (texts.get(part) === text) return;
      texts.set(part, text);
      for (const name of other.getAttributeNames()) part.setAttribute(name, other.getAttribute(name));
      const open = new Set([...part.querySelectorAll('details[open]')].map((one) => one.id));
      const focus = part.contains(document.activeElement) ? focusIn(part) : -1;
      part.replaceChildren(...other.childNodes);
      for (const one of part.querySelectorAll('details')) if (open.has(one.id)) one.open = true;
      if (focus >= 0) focusable(part)[focus]?.focus({ preventScroll: true });
    });
    prepare();
  }

  function remember() {
    for (const part of main.querySelectorAll('[data-live]')) texts.set(part, part.outerHTML);
  }

  function focusable(part) {
    return [...part.querySelectorAll('a[href], summary, button, input, [tabindex]')];
  }

  function focusIn(part) {
    return focusable(part).indexOf(document.activeElement);
  }

  async function refresh() {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    const waitMs = Math.max(0, askedMs + LEAST_PAUSE_MS - performance.now()) + Math.random() * 300;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    askedMs = performance.now();
    try {
      const response = await fetch(location.href, { headers: { Accept: 'text/html' } });
      if (response.redirected) location.reload();
      else if (response.ok) {
        const page = new DOMParser().parseFromString(await response.text(), 'text/html');
        const fresh = page.getElementById('main');
        if (fresh !== null && dragged === undefined) {
          takeOver(fresh);
          document.title = page.title;
        }
      }
    } catch {
      // The stream says when the monitor is there again.
    }
    asking = false;
    if (again) {
      again = false;
      refresh();
    }
  }

  function watch() {
    if (source !== undefined || document.hidden || !isLive) return;
    source = new EventSource('/live');
    let lost = false;
    source.onopen = () => {
      link.dataset.state = 'live';
      if (lost) refresh();
      lost = false;
    };
    source.onerror = () => {
      lost = true;
      link.dataset.state = 'lost';
    };
    source.addEventListener('change', (event) => {
      const { targets, events } = JSON.parse(event.data);
      const own = document.querySelector('h1')?.dataset.name;
      const isShown = own === undefined || targets === null || targets.includes(own);
      if (events || (isShown && location.pathname !== '/events')) refresh();
    });
  }

  // A page that nobody sees holds no connection.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      source?.close();
      source = undefined;
    } else if (isLive) {
      watch();
      refresh();
    }
  });

  const help = document.getElementById('help');
  const keysOn = document.getElementById('keys-on');
  try {
    keysOn.checked = localStorage.getItem('keys') !== 'off';
    keysOn.addEventListener('change', () => localStorage.setItem('keys', keysOn.checked ? 'on' : 'off'));
  } catch {
    // A browser that keeps nothing asks again.
  }

  function move(by) {
    const other = document.querySelector(by > 0 ? '[rel=next]' : '[rel=prev]');
    if (other !== null) {
      other.click();
      return;
    }
    const cards = [...document.querySelectorAll('a[data-target]')];
    const at = cards.indexOf(document.activeElement);
    const next = at === -1 ? (by > 0 ? 0 : cards.length - 1) : at + by;
    cards[Math.min(cards.length - 1, Math.max(0, next))]?.focus();
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.target.closest('input, select, textarea') !== null) return;
    const { key } = event;
    const isArrow = key === 'ArrowDown' || key === 'ArrowUp';
    if (key === '?') help.showModal();
    else if (!keysOn.checked) return;
    // Arrows scroll, but where a card has been chosen.
    else if (isArrow && !event.target.matches('a[data-target]')) return;
    else if (key === 'j' || key === 'ArrowDown') move(1);
    else if (key === 'k' || key === 'ArrowUp') move(-1);
    else {
      const chosen = [...document.querySelectorAll('[data-key]')].find((one) => one.dataset.key === key);
      if (chosen === undefined) return;
      chosen.click();
    }
    event.preventDefault();
  });

  let dragged;

  function atMs(svg, clientX) {
    const { fromMs, toMs, leftPx, rightPx } = document.getElementById('span').dataset;
    const box = svg.getBoundingClientRect();
    const width = svg.viewBox.baseVal.width;
    const x = ((clientX - box.left) / box.width) * width;
    const share = Math.min(1, Math.max(0, (x - leftPx) / (width - leftPx - rightPx)));
    return Math.round(Number(fromMs) + share * (toMs - fromMs));
  }

  function prepare() {
    for (const drawing of document.querySelectorAll('[data-time] figure > div')) {
      if (drawing.classList.contains('zoomable')) continue;
      drawing.classList.add('zoomable');
      drawing.addEventListener('pointerdown', (event) => {
        if (event.button !== 0 || event.pointerType === 'touch') return;
        const mark = document.createElement('div');
        mark.className = 'drag';
        drawing.parentElement.append(mark);
        drawing.setPointerCapture(event.pointerId);
        dragged = { mark, fromX: event.clientX, drawing };
      });
      drawing.addEventListener('pointermove', (event) => {
        if (dragged === undefined) return;
        const left = drawing.parentElement.getBoundingClientRect().left;
        const [a, b] = [dragged.fromX, event.clientX].sort((x, y) => x - y);
        dragged.mark.style.left = a - left + 'px';
        dragged.mark.style.width = b - a + 'px';
      });
      drawing.addEventListener('pointerup', (event) => {
        if (dragged === undefined) return;
        const { mark, fromX } = dragged;
        mark.remove();
        dragged = undefined;
        if (Math.abs(event.clientX - fromX) < DRAG_PX) return;
        const svg = drawing.querySelector('svg');
        const ends = [fromX, event.clientX].map((x) => atMs(svg, x)).sort((x, y) => x - y);
        const address = new URL(location.href);
        address.searchParams.delete('span');
        address.searchParams.set('from', ends[0]);
        address.searchParams.set('to', ends[1]);
        location.assign(address);
      });
      drawing.addEventListener('pointercancel', () => {
        dragged?.mark.remove();
        dragged = undefined;
      });
    }
  }

  remember();
  prepare();
  watch();
})();
`;
