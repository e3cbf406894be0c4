/* Draws each chart from the JSON block beside it, once it comes near the view.
   The tables of the page hold the same figures, so nothing is lost without this file. */
(function () {
  "use strict";

  var INK = "#1a1d21", SOFT = "#5a626d", GRID = "#e4e5e1", AXIS = "#7f868e";
  var RED = "#ae1218", BAR = "#5b7fa6", PALE = "#c6d3e2", LINE = "#3f6796";
  var FAMILY = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", system-ui, sans-serif';
  var SOURCE = document.currentScript.dataset.plotly;
  var LOCALE = {
    moduleType: "locale", name: "zh-CN", dictionary: {},
    format: {
      days: ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
      shortDays: ["日", "一", "二", "三", "四", "五", "六"],
      months: ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"],
      shortMonths: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
      date: "%Y-%m-%d"
    }
  };
  var CONFIG = {
    displayModeBar: false, displaylogo: false, showSendToCloud: false, plotlyServerURL: "",
    responsive: true, scrollZoom: false, doubleClick: false, locale: "zh-CN", locales: { "zh-CN": LOCALE }
  };

  function layout(extra) {
    return Object.assign({
      font: { family: FAMILY, size: 13, color: INK },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      height: 300, margin: { l: 40, r: 64, t: 20, b: 36 }, bargap: 0.42,
      showlegend: false, dragmode: false, separators: ".,",
      xaxis: { type: "category", showgrid: false, linecolor: AXIS, ticks: "", fixedrange: true },
      yaxis: {
        gridcolor: GRID, zeroline: false, ticksuffix: "%", rangemode: "tozero", nticks: 5,
        fixedrange: true, tickfont: { size: 12, color: SOFT }
      },
      hoverlabel: { bgcolor: "#fff", bordercolor: AXIS, font: { size: 13, color: INK, family: FAMILY }, align: "left" }
    }, extra);
  }

  /* Names are data: plotly reads a little HTML in labels. */
  function safe(text) {
    return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }

  function bars(box, rows) {
    var small = box.clientWidth < 480;
    var names = rows.units.map(function (u) {
      return safe(small ? u.name.replace(/(.)[县区]$|学校$/, "$1") : u.name);
    });
    var low = rows.units.map(function (u) { return u.low; });
    /* Names that would run into each other stand aslant. */
    var longest = Math.max.apply(null, names.map(function (n) { return n.length; }));
    var aslant = longest * names.length * (small ? 12 : 14) > box.clientWidth - 100;
    var labels = rows.units.map(function (u, i) {
      /* Labels stand on white, so that the line never strikes through a number. */
      return {
        x: i, y: u.rate || 0, yanchor: "bottom", yshift: 2, showarrow: false, borderpad: 1, bgcolor: "#fff",
        text: u.rate === null ? "—" : "<b>" + u.text + "</b>", font: { size: small ? 12 : 14, color: INK }
      };
    });
    labels.push({
      xref: "paper", x: 1, xanchor: "left", y: rows.rate, showarrow: false, font: { color: RED, size: 13 },
      text: safe(small ? rows.text : rows.whole + " " + rows.text)
    });
    return Plotly.newPlot(box, [{
      type: "bar", x: names.map(function (n, i) { return i; }), y: rows.units.map(function (u) { return u.rate; }),
      hovertext: rows.units.map(function (u) {
        return "<b>" + safe(u.name) + " " + u.text + "</b><br>达标 " + u.passed + " / 应评 " + u.due +
          (u.change ? "<br>比上年" + safe(u.change) : "");
      }),
      hovertemplate: "%{hovertext}<extra></extra>",
      marker: {
        color: low.map(function (b) { return b ? PALE : BAR; }), line: { color: LINE, width: 1 },
        pattern: {
          shape: low.map(function (b) { return b ? "/" : ""; }), fgcolor: LINE, bgcolor: "#fff", size: 6, solidity: 0.25
        }
      }
    }], layout({
      shapes: [{
        type: "line", xref: "paper", x0: 0, x1: 1, y0: rows.rate, y1: rows.rate,
        line: { color: RED, width: 1.5, dash: "dash" }
      }],
      annotations: labels,
      xaxis: {
        showgrid: false, linecolor: AXIS, ticks: "", fixedrange: true, range: [-0.6, names.length - 0.4],
        tickmode: "array", tickvals: names.map(function (n, i) { return i; }), ticktext: names,
        tickangle: aslant ? -45 : 0, automargin: true, tickfont: { size: small ? 11 : 13 }
      },
      margin: { l: small ? 34 : 40, r: small ? 40 : 72, t: 24, b: 36 }
    }), CONFIG);
  }

  function trend(box, points) {
    function at(points) { return points.map(function (p) { return String(p.year); }); }
    function rate(points) { return points.map(function (p) { return p.rate; }); }
    function text(points) { return points.map(function (p) { return p.text; }); }
    function hover(points) {
      return points.map(function (p) { return "<b>" + p.year + " 年 " + p.text + "</b>（" + safe(p.state) + "）<br>" + safe(p.counts); });
    }
    var official = points.filter(function (p) { return !p.preview; });
    var preview = points.filter(function (p) { return p.preview; });
    var traces = [{
      type: "scatter", mode: "lines+markers+text", cliponaxis: false, x: at(official), y: rate(official),
      text: text(official), textposition: "top center", textfont: { size: 13, color: INK },
      hovertext: hover(official), hovertemplate: "%{hovertext}<extra></extra>",
      line: { color: LINE, width: 2 },
      marker: { size: 8, color: LINE, symbol: official.map(function (p) { return p.imported ? "square" : "circle"; }) }
    }];
    if (preview.length) {
      var joined = official.slice(-1).concat(preview);
      var first = joined.length - preview.length;
      function only(value, none) { return joined.map(function (p, i) { return i < first ? none : value; }); }
      traces.push({
        type: "scatter", mode: "lines+markers+text", cliponaxis: false, x: at(joined), y: rate(joined),
        text: joined.map(function (p) { return p.preview ? p.text : ""; }), textposition: "top center",
        textfont: { size: 13, color: SOFT }, hovertext: hover(joined),
        hoverinfo: only("text", "skip"), hovertemplate: "%{hovertext}<extra></extra>",
        line: { color: LINE, width: 1.5, dash: "dot" },
        marker: { size: 9, color: "#fff", opacity: only(1, 0), line: { color: LINE, width: only(2, 0) } }
      });
    }
    var top = Math.max.apply(null, rate(points));
    return Plotly.newPlot(box, traces, layout({
      xaxis: {
        type: "category", showgrid: false, linecolor: AXIS, ticks: "", fixedrange: true,
        categoryorder: "array", categoryarray: at(points), range: [-0.4, points.length - 0.6]
      },
      yaxis: {
        gridcolor: GRID, zeroline: false, ticksuffix: "%", range: [0, Math.min(110, top * 1.25 + 2)], nticks: 5,
        fixedrange: true, tickfont: { size: 12, color: SOFT }
      },
      margin: { l: 40, r: 20, t: 20, b: 36 }
    }), CONFIG);
  }

  /* A bar of the bridge opens its organizations. */
  function bridge(box, data) {
    var small = box.clientWidth < 480;
    var bars = [{ name: data.start.name, base: 0, height: data.start.rate, text: data.start.rate.toFixed(1) + "%", end: true }];
    var level = data.start.rate;
    data.parts.forEach(function (part) {
      bars.push({
        name: part.name, base: level, height: part.points, url: part.url, fall: part.points < 0,
        text: (part.points > 0 ? "+" : "") + part.text, hover: safe(part.count) + " 个，" + part.text + " 个百分点"
      });
      level += part.points;
    });
    bars.push({ name: data.end.name, base: 0, height: data.end.rate, text: data.end.rate.toFixed(1) + "%", end: true });
    var edges = bars.slice(1, -1).reduce(function (all, b) { return all.concat(b.base, b.base + b.height); }, [data.start.rate, data.end.rate]);
    var low = Math.min.apply(null, edges), high = Math.max.apply(null, edges);
    var pad = Math.max(1, (high - low) * 0.35);
    /* Small moves are seen by cutting the axis; the note above the chart says so. */
    var floor = Math.max(0, Math.floor(low - pad));
    var drawn = Plotly.newPlot(box, [{
      type: "bar", x: bars.map(function (b, i) { return i; }),
      base: bars.map(function (b) { return b.end ? floor : b.base; }),
      y: bars.map(function (b) { return b.end ? b.height - floor : b.height; }),
      hovertext: bars.map(function (b) { return "<b>" + safe(b.name) + "</b><br>" + (b.hover || b.text); }),
      hovertemplate: "%{hovertext}<extra></extra>",
      marker: {
        color: bars.map(function (b) { return b.end ? "#3d444d" : b.fall ? RED : "#0b6450"; }),
        pattern: {
          shape: bars.map(function (b) { return b.fall ? "/" : ""; }), fgcolor: RED, bgcolor: "#fff", size: 6, solidity: 0.3
        },
        line: { color: bars.map(function (b) { return b.end ? "#3d444d" : b.fall ? RED : "#0b6450"; }), width: 1 }
      }
    }], layout({
      annotations: bars.map(function (b, i) {
        return {
          x: i, y: Math.max(b.base, b.base + b.height), yanchor: "bottom", yshift: 2, showarrow: false,
          bgcolor: "#fff", borderpad: 1, text: "<b>" + b.text + "</b>", font: { size: small ? 11 : 13, color: INK }
        };
      }),
      xaxis: {
        showgrid: false, linecolor: AXIS, ticks: "", fixedrange: true, range: [-0.6, bars.length - 0.4],
        tickmode: "array", tickvals: bars.map(function (b, i) { return i; }), ticktext: bars.map(function (b) { return safe(b.name); }),
        tickangle: small || bars.length > 6 && box.clientWidth < 800 ? -45 : 0, automargin: true, tickfont: { size: small ? 11 : 13 }
      },
      yaxis: {
        gridcolor: GRID, zeroline: false, ticksuffix: "%", nticks: 5, fixedrange: true, tickfont: { size: 12, color: SOFT },
        range: [floor, Math.min(105, high + pad)]
      },
      margin: { l: small ? 34 : 44, r: 16, t: 24, b: 36 }
    }), CONFIG);
    drawn.then(function () {
      box.on("plotly_click", function (event) {
        var url = bars[event.points[0].pointNumber].url;
        if (url) { window.location.assign(url); }
      });
    });
    return drawn;
  }

  var KINDS = { bars: bars, trend: trend, bridge: bridge };
  var library = null;

  /* Plotly is 4.9 MB: it is fetched when the first chart comes near, not before. */
  function plotly() {
    library = library || new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = SOURCE;
      script.onload = resolve;
      script.onerror = function () { library = null; script.remove(); reject(new Error("plotly")); };
      document.head.appendChild(script);
    });
    return library;
  }

  function failed(box) {
    var note = document.createElement("div");
    var again = document.createElement("button");
    note.className = "say";
    note.setAttribute("role", "status");
    note.append("图表没有画出来，数字都在本页的表里。 ", again);
    again.type = "button";
    again.className = "lnk";
    again.textContent = "再画一次";
    again.addEventListener("click", function () { draw(box); });
    box.replaceChildren(note);
  }

  function draw(box) {
    plotly().then(function () {
      var data = JSON.parse(document.getElementById(box.dataset.source).textContent);
      box.replaceChildren();
      return KINDS[box.dataset.chart](box, data);
    }).catch(function () { failed(box); });
  }

  var boxes = document.querySelectorAll("[data-chart]");
  if (!("IntersectionObserver" in window)) { boxes.forEach(draw); return; }
  var watcher = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) { return; }
      watcher.unobserve(entry.target);
      draw(entry.target);
    });
  }, { rootMargin: "300px" });
  boxes.forEach(function (box) { watcher.observe(box); });
})();
