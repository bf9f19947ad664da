// The address is the only state: controls and clicks write it, figures read it.
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  address: {
    sync: function (search, q, lv, ct, clicks, latest) {
      const keep = window.dash_clientside.no_update;
      const stay = [keep, keep, keep, keep, keep];
      const triggered = window.dash_clientside.callback_context.triggered;
      const asked = new URLSearchParams(search || '');
      const click = triggered.find((one) => one.prop_id.endsWith('.clickData') && one.value);
      if (click) {
        const path = pathOf(click.value.points[0]);
        if (path) return [path, asked.get('q') ? '?q=' + asked.get('q') : '', keep, '', ''];
        const county = countyOf(click.value.points[0]);
        if (!county || asked.get('ct') === county) return stay;
        asked.set('ct', county);
        // The address is not told of its own change, so the control is set here.
        return [keep, text(asked), keep, keep, county];
      }
      if (!triggered.length || triggered.some((one) => one.prop_id === 'url.search')) {
        return [keep, keep, asked.get('q') || latest, asked.get('lv') || '', asked.get('ct') || ''];
      }
      if (!triggered.some((one) => ['q.value', 'lv.value', 'ct.value'].includes(one.prop_id))) {
        return stay;
      }
      put(asked, 'q', q === latest ? '' : q);
      put(asked, 'lv', lv);
      put(asked, 'ct', ct);
      const next = text(asked);
      return next === (search || '') ? stay : [keep, next, keep, keep, keep];
    },
  },
});

function told(point) {
  return Array.isArray(point.customdata) ? point.customdata[0] : point.customdata;
}

function pathOf(point) {
  const path = String(told(point) || '');
  return path.startsWith('/') ? path : null;
}

function countyOf(point) {
  const code = told(point);
  return /^[0-9]{6}$/.test(code || '') ? code : null;
}

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
let revealed = '';
new MutationObserver(() => {
  const part = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!part || revealed === location.href) return;
  revealed = location.href;
  part.scrollIntoView({block: 'start'});
}).observe(document.documentElement, {childList: true, subtree: true});
