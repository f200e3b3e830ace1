/* What was read in a manuscript: each block shows the fields of what it is said to be. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("ol.blocks > li").forEach(function (block) {
      var kind = block.querySelector(".block-kind select");
      function show() {
        block.className = "block-" + kind.value;
      }
      kind.addEventListener("change", show);
      show();
    });
  });

  /* Select2 gives the field that one types an author's name into no label. */
  django.jQuery(function () {
    document.querySelector(".select2-search__field").setAttribute("aria-label", "Authors");
  });
})();
