// Everything works without this file. It makes leaving quicker, and opens the filters where there is room for them.
(function () {
  "use strict";
  var exit = document.getElementById("exit");
  var filters = document.getElementById("filters");
  var presses = 0;
  var timer;

  function leave(event) {
    if (event) event.preventDefault();
    document.body.hidden = true;
    window.location.replace(exit.href);
  }

  exit.addEventListener("click", leave);
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    presses += 1;
    clearTimeout(timer);
    timer = setTimeout(function () { presses = 0; }, 5000);
    if (presses === 3) leave();
  });

  if (filters && window.matchMedia("(min-width: 48em)").matches) filters.open = true;
})();
