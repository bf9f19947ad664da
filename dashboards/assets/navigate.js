// The address is the only state: controls, links and clicks write it, the page follows it.
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  address: {
    sync: function (search, q, lv, ct, vw, latest) {
      const keep = window.dash_clientside.no_update;
      const stay = [keep, keep, keep, keep, keep];
      const triggered = window.dash_clientside.callback_context.triggered;
      const asked = new URLSearchParams(search || '');
      if (!triggered.length || triggered.some((one) => one.prop_id === 'url.search')) {
        const set = ['lv', 'ct', 'vw'].map((name) => asked.get(name) || '');
        return [keep, asked.get('q') || latest, ...set];
      }
      // A quarter that is not among those to choose from leaves its control empty: it stays asked.
      if (q) put(asked, 'q', q === latest ? '' : q);
      put(asked, 'lv', lv);
      put(asked, 'ct', ct);
      put(asked, 'vw', vw);
      const next = text(asked);
      if (next === (search || '')) return stay;
      wait();
      here = location.pathname + next;
      return [next, keep, keep, keep, keep];
    },
  },
});

function wait() {
  const page = document.getElementById('page');
  if (page) page.setAttribute('aria-busy', 'true');
}

let revealed = '';
// Where one was on a page is kept with it, for who goes back.
function go(href) {
  history.replaceState(Object.assign({}, history.state, {top: window.scrollY}), '');
  history.pushState({}, '', href);
  revealed = '';
  window.dispatchEvent(new PopStateEvent('popstate'));
}

// A part of the page that stands is only scrolled to: nothing is asked for, nothing is waited for.
let here = location.pathname + location.search;
window.addEventListener('popstate', () => {
  const now = location.pathname + location.search;
  if (now !== here) wait();
  here = now;
});

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-inside]');
  const held = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  // A page that the server drew has no part that could follow.
  if (!link || held || !document.getElementById('react-entry-point')) return;
  if (link.hash && link.pathname + link.search === here) return;
  event.preventDefault();
  if (link.href !== location.href) go(link.getAttribute('href'));
});

// A mark tells the address of a place, or the county it belongs to.
document.addEventListener('followed', (event) => {
  const data = event.detail.customdata;
  const told = String((Array.isArray(data) ? data[0] : data) || '');
  const asked = new URLSearchParams(location.search);
  if (told.startsWith('/')) {
    const kept = new URLSearchParams();
    for (const name of ['q', 'vw']) put(kept, name, asked.get(name));
    go(told + text(kept));
  } else if (/^[0-9]{6}$/.test(told) && asked.get('ct') !== told) {
    asked.set('ct', told);
    go(location.pathname + text(asked));
  }
});

function put(asked, name, value) {
  if (value) asked.set(name, value);
  else asked.delete(name);
}

function text(asked) {
  const written = asked.toString();
  return written ? '?' + written : '';
}

// The page of definitions is searched while one types.
document.addEventListener('input', (event) => {
  if (event.target.id !== 'search') return;
  const words = event.target.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const entry of document.querySelectorAll('.entry')) {
    const text = entry.textContent.toLowerCase();
    const hit = words.every((word) => text.includes(word));
    entry.classList.toggle('unfound', !hit);
    found += hit;
  }
  document.querySelector('.reference').classList.toggle('searched', words.length > 0);
  document.getElementById('search-none').hidden = found > 0;
});

// A page is drawn after its address is known: the part it names is looked for once it stands.
new MutationObserver(() => {
  const part = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!part || revealed === location.href) return;
  revealed = location.href;
  part.scrollIntoView({block: 'start'});
}).observe(document.documentElement, {childList: true, subtree: true});
