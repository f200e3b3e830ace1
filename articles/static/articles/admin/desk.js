/* Cards of the board and the calendar can be dragged; each has a form of its own for the keyboard. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.getElementById("dropped");
    if (!form) {
      return;
    }
    window.dragCards(document, document.querySelectorAll("[data-drop]"), {
      takes: function (place, card) {
        return !place.contains(card);
      },
      drop: function (place, card) {
        ["story", "version", "what", "from"].forEach(function (name) {
          if (form.elements[name]) {
            form.elements[name].value = card.dataset[name] || "";
          }
        });
        form.elements.to.value = place.dataset.drop;
        form.submit();
      }
    });

    /* One menu at a time; Escape closes it and stays on its card. */
    document.addEventListener("toggle", function (event) {
      if (event.target.matches(".card-ways[open]")) {
        document.querySelectorAll(".card-ways[open]").forEach(function (other) {
          other.open = other === event.target;
        });
      }
    }, true);
    document.addEventListener("keydown", function (event) {
      var open = event.key === "Escape" && document.querySelector(".card-ways[open]");
      if (open) {
        open.open = false;
        open.querySelector("summary").focus();
      }
    });
  });
})();
