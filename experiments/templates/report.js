"use strict";
// The page is complete without this: it only adds a filter to the long table and opens it in print.
(function () {
  var box = document.getElementById("parameter-filter");
  var count = document.getElementById("parameter-count");
  var rows = Array.prototype.slice.call(document.querySelectorAll("#all-parameters tbody tr"));
  function show() {
    var words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    var left = 0;
    rows.forEach(function (row) {
      var text = row.textContent.toLowerCase();
      row.hidden = !words.every(function (word) { return text.indexOf(word) >= 0; });
      left += row.hidden ? 0 : 1;
    });
    count.textContent = left + " of " + rows.length;
  }
  if (box) {
    box.parentNode.parentNode.hidden = false;
    box.addEventListener("input", show);
    show();
  }
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (part) { part.open = true; });
  });
})();
