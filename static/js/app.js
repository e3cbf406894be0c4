/* Small helpers of every page. Without this script every page still works. */
(function () {
  "use strict";

  /* A button with aria-controls shows and hides its target; the address can open it. */
  function disclosures(root) {
    root.querySelectorAll("button[aria-controls]").forEach(function (button) {
      var target = document.getElementById(button.getAttribute("aria-controls"));
      if (!target || button.dataset.ready) { return; }
      button.dataset.ready = "1";
      function set(open) {
        target.hidden = !open;
        button.setAttribute("aria-expanded", String(open));
      }
      button.addEventListener("click", function () { set(target.hidden); });
      set(location.hash === "#" + target.id || !target.hidden);
    });
  }

  /* A section menu wider than the window opens at the current page. */
  function scrollToCurrent(root) {
    root.querySelectorAll(".subnav [aria-current]").forEach(function (link) {
      link.closest(".wrap").scrollLeft = link.offsetLeft - 40;
    });
  }

  function start(root) {
    disclosures(root);
    scrollToCurrent(root);
    var focus = root.querySelector("[data-focus]");
    if (focus) { focus.focus(); }
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) { window.print(); }
    /* A drop-down in the top bar closes when the person turns elsewhere. */
    document.querySelectorAll("details[data-drop][open]").forEach(function (drop) {
      if (!drop.contains(event.target)) { drop.open = false; }
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    document.querySelectorAll("details[data-drop][open]").forEach(function (drop) {
      drop.open = false;
      drop.querySelector("summary").focus();
    });
  });

  /* While the answer to a long form is awaited, say what the server is doing. */
  function follow(form) {
    var note = form.querySelector("[data-progress-text]"), began = Date.now();
    var heard = false, silent = 0;
    var timer = setInterval(function () {
      var seconds = "（" + Math.round((Date.now() - began) / 1000) + " 秒）";
      fetch(form.dataset.progress)
        .then(function (response) {
          if (response.status === 200) { heard = true; return response.json(); }
          silent += 1;
          /* A download leaves the page as it is: when nothing more is told, it has come. */
          if (form.hasAttribute("data-download") && (heard || silent > 2)) {
            clearInterval(timer);
            delete form.dataset.sent;
            return { text: "已生成，请看浏览器的下载列表" };
          }
          return { text: "正在传送……" };
        })
        .then(function (told) { note.textContent = told.text + seconds; })
        .catch(function () { note.textContent = "正在等待……" + seconds; });
    }, 1000);
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    var question = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); return; }
    /* The same form is not sent twice; a file download leaves the page, so it is let go soon. */
    if (form.method !== "post" || form.hasAttribute("hx-post")) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    if (form.dataset.progress) { follow(form); return; }
    setTimeout(function () { delete form.dataset.sent; }, 5000);
  });

  /* A form of one record: how many fields differ from what was opened; leaving asks once. */
  var unsaved = document.querySelector("form[data-unsaved]");
  if (unsaved) {
    /* A form that came back with an error or a conflict still holds what was typed. */
    var returned = document.querySelector(".say-err[role=alert]") || unsaved.elements.seen;
    var count = function () {
      return Array.prototype.filter.call(unsaved.elements, function (field) {
        if (!field.name || field.type === "hidden") { return false; }
        if (field.type === "checkbox" || field.type === "radio") {
          return field.checked !== field.defaultChecked;
        }
        if (field.options) {
          return Array.prototype.some.call(field.options, function (option, index) {
            var chosen = option.defaultSelected
              || (index === 0 && !field.querySelector("option[selected]") && !field.multiple);
            return option.selected !== chosen;
          });
        }
        return field.value !== field.defaultValue;
      }).length;
    };
    unsaved.addEventListener("input", function () {
      var n = count();
      var note = unsaved.querySelector("[data-unsaved-count]");
      if (note) { note.textContent = n ? n + " 处改动未保存" : ""; }
    });
    window.addEventListener("beforeunload", function (event) {
      if ((returned || count()) && !unsaved.dataset.sent) { event.preventDefault(); }
    });
  }

  /* The points of a standard: the sum of the listed rows, in hundredths. */
  var sum = document.querySelector("[data-points-sum]");
  if (sum) {
    document.addEventListener("input", function () {
      var total = 0;
      document.querySelectorAll("td.points input").forEach(function (field) {
        var listed = field.closest("tr").querySelector("input[type=checkbox]");
        if (listed && listed.checked) { total += Math.round(parseFloat(field.value) * 100) || 0; }
      });
      sum.textContent = String(total / 100);
    });
  }

  /* Ticked rows of a list: one box ticks the page, the bulk button counts. */
  document.addEventListener("change", function (event) {
    var form = document.getElementById("bulk");
    if (!form || event.target.form !== form) { return; }
    var boxes = document.querySelectorAll("input[name=pk][form=bulk]");
    if (event.target.matches("[data-all]")) {
      boxes.forEach(function (box) { box.checked = event.target.checked; });
    }
    var n = Array.prototype.filter.call(boxes, function (box) { return box.checked; }).length;
    form.classList.toggle("sticky-go", n > 0);
    form.querySelector("[data-picked]").textContent = n ? " " + n + " 条" : "";
  });

  /* A select with data-go sends its form at once (page size, year). */
  document.addEventListener("change", function (event) {
    if (event.target.matches("select[data-go]")) { event.target.form.requestSubmit(); }
  });

  document.body.addEventListener("htmx:afterSwap", function (event) { start(event.target); });
  start(document);
})();
