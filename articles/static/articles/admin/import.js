/* What was read in a manuscript: each block shows the fields of what it is said to be. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("ol.blocks > li").forEach(function (block) {
      var kind = block.querySelector(".block-kind select");
      var ofPhoto = block.querySelectorAll(".block-of-photo input");
      function show() {
        block.className = "block-" + kind.value;
        /* What is not shown is not sent: a long story has more fields than a server wants to read. */
        ofPhoto.forEach(function (input) { input.disabled = kind.value !== "photo"; });
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
