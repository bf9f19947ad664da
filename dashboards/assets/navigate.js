// The address is the only state: controls and clicks write it, figures read it.
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  address: {
    sync: function (search, q, lv, ct, clicks, latest) {
      const keep = window.dash_clientside.no_update;
      const stay = [keep, keep, keep, keep];
      const triggered = window.dash_clientside.callback_context.triggered;
      const asked = new URLSearchParams(search || '');
      const click = triggered.find((one) => one.prop_id.endsWith('.clickData') && one.value);
      if (click) {
        const county = countyOf(click.value.points[0]);
        if (!county || asked.get('ct') === county) return stay;
        asked.set('ct', county);
        // The address is not told of its own change, so the control is set here.
        return [text(asked), keep, keep, county];
      }
      if (!triggered.length || triggered.some((one) => one.prop_id === 'url.search')) {
        return [keep, asked.get('q') || latest, asked.get('lv') || '', asked.get('ct') || ''];
      }
      if (!triggered.some((one) => ['q.value', 'lv.value', 'ct.value'].includes(one.prop_id))) {
        return stay;
      }
      put(asked, 'q', q === latest ? '' : q);
      put(asked, 'lv', lv);
      put(asked, 'ct', ct);
      const next = text(asked);
      return next === (search || '') ? stay : [next, keep, keep, keep];
    },
  },
});

function countyOf(point) {
  const code = Array.isArray(point.customdata) ? point.customdata[0] : point.customdata;
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
