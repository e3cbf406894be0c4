/* The box under the search of the bar: arrows move in it, 回车 opens, Esc closes.
   Without this script the search leads to its own page. */
(function () {
  "use strict";
  var box = document.getElementById("found");
  if (!box) { return; }
  var input = document.querySelector("[aria-controls=found]");
  var current = -1;

  function options() { return Array.from(box.querySelectorAll("[role=option]")); }

  function show(open) {
    box.hidden = !open;
    input.setAttribute("aria-expanded", String(open && options().length > 0));
    if (!open) { mark(-1); }
  }

  function mark(index) {
    var all = options();
    current = index;
    all.forEach(function (option, n) { option.setAttribute("aria-selected", String(n === index)); });
    if (index < 0) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", all[index].id);
    all[index].scrollIntoView({ block: "nearest" });
  }

  box.addEventListener("htmx:afterSwap", function () {
    mark(-1);
    show(input.value.trim() !== "" && box.textContent.trim() !== "");
  });

  input.addEventListener("keydown", function (event) {
    var count = options().length;
    if (event.key === "Escape" && !box.hidden) {
      event.preventDefault();
      show(false);
    } else if (event.key === "ArrowDown" && box.hidden) {
      show(box.textContent.trim() !== "");
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      var step = event.key === "ArrowDown" ? 1 : -1;
      mark(current < 0 && step < 0 ? count - 1 : (current + step + count) % count);
    } else if (event.key === "Enter" && !box.hidden && current >= 0) {
      event.preventDefault();
      options()[current].click();
    }
  });

  document.addEventListener("click", function (event) {
    if (!event.target.closest(".find")) { show(false); }
  });
  input.form.addEventListener("focusout", function (event) {
    if (event.relatedTarget && !input.form.contains(event.relatedTarget)) { show(false); }
  });
})();
