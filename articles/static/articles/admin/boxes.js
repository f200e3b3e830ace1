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

  window.addEventListener("load", name);
  document.addEventListener("formset:added", function () { setTimeout(name, 0); });
  document.addEventListener("focusin", name);
})();
