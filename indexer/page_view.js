// Lights up a passage in the list when its box is pointed at or focused, and the other way round.
const alike = (one) => document.querySelectorAll(`[data-passage="${CSS.escape(one.dataset.passage)}"]`);
const light = (event, on) => {
  const one = event.target.closest?.("[data-passage]");
  for (const other of one ? alike(one) : []) {
    other.classList.toggle("lit", on);
    const list = other.closest(".read");
    if (on && list && one.closest("svg") && list.closest(".leaf") === one.closest(".leaf")) {
      list.scrollTop = other.offsetTop - list.clientHeight / 3;
    }
  }
};
for (const name of ["mouseover", "focusin"]) document.addEventListener(name, (event) => light(event, true));
for (const name of ["mouseout", "focusout"]) document.addEventListener(name, (event) => light(event, false));
