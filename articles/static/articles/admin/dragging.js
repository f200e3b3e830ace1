/* Cards that are dragged to places: of the board and the calendar, and the stories of a front.
 *
 * window.dragCards(root, places, deeds) lets what is draggable in `root` be dropped on `places`. `deeds.drop(place, card)`
 * does it; `deeds.takes(place, card)` says whether a place would have it (any does, unless told), `deeds.over(place, card,
 * event)` is called while it is held above one, and `deeds.away()` when it is not any more.
 */
(function () {
  "use strict";

  window.dragCards = function (root, places, deeds) {
    var dragged = null;

    function takes(place) {
      return dragged && (!deeds.takes || deeds.takes(place, dragged));
    }

    function leave(place) {
      place.classList.remove("open");
      if (deeds.away) {
        deeds.away();
      }
    }

    root.querySelectorAll("[draggable=true]").forEach(function (card) {
      card.addEventListener("dragstart", function (event) {
        dragged = card;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", card.dataset.story);
        card.classList.add("dragged");
      });
      card.addEventListener("dragend", function () {
        dragged = null;
        card.classList.remove("dragged");
        places.forEach(leave);
      });
    });

    places.forEach(function (place) {
      place.addEventListener("dragover", function (event) {
        if (!takes(place)) {
          return;
        }
        event.preventDefault();
        place.classList.add("open");
        if (deeds.over) {
          deeds.over(place, dragged, event);
        }
      });
      place.addEventListener("dragleave", function (event) {
        if (!place.contains(event.relatedTarget)) {
          leave(place);
        }
      });
      place.addEventListener("drop", function (event) {
        if (takes(place)) {
          event.preventDefault();
          deeds.drop(place, dragged);
        }
      });
    });
  };
})();
