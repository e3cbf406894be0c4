/* Quick entry: arrows move, Enter saves the cell and goes down, Ctrl+Enter goes to the next
   empty cell, Escape takes back what was typed. Without this script the page is one form. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-grid]");
  if (!form) { return; }
  var body = form.querySelector("tbody");
  var SIGNED_OUT = "登录已过期。请在新窗口登录，";

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

  function refuse(input, words) {
    var cell = input.closest("td"), note = document.createElement("small");
    input.readOnly = false;
    cell.className = "invalid";
    note.className = "ge";
    note.setAttribute("role", "alert");
    note.textContent = "没有保存，" + words + "内容还在，请再按回车。";
    cell.querySelectorAll(".ge").forEach(function (old) { old.remove(); });
    cell.appendChild(note);
  }

  /* Signing in again in another window makes a new token: fetch it with the page. */
  function renew() {
    return fetch(location.href)
      .then(function (response) { return response.text(); })
      .then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html")
          .querySelector("form[data-grid] [name=csrfmiddlewaretoken]");
        if (fresh) { form.elements.csrfmiddlewaretoken.value = fresh.value; }
        return Boolean(fresh);
      });
  }

  function send(name, value) {
    var data = new FormData();
    data.append("cell", name);
    data.append(name, value);
    ["topic", "place", "csrfmiddlewaretoken"].forEach(function (one) {
      data.append(one, form.elements[one].value);
    });
    return fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" } });
  }

  /* The answer of the server takes the place of the cell; a refusal keeps what was typed. */
  function fill(cell, input, html) {
    var focused = document.activeElement === input, box;
    cell.innerHTML = html;
    cell.className = cell.querySelector(".ge") ? "invalid" : "saved";
    box = cell.querySelector("input");
    if (box) {
      box.tabIndex = -1;
      unsaved(box);
      if (focused) { rove(box); box.focus(); }
    }
    form.dispatchEvent(new Event("input"));
  }

  /* What came back unsaved differs from what is stored: app.js counts it. */
  function unsaved(box) {
    var typed = box.value;
    box.defaultValue = "";
    box.value = typed;
  }

  function save(input, again) {
    var cell = input.closest("td");
    if (!input.value.trim() || (cell.className === "saving" && !again)) { return; }
    cell.className = "saving";
    input.readOnly = true;
    send(input.name, input.value)
      .then(function (response) {
        if (response.status === 403 && !again) {
          return renew().then(function (ok) {
            if (ok) { save(input, true); } else { refuse(input, SIGNED_OUT); }
          });
        }
        if (!response.ok) { throw new Error(String(response.status)); }
        if (response.headers.has("HX-Refresh")) { return refuse(input, SIGNED_OUT); }
        return response.text().then(function (html) { fill(cell, input, html); });
      })
      .catch(function () { refuse(input, "连不上服务器。"); });
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

  body.querySelectorAll(".invalid input").forEach(unsaved);
  var first = body.querySelector("input");
  if (first) { rove(first); }
})();
