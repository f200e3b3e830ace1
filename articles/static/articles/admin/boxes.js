/* Names the boxes in which something is looked up and chosen: select2 gives an empty one no name of its own. */
(function () {
  "use strict";

  /* The field's label, or the head of its column. */
  function called(select) {
    var label = document.querySelector('label[for="' + select.id + '"]');
    var table = select.closest("table");
    var head = label || (table && table.querySelector("th.column-" + select.name.split("-").pop()));
    return head ? head.textContent.replace(/[:?\s]+$/, "").trim() : "";
  }

  function name() {
    document.querySelectorAll("select.admin-autocomplete").forEach(function (select) {
      var shown = select.parentElement.querySelector(".select2-selection__rendered[role=textbox]");
      var label = called(select);
      if (shown && label) {
        shown.setAttribute("aria-label", shown.title ? label + ": " + shown.title : label);
      }
    });
  }

  function isBox(node) {
    return node.nodeType === Node.ELEMENT_NODE && node.matches(".select2-container");
  }

  /* They are made sooner or later than the page is there: with it, or with a row that is added. */
  document.addEventListener("DOMContentLoaded", function () {
    name();
    new MutationObserver(function (changes) {
      if (changes.some(function (change) { return Array.from(change.addedNodes).some(isBox); })) {
        name();
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
  document.addEventListener("focusin", name);
})();
