/* Names the boxes in which the stories of a series are chosen: select2 gives an empty one no name of its own. */
(function () {
  "use strict";

  function name() {
    document.querySelectorAll(".field-article .select2-selection__rendered").forEach(function (shown) {
      shown.setAttribute("aria-label", shown.title ? "Story: " + shown.title : "Story");
    });
  }

  window.addEventListener("load", name);
  document.addEventListener("formset:added", function () { setTimeout(name, 0); });
  document.addEventListener("focusin", name);
})();
