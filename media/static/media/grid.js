/* Choosing photos in the grid, by mouse or by keyboard; Shift takes everything between two of them. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var bar = document.querySelector("[data-change-many]");
    var boxes = Array.from(document.querySelectorAll(".photo-card__choose"));
    if (!bar || !boxes.length) {
      return;
    }
    var all = bar.querySelector(".photo-bar__all");
    var change = bar.querySelector(".photo-bar__change");
    var last = null;

    function show() {
      var chosen = boxes.filter(function (box) {
        return box.checked;
      });
      all.checked = chosen.length === boxes.length;
      all.indeterminate = chosen.length > 0 && !all.checked;
      change.hidden = !chosen.length;
      change.href = bar.dataset.changeMany + "?ids=" + chosen.map(function (box) {
        return box.value;
      }).join(",");
      bar.querySelector(".photo-bar__count").textContent = chosen.length;
      bar.querySelector(".photo-bar__said").textContent = chosen.length ? chosen.length + " chosen" : "";
      boxes.forEach(function (box) {
        box.closest(".photo-card").classList.toggle("is-chosen", box.checked);
      });
    }

    bar.hidden = false;
    boxes.forEach(function (box, number) {
      box.hidden = false;
      box.addEventListener("click", function (event) {
        if (event.shiftKey && last !== null) {
          boxes.slice(Math.min(last, number), Math.max(last, number) + 1).forEach(function (between) {
            between.checked = box.checked;
          });
        }
        last = number;
        show();
      });
    });
    all.addEventListener("change", function () {
      boxes.forEach(function (box) {
        box.checked = all.checked;
      });
      show();
    });
    show();
  });
})();
