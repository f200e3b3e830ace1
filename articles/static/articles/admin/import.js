/* What was read in a manuscript: each block shows the fields of what it is said to be. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("ol.blocks > li").forEach(function (block) {
      var kind = block.querySelector(".block-kind select");
      function show() {
        block.className = "block block-" + kind.value;
      }
      kind.addEventListener("change", show);
      show();
    });
  });
})();
