// A session that has ended: the page is asked for again, and the server leads to the sign-in.
(function () {
  const ask = window.fetch;
  window.fetch = (...given) => ask(...given).then((answer) => {
    if (answer.status === 401) location.reload();
    return answer;
  });
})();
