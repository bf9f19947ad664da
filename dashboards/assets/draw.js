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

  // A sheet is narrower than the window, and no figure may be higher than it.
  const SHEET = 660;
  function fit(most) {
    for (const graph of document.querySelectorAll('.graph.drawn')) {
      graph.own = graph.own || graph.layout.height;
      Plotly.relayout(graph, {height: Math.min(graph.own, most), autosize: true});
    }
  }

  function toPaper() {
    document.body.classList.add('paper');
    const drawn = drawAll();
    fit(SHEET);
    return drawn;
  }

  function toScreen() {
    document.body.classList.remove('paper');
    fit(Infinity);
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
