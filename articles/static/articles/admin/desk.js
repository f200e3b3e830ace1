/* Cards of the board and the calendar can be dragged; each has a form of its own for the keyboard. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.getElementById("dropped");
    if (!form) {
      return;
    }
    var dragged = null;

    document.querySelectorAll("[draggable=true]").forEach(function (card) {
      card.addEventListener("dragstart", function (event) {
        dragged = card;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", card.dataset.story);
        card.classList.add("dragged");
      });
      card.addEventListener("dragend", function () {
        dragged = null;
        card.classList.remove("dragged");
      });
    });

    document.querySelectorAll("[data-drop]").forEach(function (place) {
      place.addEventListener("dragover", function (event) {
        if (dragged && !place.contains(dragged)) {
          event.preventDefault();
          place.classList.add("open");
        }
      });
      place.addEventListener("dragleave", function (event) {
        if (!place.contains(event.relatedTarget)) {
          place.classList.remove("open");
        }
      });
      place.addEventListener("drop", function (event) {
        if (!dragged || place.contains(dragged)) {
          return;
        }
        event.preventDefault();
        ["story", "version", "what", "from"].forEach(function (name) {
          if (form.elements[name]) {
            form.elements[name].value = dragged.dataset[name] || "";
          }
        });
        form.elements.to.value = place.dataset.drop;
        form.submit();
      });
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
