/**
 * The script of the site, which every page does without: the colours that somebody chose, the search, a table of contents
 * that is open where there is room, and copying of commands. A text, as the style sheet is: what it runs in is no program of
 * this one. It is loaded in the head, so that no page is seen in other colours first.
 */
import { SEARCH_ASSETS } from './search.ts';
import { WIDEST_PX } from './style.ts';

export const SCRIPT: string = `'use strict';
(() => {
  const KEY = 'echolot-theme';
  const THEMES = ['system', 'light', 'dark'];
  const MOST_FOUND = 20;
  const root = document.documentElement;
  const base = new URL('..', document.currentScript.src);
  let theme = 'system';
  // Storage may be forbidden.
  try {
    theme = THEMES.find((name) => name === localStorage.getItem(KEY)) ?? theme;
  } catch {}
  wear();

  function wear() {
    if (theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme;
  }

  function prepareTheme() {
    const button = document.getElementById('theme');
    const tell = () => {
      button.textContent = { system: 'Auto', light: 'Light', dark: 'Dark' }[theme];
      button.setAttribute('aria-label', 'Colours: ' + button.textContent + ', change');
    };
    button.addEventListener('click', () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      try {
        localStorage.setItem(KEY, theme);
      } catch {}
      wear();
      tell();
    });
    tell();
    button.hidden = false;
  }

  let loading;
  // Only once somebody wants to search.
  function loadIndex() {
    loading ??= ['${SEARCH_ASSETS.miniSearch}', '${SEARCH_ASSETS.index}']
      .reduce((before, path) => before.then(() => load(path)), Promise.resolve())
      .then(() => MiniSearch.loadJS(self.searchIndex.index, self.searchIndex.options));
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  }

  function load(path) {
    return new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = new URL(path, base).href;
      script.addEventListener('load', resolve);
      script.addEventListener('error', () => reject(new Error(path + ' did not load')));
      document.head.append(script);
    });
  }

  function search(index, words) {
    return index.search(words, {
      prefix: (term) => term.length > 1,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      combineWith: 'AND',
      boost: { title: 4, page: 2 },
    });
  }

  function show(found, results) {
    const status = document.createElement('p');
    status.setAttribute('role', 'status');
    status.textContent = results.length === 0 ? 'Nothing has all of these words.'
      : results.length === 1 ? '1 section' : results.length + ' sections'
        + (results.length > MOST_FOUND ? ', the first ' + MOST_FOUND : '');
    const list = document.createElement('ul');
    for (const { title, page, href, start } of results.slice(0, MOST_FOUND)) {
      const link = document.createElement('a');
      link.href = new URL(href, base).href;
      const parts = [['b', title], ['small', page], ['small', start]].filter(([, text], i) => i !== 1 || text !== title);
      for (const [tag, text] of parts) link.append(Object.assign(document.createElement(tag), { textContent: text }));
      const item = document.createElement('li');
      item.append(link);
      list.append(item);
    }
    found.replaceChildren(status, list);
    found.hidden = false;
  }

  function prepareSearch() {
    const field = document.getElementById('search');
    const found = document.getElementById('found');
    const box = field.parentElement;
    const close = () => {
      found.hidden = true;
    };
    async function look() {
      const words = field.value.trim();
      if (words === '') return close();
      try {
        const index = await loadIndex();
        if (words === field.value.trim()) show(found, search(index, words));
      } catch {
        found.textContent = 'The search could not be loaded.';
        found.hidden = false;
      }
    }
    field.addEventListener('focus', () => {
      loadIndex().catch(() => {});
      look();
    });
    field.addEventListener('input', look);
    box.addEventListener('keydown', (event) => {
      const links = [...found.querySelectorAll('a')];
      const at = links.indexOf(document.activeElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step !== undefined && !found.hidden) {
        event.preventDefault();
        (links[at + step] ?? (step < 0 ? field : links[at])).focus();
      } else if (event.key === 'Enter' && event.target === field && !found.hidden) {
        links[0]?.click();
      } else if (event.key === 'Escape') {
        field.focus();
        close();
      }
    });
    // A link to a place of this page leads away from what was found, too.
    found.addEventListener('click', (event) => {
      if (event.target.closest('a') !== null) close();
    });
    document.addEventListener('focusin', (event) => {
      if (!box.contains(event.target)) close();
    });
    document.addEventListener('pointerdown', (event) => {
      if (!box.contains(event.target)) close();
    });
    document.addEventListener('keydown', (event) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest('input, textarea, select') !== null) return;
      event.preventDefault();
      field.focus();
    });
    box.hidden = false;
  }

  /** Of a session with a prompt what is typed, of anything else all. */
  function prepareCopying() {
    if (navigator.clipboard === undefined) return;
    for (const block of document.querySelectorAll('.code')) {
      const typed = [...block.querySelectorAll('.typed')];
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'copy';
      button.textContent = 'Copy';
      button.addEventListener('click', async () => {
        const text = typed.length > 0 ? typed.map((line) => line.textContent).join('\\n')
          : block.querySelector('code').textContent;
        const said = await navigator.clipboard.writeText(text + '\\n').then(() => 'Copied', () => 'Not allowed');
        button.textContent = said;
        setTimeout(() => {
          button.textContent = 'Copy';
        }, 1500);
      });
      block.append(button);
    }
  }

  document.addEventListener('DOMContentLoaded', () => {
    const contents = document.getElementById('contents');
    if (contents !== null) contents.open = matchMedia('(min-width:${WIDEST_PX}px)').matches;
    prepareTheme();
    prepareSearch();
    prepareCopying();
  });
})();
`;
