/* Quick entry: arrows move, Enter saves the cell and goes down, Ctrl+Enter goes to the next
   empty cell, Escape takes back what was typed. Without this script the page is one form. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-grid]");
  if (!form) { return; }
  var body = form.querySelector("tbody");

  function at(row, column) {
    var line = body.rows[row];
    return line && line.cells[column] ? line.cells[column].querySelector("input") : null;
  }

  function place(input) {
    var cell = input.closest("td");
    return { row: cell.parentNode.sectionRowIndex, column: cell.cellIndex };
  }

  /* The next box from a place in a direction, over cells that have none. */
  function next(input, rows, columns) {
    var here = place(input), row = here.row + rows, column = here.column + columns;
    while (row >= 0 && row < body.rows.length && column > 0 && column < body.rows[0].cells.length) {
      var found = at(row, column);
      if (found) { return found; }
      row += rows; column += columns;
    }
    return null;
  }

  function nextEmpty(input) {
    var boxes = Array.prototype.slice.call(body.querySelectorAll("input"));
    return boxes.slice(boxes.indexOf(input) + 1).find(function (box) {
      return !box.value && !box.closest("td").querySelector(".gm");
    }) || null;
  }

  /* One box of the grid can be reached by Tab, the one used last. */
  function rove(input) {
    body.querySelectorAll("input").forEach(function (box) { box.tabIndex = -1; });
    input.tabIndex = 0;
  }

  function save(input) {
    var cell = input.closest("td"), name = input.name, data = new FormData();
    if (!input.value.trim()) { return; }
    data.append("cell", name);
    data.append(name, input.value);
    ["topic", "place", "csrfmiddlewaretoken"].forEach(function (one) {
      data.append(one, form.elements[one].value);
    });
    cell.className = "saving";
    fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" } })
      .then(function (response) {
        if (!response.ok) { throw new Error(String(response.status)); }
        return response.text();
      })
      .then(function (html) {
        var focused = document.activeElement === input;
        cell.innerHTML = html;
        var box = cell.querySelector("input");
        cell.className = cell.querySelector(".ge") ? "invalid" : "saved";
        if (box) {
          box.tabIndex = -1;
          if (focused) { rove(box); box.focus(); }
        }
      })
      .catch(function () {
        cell.className = "invalid";
        var note = document.createElement("small");
        note.className = "ge";
        note.setAttribute("role", "alert");
        note.textContent = "没有保存，连不上服务器。内容还在，请再按回车。";
        cell.querySelectorAll(".ge").forEach(function (old) { old.remove(); });
        cell.appendChild(note);
      });
  }

  body.addEventListener("focusin", function (event) {
    if (event.target.matches("input")) { rove(event.target); }
  });

  body.addEventListener("keydown", function (event) {
    var input = event.target, to = null;
    if (!input.matches("input")) { return; }
    if (event.key === "Enter") {
      event.preventDefault();
      to = event.ctrlKey ? nextEmpty(input) : next(input, 1, 0);
      save(input);
    } else if (event.key === "ArrowDown") { to = next(input, 1, 0); }
    else if (event.key === "ArrowUp") { to = next(input, -1, 0); }
    else if (event.key === "ArrowRight" && input.selectionEnd === input.value.length) {
      to = next(input, 0, 1);
    } else if (event.key === "ArrowLeft" && input.selectionStart === 0) {
      to = next(input, 0, -1);
    } else if (event.key === "Escape") { input.value = input.defaultValue; input.blur(); return; }
    if (to) { event.preventDefault(); to.focus(); to.select(); }
  });

  /* A window too narrow for the year opens at the present month. */
  var present = form.querySelector("th[aria-current]");
  if (present) { form.querySelector(".scroll").scrollLeft = present.offsetLeft - 180; }

  var first = body.querySelector("input");
  if (first) { rove(first); }
})();
