/* The evaluation of members: how many of each grade, and whether 优秀 are too many, while entering. */
(function () {
  "use strict";
  var box = document.querySelector("[data-quota]");
  var fields = document.querySelectorAll("select[data-grade]");
  var warning = document.querySelector("[data-too-many]");
  if (!box || !fields.length) { return; }
  function count() {
    var found = { excellent: 0, qualified: 0, basic: 0, unqualified: 0 }, graded = 0;
    fields.forEach(function (field) {
      if (field.value) { found[field.value] += 1; graded += 1; }
    });
    var most = Math.floor((graded || fields.length) / 3);
    Object.keys(found).forEach(function (grade) {
      box.querySelector("[data-" + grade + "]").textContent = found[grade];
    });
    box.querySelector("[data-graded]").textContent = graded;
    box.querySelector("[data-most]").textContent = most;
    warning.hidden = found.excellent <= most;
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("select[data-grade]")) { count(); }
  });
  count();
})();
