/* The focal point, set in the picture: by click, and by the arrow keys in steps of two percent. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var preview = document.querySelector("[data-focal-preview]");
    var across = document.getElementById("id_focal_x");
    var down = document.getElementById("id_focal_y");
    if (!preview || !across || !down) {
      return;
    }
    var point = preview.querySelector(".photo-preview__point");
    var said = document.createElement("span");
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    preview.after(said);
    preview.tabIndex = 0;
    preview.setAttribute("role", "application");
    preview.setAttribute("aria-label", "Focal point: move it with the arrow keys, or click in the picture");

    function show() {
      point.hidden = false;
      point.style.left = across.value + "%";
      point.style.top = down.value + "%";
    }

    function set(x, y) {
      across.value = Math.max(0, Math.min(100, Math.round(x)));
      down.value = Math.max(0, Math.min(100, Math.round(y)));
      said.textContent = across.value + " percent from the left, " + down.value + " from the top";
      show();
    }

    preview.addEventListener("click", function (event) {
      var box = preview.getBoundingClientRect();
      set(((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100);
    });
    preview.addEventListener("keydown", function (event) {
      var step = { ArrowLeft: [-2, 0], ArrowRight: [2, 0], ArrowUp: [0, -2], ArrowDown: [0, 2] }[event.key];
      if (step) {
        event.preventDefault();
        set(Number(across.value) + step[0], Number(down.value) + step[1]);
      }
    });
    across.addEventListener("input", show);
    down.addEventListener("input", show);
    show();
  });
})();
