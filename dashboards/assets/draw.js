// A page comes as markup; its figures lie in it as data and are drawn when they come near the view.
(function () {
  const near = new IntersectionObserver((seen) => {
    for (const one of seen) if (one.isIntersecting) draw(one.target);
  }, {rootMargin: '300px 0px'});

  function draw(graph) {
    const data = graph.querySelector('script');
    if (!data) return null;
    near.unobserve(graph);
    data.remove();
    const {figure, config} = JSON.parse(data.textContent);
    graph.classList.add('drawn');
    return Plotly.newPlot(graph, figure.data, figure.layout, config).then(() => {
      // The buttons of a plot repeat the links under it: the keyboard goes by the links.
      for (const one of graph.querySelectorAll('.modebar-btn')) one.tabIndex = -1;
      graph.on('plotly_click', (click) => document.dispatchEvent(
        new CustomEvent('followed', {detail: click.points[0]})));
    });
  }

  // Whoever prints gets everything, also what was never in view.
  function drawAll() {
    return Promise.all([...document.querySelectorAll('.graph')].map(draw));
  }

  // Two rows of cards go on a sheet where their lines allow it; no figure may be higher than it.
  const SHEET = 700, HALF = 270, LINE = 17, PANEL = 70;

  // What the names beside a plot need, or its panels one above the other.
  function needed(layout) {
    const axes = Object.keys(layout).filter((name) => /^yaxis[0-9]*$/.test(name)).map((name) => layout[name]);
    const named = axes.filter((axis) => axis.ticktext).map((axis) => LINE * Math.max(
      axis.ticktext.join('<br>').split('<br>').length, Math.abs(axis.range[1] - axis.range[0])));
    const panels = new Set(axes.map((axis) => (axis.domain || [0])[0])).size;
    const least = (layout.meta && layout.meta.least) || 0;
    return Math.max(least, room(layout) + Math.max(panels > 1 ? panels * PANEL : 0, ...named));
  }

  const room = (layout) => layout.margin.t + layout.margin.b;

  function fit(isPaper) {
    for (const graph of document.querySelectorAll('.graph.drawn')) {
      graph.own = graph.own || {height: graph.layout.height, key: (graph.layout.legend || {}).y};
      const {height, key} = graph.own;
      const now = isPaper ? Math.min(height, SHEET, Math.max(HALF, needed(graph.layout))) : height;
      const told = {height: now, autosize: true};
      // A key keeps as far from the plot as it was: its place is told in parts of the plot.
      if (key > 1) told['legend.y'] = 1 + (key - 1) * (height - room(graph.layout)) / (now - room(graph.layout));
      Plotly.relayout(graph, told);
    }
  }

  function toPaper() {
    document.body.classList.add('paper');
    const drawn = drawAll();
    fit(true);
    return drawn;
  }

  function toScreen() {
    document.body.classList.remove('paper');
    fit(false);
  }

  function watch() {
    for (const graph of document.querySelectorAll('.graph')) near.observe(graph);
  }

  let shown = '';
  function show(markup) {
    const page = document.getElementById('page');
    if (typeof markup !== 'string' || !page) return;
    near.disconnect();
    page.querySelectorAll('.drawn').forEach(Plotly.purge);
    page.innerHTML = markup;
    page.removeAttribute('aria-busy');
    watch();
    if (shown && shown !== location.pathname) arrive(page);
    shown = location.pathname;
  }

  // Dash gives the keyboard a hidden part of a control, and no control its name: put right here.
  function controls() {
    for (const control of document.querySelectorAll('.filter')) {
      const button = control.querySelector('button');
      const hidden = control.querySelector('[aria-hidden=true][readonly]');
      if (!button || !hidden) continue;
      hidden.tabIndex = -1;
      button.tabIndex = 0;
      button.setAttribute('aria-labelledby', `${button.id}-label ${button.id}-value`);
    }
  }

  // On another page one starts at its head, or where one was when one went back to it.
  function arrive(page) {
    const head = page.querySelector('h1');
    if (head) {
      head.tabIndex = -1;
      head.focus({preventScroll: true});
    }
    window.scrollTo(0, (history.state && history.state.top) || 0);
  }

  // Controls come when Dash has fetched them, be that before or after the page.
  new MutationObserver(controls).observe(document.documentElement, {childList: true, subtree: true});
  window.addEventListener('beforeprint', toPaper);
  window.addEventListener('afterprint', toScreen);
  document.addEventListener('DOMContentLoaded', watch);
  window.dash_clientside = Object.assign({}, window.dash_clientside, {page: {show, drawAll, toPaper}});
})();
